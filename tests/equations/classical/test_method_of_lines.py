import numpy as np
import pytest

from equations.classical.finite_differences import build_difference_matrix
from equations.classical.method_of_lines import MethodOfLines
from equations.equation import Equation
from equations.references import allen_cahn, burgers
from errors import UserError

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("order", range(6))
def test_differences_are_exact_for_polynomials(order):
    x = np.linspace(-1, 1, 21)
    polynomial = np.polynomial.Polynomial(RANDOM.uniform(-1, 1, order + 3))
    derivative = build_difference_matrix(21, 0.1, order) @ polynomial(x)
    np.testing.assert_allclose(
        derivative, polynomial.deriv(order)(x), atol=1e-15 * 60**order + 1e-13
    )


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_periodic_differences_are_of_fourth_order(order):
    errors = []
    for points in (40, 80, 160):
        x = 2 * np.pi / points * np.arange(points)
        derivative = build_difference_matrix(
            points, 2 * np.pi / points, order, periodic=True
        ) @ np.sin(x)
        errors.append(np.abs(derivative - np.sin(x + order * np.pi / 2)).max())
    np.testing.assert_allclose(np.log2(np.divide(errors[:-1], errors[1:])), 4, atol=0.1)


def find_error(lines, problem, **exact):
    """Return the maximum error of the named unknown functions at random points."""
    points = RANDOM.uniform(problem.low, problem.high, (1000, 2))
    found = lines(dict(zip(problem.coordinates, points.T, strict=True)))
    return max(np.abs(found[name] - function(*points.T)).max() for name, function in exact.items())


@pytest.mark.parametrize(
    "residuals, x, conditions, exact",
    [
        (
            ["u_t = u_xx"],
            (0, "pi"),
            ["u(x, 0) = sin(x)", "u(0, t) = 0", "u(pi, t) = 0"],
            lambda x, t: np.sin(x) * np.exp(-t),
        ),
        (
            ["u_t = u_xx"],
            (0, 1),
            [
                "u(x, 0) = cos(x)",
                "u_x(0, t) = 0",
                "2*u_x(1, t) + 2*u(1, t) = 2*exp(-t)*(cos(1) - sin(1))",
            ],
            lambda x, t: np.cos(x) * np.exp(-t),
        ),
        (
            ["u_tt = u_xx"],
            (0, 1),
            [
                "u(x, 0) = sin(x)",
                "u_t(x, 0) = -cos(x)",
                "u(0, t) = -sin(t)",
                "u_x(1, t) = cos(1 - t)",
            ],
            lambda x, t: np.sin(x - t),
        ),
        (
            ["u_t + u_x"],
            (0, 1),
            ["u(x, 0) = exp(-20*(x - 0.3)^2)", "u(0, t) = exp(-20*(t + 0.3)^2)"],
            lambda x, t: np.exp(-20 * (x - t - 0.3) ** 2),
        ),
        (
            ["u_t + 2*u_x"],
            (0, 1),
            ["u(x, 0) = sin(2*pi*x)", "u(0, t) = u(1, t)"],
            lambda x, t: np.sin(2 * np.pi * (x - 2 * t)),
        ),
        (
            ["u_t = u_xx + u"],
            (0, "2*pi"),
            ["u(x, 0) = 2 + sin(x)", "u(0, t) = u(2*pi, t)", "u_x(0, t) = u_x(2*pi, t)"],
            lambda x, t: 2 * np.exp(t) + np.sin(x),
        ),
        (
            ["u_tt + u_xxxx"],
            (0, "pi"),
            [
                "u(x, 0) = sin(x)",
                "u_t(x, 0) = 0",
                "u(0, t) = 0",
                "u(pi, t) = 0",
                "u_xx(0, t) = 0",
                "u_xx(pi, t) = 0",
            ],
            lambda x, t: np.sin(x) * np.cos(t),
        ),
        (
            ["(2 + u)*u_t - v_t = (2 + u)*u_xx - v_xx", "u_t + v_t = u_xx + v_xx"],
            (0, "pi"),
            ["u(x, 0) = sin(x)", "v(x, 0) = 1", "u(0, t) + v(0, t) = 1", "u(0, t) - v(0, t) = -1"]
            + ["u(pi, t) = 0", "v_x(pi, t) = 0"],
            lambda x, t: np.sin(x) * np.exp(-t),
        ),
    ],
    ids=["dirichlet", "robin", "wave", "inflow", "advection", "periodic", "beam", "system"],
)
def test_closed_forms(residuals, x, conditions, exact):
    problem = Equation(residuals, {"x": x, "t": (0, 1)}, conditions).problem()
    assert find_error(MethodOfLines(problem, 120, 1e-6), problem, u=exact) < 2e-5


