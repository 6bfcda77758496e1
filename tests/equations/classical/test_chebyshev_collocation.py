import numpy as np
import pytest

from equations.classical.chebyshev_collocation import ChebyshevCollocation
from equations.equation import Equation
from equations.references import burgers
from errors import UserError

RANDOM = np.random.default_rng(0)
SIDES = (
    "x, y, z, 0",
    "0, y, z, t",
    "1, y, z, t",
    "x, 0, z, t",
    "x, 1, z, t",
    "x, y, 0, t",
    "x, y, 1, t",
)


def find_error(problem, count, **exact):
    """Return the maximum error of the named unknown functions at random points."""
    points = RANDOM.uniform(problem.low, problem.high, (300, len(problem.low)))
    found = ChebyshevCollocation(problem, count)(
        dict(zip(problem.coordinates, points.T, strict=True))
    )
    return max(np.abs(found[name] - function(*points.T)).max() for name, function in exact.items())


def list_conditions(template, x=(0, 1), y=(0, 1)):
    """Return a condition at all sides of a rectangle, from a template of its text."""
    return [
        template.format(arguments)
        for arguments in (f"({x[0]}, y)", f"({x[1]}, y)", f"(x, {y[0]})", f"(x, {y[1]})")
    ]


@pytest.mark.parametrize(
    "residual, domain, conditions, exact",
    [
        (
            "u_xx + u_yy + 2*pi^2*sin(pi*x)*sin(pi*y)",
            {"x": (0, 1), "y": (0, 1)},
            list_conditions("u{} = 0"),
            lambda x, y: np.sin(np.pi * x) * np.sin(np.pi * y),
        ),
        (
            "u_xx + u_yy + 9*u = 0",
            {"x": (0, 1), "y": (0, 2)},
            [
                "u(0, y) = sin(3*y)",
                "u_x(1, y) = 0",
                "u(x, 0) = 0",
                "u_y(x, 2) + u(x, 2) = 3*cos(6) + sin(6)",
            ],
            lambda x, y: np.sin(3 * y),
        ),
        (
            "u_t = 0.4*u_xx",
            {"x": (0, 1), "t": (0, 1)},
            ["u(x, 0) = sin(pi*x)", "u(0, t) = 0", "u(1, t) = 0"],
            lambda x, t: np.sin(np.pi * x) * np.exp(-0.4 * np.pi**2 * t),
        ),
        (
            "u_tt = 4*u_xx",
            {"t": (0, 1), "x": (0, 1)},
            ["u(0, x) = sin(pi*x)", "u_t(0, x) = 0", "u(t, 0) = 0", "u(t, 1) = 0"],
            lambda t, x: np.sin(np.pi * x) * np.cos(2 * np.pi * t),
        ),
        (
            "u_t + 2*u_x",
            {"x": (0, 1), "t": (0, 0.5)},
            ["u(x, 0) = sin(2*pi*x)", "u(0, t) = u(1, t)"],
            lambda x, t: np.sin(2 * np.pi * (x - 2 * t)),
        ),
        (
            "u_xxxx + 2*u_xxyy + u_yyyy - 4*exp(x + y)",
            {"x": (0, 1), "y": (0, 1)},
            list_conditions("u{} = exp(x + y)")
            + [
                "u_x(0, y) = exp(y)",
                "u_x(1, y) = exp(1 + y)",
                "u_y(x, 0) = exp(x)",
                "u_y(x, 1) = exp(x + 1)",
            ],
            lambda x, y: np.exp(x + y),
        ),
        (
            "u_t = u_xx + u_yy + u_zz",
            {"x": (0, 1), "y": (0, 1), "z": (0, 1), "t": (0, 0.1)},
            [f"u({sides}) = x*y*z + x^2 + 2*t" for sides in SIDES],
            lambda x, y, z, t: x * y * z + x**2 + 2 * t,
        ),
    ],
    ids=["poisson", "helmholtz", "heat", "wave", "advection", "biharmonic", "heat in space"],
)
def test_linear_equations(residual, domain, conditions, exact):
    problem = Equation([residual], domain, conditions).problem()
    assert find_error(problem, 5 if len(domain) == 4 else 18, u=exact) < 1e-8


def test_error_falls_by_a_factor_with_each_degree():
    problem = Equation(["u_xx + 25*u"], {"x": (0, 1)}, ["u(0) = 0", "u_x(0) = 5"]).problem()
    errors = np.log10(
        [find_error(problem, count, u=lambda x: np.sin(5 * x)) for count in (8, 10, 12, 14, 16)]
    )
    assert np.all(np.diff(errors) < -1) and errors[-1] < -8


def test_system():
    problem = Equation(
        ["u_x - v_y", "u_y + v_x"],  # u - iv is analytic: sin(z)
        {"x": (0, 1), "y": (0, 1)},
        ["u(0, y) = 0", "v(x, 0) = 0", "u(1, y) = sin(1)*cosh(y)", "v(x, 1) = cos(x)*sinh(1)"],
    ).problem()
    u, v = lambda x, y: np.sin(x) * np.cosh(y), lambda x, y: np.cos(x) * np.sinh(y)
    assert find_error(problem, 12, u=u, v=v) < 1e-9


def test_nonlinear_equation_and_conditions():
    problem = Equation(
        ["u'' = 6*u^2"], {"x": (0, 1)}, ["u(0)^2 = 1", "u'(0) + 2*u(0) = 0"]
    ).problem()
    coarser = ChebyshevCollocation(
        Equation(["u'' = 6*u"], {"x": (0, 1)}, ["u(0) = 1", "u'(0) + 2*u(0) = 0"]).problem(), 8
    )
    points = np.linspace(0, 1, 50)
    np.testing.assert_allclose(
        ChebyshevCollocation(problem, 30, coarser)({"x": points})["u"],
        1 / (1 + points) ** 2,
        atol=1e-10,
    )


def test_singular_at_an_end():
    """The Lane-Emden equation of index 5, which an initial value solver cannot start."""
    problem = Equation(["x*u'' + 2*u' + x*u^5"], {"x": (0, 5)}, ["u(0) = 1", "u'(0) = 0"]).problem()
    assert find_error(problem, 40, u=lambda x: (1 + x**2 / 3) ** -0.5) < 1e-10


def test_burgers():
    conditions = ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"]
    problem = Equation(
        ["u_t + u*u_x - 0.3*u_xx"], {"x": (-1, 1), "t": (0, 1)}, conditions
    ).problem()
    assert find_error(problem, 24, u=lambda x, t: burgers.solve({"x": x, "t": t}, 0.3)["u"]) < 5e-6


@pytest.mark.parametrize(
    "residual, conditions, expected",
    [
        ("u'^2 + 1", ["u(0) = 1"], "does not converge"),
        ("u' + log(u)", ["u(0) = 1"], "not finite"),
    ],
)
def test_problems_without_solution(residual, conditions, expected):
    with pytest.raises(UserError, match=expected):
        ChebyshevCollocation(Equation([residual], {"x": (0, 1)}, conditions).problem(), 10)


def test_unknown_constants():
    problem = Equation(["u' + k*u"], {"x": (0, 1)}, ["u(0) = 1"], unknown={"k": 1.0}).problem()
    with pytest.raises(UserError, match="Unknown: k"):
        ChebyshevCollocation(problem, 10)
