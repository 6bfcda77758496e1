import pytest

from equations.equation import Equation

SQUARE = {"x": (0, 1), "y": (0, 1)}
STRIP = {"x": (0, 1), "t": (0, 1)}
CAVITY = ["u*u_x + v*u_y + p_x = u_xx + u_yy", "u*v_x + v*v_y + p_y = v_xx + v_yy", "u_x + v_y = 0"]
WALLS = [f"{name}({place}) = 0" for name in "uv" for place in ("0, y", "1, y", "x, 0", "x, 1")]


@pytest.mark.parametrize(
    "residuals, domain, conditions",
    [
        ("u_t + u*u_x = u_xx", STRIP, ["u(x, 0) = x", "u(0, t) = 0", "u(1, t) = 1"]),
        ("u_tt = u_xx", STRIP, ["u(x, 0) = x", "u_t(x, 0) = 0", "u(0, t) = 0", "u_x(1, t) = 0"]),
        ("u_t = u_xx", STRIP, ["u(x, 0) = x", "u(0, t) = u(1, t)", "u_x(0, t) = u_x(1, t)"]),
        (
            ["u_t = v_x", "v_t = u_x"],
            STRIP,
            ["u(x, 0) = x", "v(x, 0) = 0", "u(0, t) = 0", "u(1, t) = 1"],
        ),
        (CAVITY, SQUARE, [*WALLS, "p(0, 0) = 0"]),
        (
            "u_xx + u_yy = -1",
            SQUARE,
            ["u(0, y) = 0", "u(1, y) = 0", "u_y(x, 0) = 0", "u_y(x, 1) = 0"],
        ),
        ("y'''' = 1", {"x": (0, 1)}, ["y(0) = 0", "y''(0) = 0", "y(1) = 0", "y''(1) = 0"]),
        (["x' = x - x*y", "y' = x*y - y"], {"t": (0, 1)}, ["x(0) = 1", "y(0) = 2"]),
    ],
)
def test_nothing_to_say(residuals, domain, conditions):
    assert Equation(residuals, domain, conditions).problem().warnings == ()


@pytest.mark.parametrize(
    "residuals, domain, conditions, says",
    [
        (
            "u_t = u_xx",
            STRIP,
            ["u(x, 0) = x", "u(0, t) = 0"],
            ["order in x: u 2, so that 2 conditions at places of x are usual. Received: 1"],
        ),
        (
            "u_tt = u_x",
            STRIP,
            ["u(x, 0) = x", "u(0, t) = 0"],
            ["order in t: u 2, so that 2 conditions at places of t are usual. Received: 1"],
        ),
        (
            "u_t = u_x",
            STRIP,
            ["u(0, t) = 0"],
            ["order in t: u 1, so that 1 conditions at places of t are usual. Received: 0"],
        ),
        (
            "u_xx = 1",
            {"x": (0, 1)},
            ["u'(0) = 0", "u'(1) = 1"],
            ["u is determined up to a constant only. A condition such as u(0)"],
        ),
        (
            "u_xx = 1",
            {"x": (0, 1)},
            ["u(0) = u(1)", "u'(0) = u'(1)"],
            ["u is determined up to a constant only"],
        ),
        (
            CAVITY,
            SQUARE,
            WALLS,
            ["p is determined up to a constant only. A condition such as p(0, 0) = 0 fixes it"],
        ),
        (
            "u_xx + u_yy = 1",
            SQUARE,
            ["u(0, 0) = 0"] * 4,
            ["order in x: u 2, so that 2", "order in y: u 2, so that 2"],
        ),
        (
            "y' = z",
            {"t": (0, 1)},
            ["y(0) = 0", "z(0) = 1"],
            ["2 unknown functions (y, z) ask for as many residuals. Received: 1"],
        ),
        (
            ["y' = 1", "y = t"],
            {"t": (0, 1)},
            ["y(0) = 0"],
            ["1 unknown function (y) ask for as many residuals. Received: 2"],
        ),
    ],
)
def test_doubts(residuals, domain, conditions, says):
    warnings = Equation(residuals, domain, conditions).problem().warnings
    assert len(warnings) == len(says)
    assert all(part in warning for part, warning in zip(says, warnings, strict=True))


def test_measurements_may_stand_for_conditions():
    assert Equation("y' = k*y", {"t": (0, 1)}, unknown={"k": 1}).problem().warnings == ()


def test_a_constant_that_is_used_nowhere():
    equation = Equation(
        "y' = k*y", {"t": (0, "T")}, ["y(0) = 1"], {"k": 1, "T": 2, "a": 1, "b": "a"}
    )
    assert equation.problem().warnings == ("the constant 'b' is used nowhere",)