def test_joined_ends_without_a_periodic_grid():
    """u(0, t) = -u(1, t): the value at each end follows from the other end."""
    conditions = ["u(x, 0) = cos(pi*x)", "u(0, t) = -u(1, t)", "u_x(0, t) = -u_x(1, t)"]
    problem = Equation(
        ["u_t = u_xx"], {"t": (0, 0.1), "x": (0, 1)}, swap_arguments(conditions)
    ).problem()
    exact = lambda t, x: np.cos(np.pi * x) * np.exp(-(np.pi**2) * t)  # noqa: E731
    lines = MethodOfLines(problem, 100, 1e-7)
    assert not lines.boundary.periodic and find_error(lines, problem, u=exact) < 1e-5


def swap_arguments(conditions):
    """Return the conditions with t before x."""
    for old, new in (("(x, 0)", "(0, x)"), ("(0, t)", "(t, 0)"), ("(1, t)", "(t, 1)")):
        conditions = [condition.replace(old, new) for condition in conditions]
    return conditions


def test_fourth_order_on_a_steep_solution():
    conditions = ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"]
    problem = Equation(
        ["u_t + u*u_x - 0.01/pi*u_xx"], {"x": (-1, 1), "t": (0, 1)}, conditions
    ).problem()
    x, t = RANDOM.uniform((-1, 0), (1, 1), (4000, 2)).T
    exact = burgers.solve({"x": x, "t": t})["u"]
    errors = [
        np.linalg.norm(MethodOfLines(problem, n, 1e-8)({"x": x, "t": t})["u"] - exact)
        / np.linalg.norm(exact)
        for n in (1000, 2000)
    ]
    assert errors[1] < 1e-5 and errors[0] > 10 * errors[1]


def test_allen_cahn_agrees_with_the_reference():
    conditions = ["u(x, 0) = x^2*cos(pi*x)", "u(-1, t) = u(1, t)", "u_x(-1, t) = u_x(1, t)"]
    problem = Equation(
        ["u_t - 0.0001*u_xx + 5*u^3 - 5*u"], {"x": (-1, 1), "t": (0, 1)}, conditions
    ).problem()
    x, t = RANDOM.uniform((-1, 0.1), (1, 1), (4000, 2)).T
    expected = allen_cahn.solve({"x": x, "t": t})["u"]
    assert np.abs(MethodOfLines(problem, 2000, 1e-8)({"x": x, "t": t})["u"] - expected).max() < 1e-5


@pytest.mark.parametrize(
    "residual, conditions, expected",
    [
        (
            "u_xx + u_tt",
            ["u(0, t) = 0", "u(1, t) = 0", "u(x, 0) = 0", "u(x, 1) = 1"],
            "two coordinates",
        ),
        ("u_t - u_xx", ["u(x, 0) = 1 - x", "u(0, t)^2 = 1", "u(1, t) = 0"], "linear conditions"),
        ("u_t - u_xx", ["u(x, 0) = 1 - x", "u(0.5, t) = 0.5", "u(1, t) = 0"], "at the ends of x"),
        (
            "u_t - u_xx",
            ["u(x, 0) = 1 - x", "u_t(0, t) = 0", "u(1, t) = 0"],
            "lower derivatives in t",
        ),
        (
            "u_t - u_xx",
            ["u(x, 0) = 1 - x", "u(1, t) = 0", "2*u(1, t) = 0"],
            "fix values at the ends",
        ),
        ("u_t - u_xx", ["u(x, 0)^2 = 1 - x", "u(0, t) = 1", "u(1, t) = 0"], "linear conditions"),
        ("u_t - u_xxt - u_xx", ["u(x, 0) = 1 - x", "u(0, t) = 1", "u(1, t) = 0"], "u_xxt"),
        (
            "u_t - u_xx - 50*u^2",
            ["u(x, 0) = 1 - x", "u(0, t) = 1", "u(1, t) = 0"],
            "cannot be followed beyond t = ",
        ),
        (
            "u_t + 1000*u_xx",
            ["u(x, 0) = sin(9*x)", "u(0, t) = 0", "u(1, t) = 0"],
            "cannot be followed beyond t = ",
        ),
    ],
)
def test_unsuitable_problems(residual, conditions, expected):
    with pytest.raises(UserError, match=expected):
        MethodOfLines(Equation([residual], {"x": (0, 1), "t": (0, 1)}, conditions).problem(), 50)
