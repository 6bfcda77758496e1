import time

import numpy as np
import pytest

from equations.classical import solver
from equations.classical.chebyshev_collocation import ChebyshevCollocation
from equations.classical.method_of_lines import MethodOfLines
from equations.classical.solver import refine, solve_by_euler, solve_classically
from equations.classical.work import TooMuchWork, Work
from equations.equation import Equation
from equations.references import burgers, cavity, schroedinger
from errors import UserError

BURGERS = ["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"]


@pytest.fixture
def coarse(monkeypatch):
    """Fewer resolutions, which take less time."""
    monkeypatch.setattr(solver, "POLYNOMIALS", (6, 8, 11, 16, 23))
    monkeypatch.setattr(solver, "LINES", (250, 500, 1000))


@pytest.mark.parametrize(
    "residual, domain, conditions, exact, method, maximum",
    [
        (
            "u' + 2*x*u",
            {"x": (0, 2)},
            ["u(0) = 1"],
            lambda x: np.exp(-(x**2)),
            "Runge-Kutta",
            1e-11,
        ),
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
            lambda x, t: burgers.solve({"x": x, "t": t})["u"],
            "lines",
            1e-4,
        ),
    ],
)
def test_suitable_methods(coarse, residual, domain, conditions, exact, method, maximum):
    problem = Equation([residual], domain, conditions).problem()
    found = solve_classically(problem)
    assert method in found.method and found.seconds > 0
    points = np.random.default_rng(1).uniform(problem.low, problem.high, (500, len(problem.low)))
    values = found.solution(dict(zip(problem.coordinates, points.T, strict=True)))["u"]
    if exact is None:
        from scipy.special import j0 as exact
    expected = exact(*points.T)
    error = np.linalg.norm(values - expected) / np.linalg.norm(expected)
    assert error < maximum and found.error < 100 * maximum


def test_no_solution(coarse):
    problem = Equation(["u_x^2 + u_y^2 + 1"], {"x": (0, 1), "y": (0, 1)}, ["u(0, y) = 0"]).problem()
    with pytest.raises(
        UserError, match="no classical solution was found: .*Newton.*; .*linear in u_x"
    ):
        solve_classically(problem)


def test_solutions_that_do_not_converge():
    problem = Equation(["u'"], {"x": (0, 1)}, ["u(0) = 0"]).problem()
    solvers = [
        lambda _, size=size: lambda coordinates: {"u": size * coordinates["x"]}
        for size in (1, 2, 4)
    ]
    with pytest.raises(UserError, match="the relative change by refinement is 0.5"):
        refine("doubling", solvers, problem)


def test_solutions_are_refined_until_they_converge():
    problem = Equation(["u'"], {"x": (0, 1)}, ["u(0) = 0"]).problem()
    calls = []

    def build_solver(size):
        def solve(coarser):
            calls.append((size, coarser))
            return lambda coordinates: {"u": 1 + 10.0**-size * np.ones_like(coordinates["x"])}

        return solve

    found = refine("a series", [build_solver(size) for size in (1, 2, 11, 12, 13)], problem)
    assert [size for size, _ in calls] == [1, 2, 11, 12]
    assert calls[0][1] is None and calls[3][1] is not None
    np.testing.assert_allclose(found.error, 9e-12, rtol=1e-2)


@pytest.mark.parametrize(
    "residual, domain, conditions",
    [
        ("u'' = -u^3", {"x": (0, 9)}, ["u(0) = 1", "u'(0) = 0"]),
        ("u_t + u*u_x - 0.01/pi*u_xx", {"x": (-1, 1), "t": (0, 1)}, BURGERS),
    ],
)
def test_the_solution_does_not_depend_on_the_clock(
    coarse, monkeypatch, residual, domain, conditions
):
    problem = Equation([residual], domain, conditions).problem()
    points = {name: np.linspace(*ends, 99) for name, ends in domain.items()}
    found = solve_classically(problem)
    hours = iter(range(0, 10**9, 3600))
    for clock in ("perf_counter", "monotonic", "time", "process_time", "thread_time"):
        monkeypatch.setattr(time, clock, lambda: next(hours))
    again = solve_classically(problem)
    assert again.seconds >= 3600  # the clock was patched
    assert again.method == found.method and again.error == found.error
    np.testing.assert_array_equal(again.solution(points)["u"], found.solution(points)["u"])


def test_refinement_ends_with_the_work(monkeypatch):
    """The last solution that was finished is returned; where there is none, a line says why."""
    problem = Equation(["u'' = -1e4*u"], {"x": (0, 1)}, ["u(0) = 1", "u'(0) = 0"]).problem()
    fine = solver.solve_by_steps(problem)
    assert fine.error < 1e-7
    monkeypatch.setattr(solver, "Work", lambda: Work(6e7))
    coarse = solver.solve_by_steps(problem)
    assert fine.error < coarse.error < 0.1
    monkeypatch.setattr(solver, "Work", lambda: Work(5e6))
    with pytest.raises(UserError, match=r"beyond x = 0\.\d+: it changes too fast"):
        solver.solve_by_steps(problem)


@pytest.mark.parametrize(
    "solve",
    [
        lambda problem, work: ChebyshevCollocation(problem, 16, None, work),
        lambda problem, work: MethodOfLines(problem, 250, 1e-6, work),
    ],
)
def test_all_methods_count_their_work(solve):
    conditions = ["u(x, 0) = sin(x)", "u(0, t) = 0", "u(pi, t) = 0"]
    problem = Equation(["u_t = u_xx"], {"x": (0, "pi"), "t": (0, 1)}, conditions).problem()
    work = Work()
    solve(problem, work)
    assert 0 < work.spent < work.limit
    with pytest.raises(TooMuchWork, match="too long"):
        solve(problem, Work(work.spent * 0.9))


def test_the_error_of_euler_is_estimated_from_half_the_steps():
    """The error is of first order, so that the estimate is the error itself."""
    problem = Equation(["u' + u"], {"t": (0, 1)}, ["u(0) = 1"]).problem()
    found = solve_by_euler(problem, 1000)
    t = np.linspace(0, 1, 777)
    exact = np.exp(-t)
    error = np.linalg.norm(found.solution({"t": t})["u"] - exact) / np.linalg.norm(exact)
    np.testing.assert_allclose(found.error, error, rtol=0.05)
    assert found.method == "forward Euler, 1000 steps" and found.seconds > 0


@pytest.mark.parametrize(
    "reference, residuals, domain, maximum",
    [
        (schroedinger, ["u_t + v_xx", "v_t - u_xx"], {"x": (-5, 5), "t": (0, "pi/2")}, 2e-5),
        (cavity, ["u_x + p_x", "v_y + p_y"], {"x": (0, 1), "y": (0, 1)}, 1e-3),
    ],
)
def test_coarse_versions_of_references(reference, residuals, domain, maximum):
    problem = Equation(residuals, domain).problem()  # only its domain matters
    points = np.random.default_rng(1).uniform(problem.low, problem.high, (500, 2))
    points = dict(zip(problem.coordinates, points.T, strict=True))
    found, exact = reference.solve_coarsely(problem), reference.solve(points)
    values = found.solution(points)
    for name in "uv":
        error = np.linalg.norm(values[name] - exact[name])
        assert error < maximum * np.linalg.norm(exact[name])
    assert 0 < found.error < 0.1
