import numpy as np
import pytest

from equations.classical.solver import classical, refined
from equations.equation import Equation
from equations.references import burgers, cavity, schroedinger
from errors import UserError

BURGERS = ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"]


@pytest.mark.parametrize(
    "residual, domain, conditions, exact, method, most",
    [
        ("u' + 2*x*u", {"x": (0, 2)}, ["u(0) = 1"], lambda x: np.exp(-(x**2)), "Runge-Kutta", 1e-11),
        ("x*u'' + u' + x*u", {"x": (0, 2)}, ["u(0) = 1", "u'(0) = 0"], None, "Chebyshev", 1e-9),
        (
            "u_t = u_xx",
            {"x": (0, "pi"), "t": (0, 1)},
            ["u(x, 0) = sin(x)", "u(0, t) = 0", "u(pi, t) = 0"],
            lambda x, t: np.sin(x) * np.exp(-t),
            "Chebyshev",
            1e-9,
        ),
        (
            "u_t + u*u_x - 0.01/pi*u_xx",
            {"x": (-1, 1), "t": (0, 1)},
            BURGERS,
            lambda x, t: burgers.solution({"x": x, "t": t})["u"],
            "lines",
            1e-4,
        ),
    ],
)  # fmt: skip
def test_the_method_that_suits(residual, domain, conditions, exact, method, most):
    problem = Equation([residual], domain, conditions).problem()
    found = classical(problem)
    assert method in found.method and found.seconds > 0
    points = np.random.default_rng(1).uniform(problem.low, problem.high, (500, len(problem.low)))
    values = found.solution(dict(zip(problem.coordinates, points.T, strict=True)))["u"]
    if exact is None:
        from scipy.special import j0 as exact
    expected = exact(*points.T)
    error = np.linalg.norm(values - expected) / np.linalg.norm(expected)
    assert error < most and found.error < 100 * most


def test_no_solution():
    problem = Equation(["u_x^2 + u_y^2 + 1"], {"x": (0, 1), "y": (0, 1)}, ["u(0, y) = 0"]).problem()
    with pytest.raises(UserError, match="no classical solution: .*Newton.*; .*linear in u_x"):
        classical(problem)


def test_solutions_that_do_not_settle():
    problem = Equation(["u'"], {"x": (0, 1)}, ["u(0) = 0"]).problem()
    makers = [
        lambda _, size=size: lambda coordinates: {"u": size * coordinates["x"]}
        for size in (1, 2, 4)
    ]
    with pytest.raises(UserError, match="a finer one differs by 0.5"):
        refined("doubling", makers, problem)


def test_finer_solutions_until_they_settle():
    problem = Equation(["u'"], {"x": (0, 1)}, ["u(0) = 0"]).problem()
    made = []

    def maker(size):
        def make(coarser):
            made.append((size, coarser))
            return lambda coordinates: {"u": 1 + 10.0**-size * np.ones_like(coordinates["x"])}

        return make

    found = refined("a series", [maker(size) for size in (1, 2, 11, 12, 13)], problem)
    assert (
        [size for size, _ in made] == [1, 2, 11, 12]
        and made[0][1] is None
        and made[3][1] is not None
    )
    np.testing.assert_allclose(found.error, 9e-12, rtol=1e-2)


@pytest.mark.parametrize(
    "reference, residuals, domain, most",
    [
        (schroedinger, ["u_t + v_xx", "v_t - u_xx"], {"x": (-5, 5), "t": (0, "pi/2")}, 2e-5),
        (cavity, ["u_x + p_x", "v_y + p_y"], {"x": (0, 1), "y": (0, 1)}, 1e-3),
    ],
)
def test_coarse_versions_of_references(reference, residuals, domain, most):
    problem = Equation(residuals, domain).problem()  # only its domain counts
    points = np.random.default_rng(1).uniform(problem.low, problem.high, (500, 2))
    points = dict(zip(problem.coordinates, points.T, strict=True))
    found, expected = reference.classical(problem).solution(points), reference.solution(points)
    for name in "uv":
        assert np.linalg.norm(found[name] - expected[name]) < most * np.linalg.norm(expected[name])
