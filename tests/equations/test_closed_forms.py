import pytest

from equations.equation import Equation

STRIP = {"x": (0, 1), "t": (0, 1)}
HEAT = ["u(x, 0) = sin(pi*x)", "u(0, t) = 0", "u(1, t) = 0"]


@pytest.mark.parametrize(
    "residuals, domain, conditions, exact",
    [
        ("u_t = u_xx", STRIP, HEAT, {"u": "exp(-pi^2*t)*sin(pi*x)"}),
        ("u_t + u*u_x = 0", STRIP, ["u(x, 0) = x", "u(0, t) = 0"], {"u": "x/(1 + t)"}),
        ("x*(u_x - u) = 0", {"x": (0, 1)}, ["u(0) = 3", "u'(0) - u(0) = 0"], {"u": "3*exp(x)"}),
        (
            ["x' = -y", "y' = x"],
            {"t": (0, "2*pi")},
            ["x(0) = 1", "y(0) = 0", "x(0) = x(2*pi)"],
            {"x": "cos(t)", "y": "sin(t)"},
        ),
        ("u_rr + u_r/r = 0", {"r": (0, 1)}, ["u(1) = 0"], {"u": "log(r)"}),
        ("u_t = -6*u*u_x - u_xxx", {"x": (-9, 9), "t": (0, 1)}, [], {"u": "2/cosh(x - 4*t)^2"}),
        (
            "w_xxxx + 2*w_xxyy + w_yyyy = 64",
            {"x": (-1, 1), "y": (-1, 1)},
            ["w_x(1, y) = 4 + 4*y^2"],
            {"w": "(x^2 + y^2)^2"},
        ),
    ],
)
def test_solutions_give_no_warning(residuals, domain, conditions, exact):
    problem = Equation(residuals, domain, conditions, exact=exact).problem()
    assert not [warning for warning in problem.warnings if "closed form" in warning]


@pytest.mark.parametrize(
    "exact, expected",
    [
        ("exp(-pi*t)*sin(pi*x)", ["does not satisfy 'u_t = u_xx'"]),
        (
            "2*exp(-pi^2*t)*sin(pi*x)",
            ["does not satisfy 'u(x, 0) = sin(pi*x)': the deviation is 1"],
        ),
        (
            "x",
            [
                "does not satisfy 'u(x, 0) = sin(pi*x)'",
                "does not satisfy 'u(1, t) = 0': the deviation is 1",
            ],
        ),
    ],
)
def test_wrong_closed_forms_give_warnings(exact, expected):
    warnings = Equation("u_t = u_xx", STRIP, HEAT, exact={"u": exact}).problem().warnings
    assert len(warnings) == len(expected) and all(
        part in warning for part, warning in zip(expected, warnings, strict=True)
    )


def test_unknown_constants_and_functions_are_not_checked():
    assert (
        Equation(
            "u_t = k*u_xx", STRIP, HEAT, unknown={"k": 1}, exact={"u": "exp(-pi^2*t)*sin(pi*x)"}
        )
        .problem()
        .warnings
        == ()
    )
    system = Equation(
        ["x' = -y", "y' = x"], {"t": (0, 1)}, ["x(0) = 1", "y(0) = 0"], exact={"x": "cos(t)"}
    )
    assert system.problem().warnings == ()
