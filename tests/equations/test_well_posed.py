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
        (CAVITY, SQUARE, [*WALLS, "p(0, 0) = 1"]),
        (
            "u_xx + u_yy = -1",
            SQUARE,
            ["u(0, y) = 0", "u(1, y) = 0", "u_y(x, 0) = 0", "u_y(x, 1) = 0"],
        ),
        ("y'''' = 1", {"x": (0, 1)}, ["y(0) = 0", "y''(0) = 0", "y(1) = 0", "y''(1) = 0"]),
        (["x' = x - x*y", "y' = x*y - y"], {"t": (0, 1)}, ["x(0) = 1", "y(0) = 2"]),
    ],
)
def test_well_posed_problems_give_no_warning(residuals, domain, conditions):
    assert Equation(residuals, domain, conditions).problem().warnings == ()


@pytest.mark.parametrize(
    "residuals, domain, conditions, expected",
    [
        (
            "u_t = u_xx",
            STRIP,
            ["u(x, 0) = x", "u(0, t) = 0"],
            ["2 in u with respect to x, which usually needs 2 conditions at fixed x. Received: 1"],
        ),
        (
            "u_tt = u_x",
            STRIP,
            ["u(x, 0) = x", "u(0, t) = 0"],
            ["2 in u with respect to t, which usually needs 2 conditions at fixed t. Received: 1"],
        ),
        (
            "u_t = u_x",
            STRIP,
            ["u(0, t) = 1"],
            ["1 in u with respect to t, which usually needs 1 condition at fixed t. Received: 0"],
        ),
        (
            "u_xx = 1",
            {"x": (0, 1)},
            ["u'(0) = 0", "u'(1) = 1"],
            ["u is determined only up to a constant. A condition such as u(0)"],
        ),
        (
            "u_xx = 1",
            {"x": (0, 1)},
            ["u(0) = u(1)", "u'(0) = u'(1)"],
            ["u is determined only up to a constant"],
        ),
        (
            CAVITY,
            SQUARE,
            ["u(x, 1) = 1", *(wall for wall in WALLS if wall != "u(x, 1) = 0")],
            ["p is determined only up to a constant. A condition such as p(0, 0) = 0 fixes it"],
        ),
        (
            "u_xx + u_yy = 1",
            SQUARE,
            ["u(0, 0) = 0"] * 4,
            [
                "with respect to x, which usually needs 2",
                "with respect to y, which usually needs 2",
            ],
        ),
        (
            "y' = z",
            {"t": (0, 1)},
            ["y(0) = 0", "z(0) = 1"],
            ["a problem in y, z usually has 2 residuals. Received: 1"],
        ),
        (
            "u'' = -9*u",
            {"x": (0, 1)},
            ["u(0) = 0", "u(1) = 0"],
            ["zero solves all equations and conditions, and the network finds it. For an eigenf"],
        ),
        (
            ["y' = 1", "y = t"],
            {"t": (0, 1)},
            ["y(0) = 0"],
            ["a problem in y usually has 1 residual. Received: 2"],
        ),
    ],
)
def test_warnings(residuals, domain, conditions, expected):
    warnings = Equation(residuals, domain, conditions).problem().warnings
    assert len(warnings) == len(expected)
    assert all(part in warning for part, warning in zip(expected, warnings, strict=True))


def test_conditions_are_not_counted_with_unknown_constants():
    assert Equation("y' = k*y", {"t": (0, 1)}, unknown={"k": 1}).problem().warnings == ()


def test_unused_constants():
    equation = Equation(
        "y' = k*y", {"t": (0, "T")}, ["y(0) = 1"], {"k": 1, "T": 2, "a": 1, "b": "a"}
    )
    assert equation.problem().warnings == ("the constant 'b' is not used",)
