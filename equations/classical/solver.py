"""Solve a problem by the classical method that suits it, with an estimate of the error."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from equations.classical.chebyshev_collocation import ChebyshevCollocation
from equations.classical.euler import integrate_by_euler
from equations.classical.method_of_lines import MethodOfLines
from equations.classical.ode import solve_ode
from equations.classical.work import TooMuchWork, Work
from errors import UserError

MAX_COEFFICIENTS = 2100  # of polynomials; a step of Newton's method then takes half a second
POLYNOMIALS = 6, 8, 11, 16, 23, 32, 45, 64, 128, 256  # in each coordinate
ROUGH_POLYNOMIALS = 6, 8, 11, 16  # for a solution that is looked at
LINES = 250, 500, 1000, 2000, 4000  # points in space
POLYNOMIAL_WORK = 3e9  # operations, see `equations.classical.work`
TOLERANCES = 1e-4, 1e-6, 1e-9, 1e-13  # of ordinary differential equations
ACCURATE = 1e-9  # relative error at which refinement stops
ROUGH = 1e-2  # relative error of a solution that is looked at
INACCURATE = 0.1  # relative error above which there is no solution
POINTS = 1000  # random points at which solutions are compared


@dataclass(frozen=True)
class Classical:
    """A solution by a classical method."""

    method: str
    """name of the method"""
    solution: Callable
    """function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`"""
    error: float
    """estimated relative error: the root mean square distance between this solution and the next
    coarser one, at random points, divided by the root mean square of this solution. It is the error
    of the coarser solution, and therefore usually larger than the error of this one."""
    seconds: float
    """wall time of this solution, without the coarser ones"""


def solve_classically(problem, accurate=ACCURATE):
    """Solve a problem by the method that suits it best.

    The solution is refined until it hardly changes, or until the work of some seconds is done. The
    work is counted, not timed: the solution is the same to the last bit on a busy machine.

    Args:
        problem: an `equations.problem.Problem`.
        accurate: relative error at which refinement stops.

    Returns: a `Classical`.

    Raises:
        UserError: no method finds a solution.
    """
    found, reasons = [], []
    methods = [solve_by_polynomials, solve_by_lines]
    if len(problem.coordinates) == 1:
        methods = [solve_by_steps, solve_by_polynomials]
    elif accurate > ACCURATE:
        # Polynomials are far more accurate for smooth solutions, and waste time on steep ones.
        methods.reverse()
    for solve in methods:
        try:
            found.append(solve(problem, accurate))
        except UserError as error:
            reasons.append(str(error))
        if found and found[-1].error <= accurate:
            break
    if not found:
        raise UserError(f"no classical solution was found: {'; '.join(reasons)}")
    return min(found, key=lambda classical: classical.error)


def look_at(problem):
    """Return a rough solution of a problem, which shows how large the unknown functions are.

    Args:
        problem: an `equations.problem.Problem`.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.

    Raises:
        UserError: there is none.
    """
    if len(problem.coordinates) == 1:
        return solve_by_steps(problem, ROUGH).solution
    return solve_by_polynomials(problem, ROUGH, ROUGH_POLYNOMIALS).solution


def solve_by_steps(problem, accurate=ACCURATE):
    """Solve an ordinary differential equation; return a `Classical`."""
    work = Work()
    solvers = [
        lambda _, tolerance=tolerance: solve_ode(problem, tolerance, work)
        for tolerance in TOLERANCES
    ]
    return refine("Runge-Kutta steps or splines", solvers, problem, accurate)


def solve_by_euler(problem, steps=1000):
    """Solve an ordinary differential equation by Euler's method; return a `Classical`.

    Its error is estimated from half the number of steps.
    """
    points = draw_points(problem)
    coarser = integrate_by_euler(problem, max(1, steps // 2))
    start = time.perf_counter()
    solution = integrate_by_euler(problem, steps)
    seconds = time.perf_counter() - start
    error = compare(evaluate(solution, points), evaluate(coarser, points))
    return Classical(f"forward Euler, {steps} steps", solution, error, seconds)


def solve_by_polynomials(problem, accurate=ACCURATE, counts=None):
    """Solve a problem with a smooth solution in few coordinates; return a `Classical`."""
    work, dimensions = Work(POLYNOMIAL_WORK), len(problem.coordinates)
    sizes = [(count, len(problem.unknowns) * count**dimensions) for count in counts or POLYNOMIALS]
    solvers = [
        lambda coarser, count=count: ChebyshevCollocation(problem, count, coarser, work)
        for count, size in sizes
        if size <= MAX_COEFFICIENTS
    ]
    return refine("Chebyshev collocation", solvers, problem, accurate)


def solve_by_lines(problem, accurate=ACCURATE):
    """Solve a problem that evolves in time and may be steep in space; return a `Classical`."""
    work = Work()
    solvers = [  # the tolerance in time falls with the error in space
        lambda _, points=points: MethodOfLines(problem, points, 1e-5 * (250 / points) ** 2, work)
        for points in LINES
    ]
    return refine("the method of lines", solvers, problem, accurate)


def refine(method, solvers, problem, accurate=ACCURATE):
    """Compute finer and finer solutions; return the last one as a `Classical`.

    Linear algebra uses a single thread: on matrices of this size several threads mostly wait for
    each other, on a busy machine a hundred times longer than they compute.

    Args:
        method: name of the method.
        solvers: functions of the next coarser solution or None, which return a solution, or raise
            `TooMuchWork` to end the refinement.
        problem: an `equations.problem.Problem`, for its domain.
        accurate: relative error at which refinement stops.

    Raises:
        UserError: there is no solution, or the last two differ by more than 10 %.
    """
    points = draw_points(problem)
    solution, before, found, reason = None, None, None, ""
    for solve in solvers:
        start = time.perf_counter()
        try:
            with threadpool_limits(1, "blas"):
                solution = solve(solution)
        except TooMuchWork as error:
            reason = str(error)
            break
        except UserError as error:
            solution, reason = None, str(error)
            continue
        seconds = time.perf_counter() - start
        values = evaluate(solution, points)
        if before is not None:
            found = Classical(method, solution, compare(values, before), seconds)
            if found.error <= accurate:
                break
        before = values
    if found is None:
        raise UserError(reason or f"{method} found a single solution, whose error is unknown")
    if not found.error < INACCURATE:
        raise UserError(
            f"{method} finds no solution: the relative change by refinement is {found.error:.1g}"
        )
    return found


def draw_points(problem):
    """Draw the random points at which solutions are compared, `{coordinate: (points,)}`."""
    size = (POINTS, len(problem.low))
    random = np.random.default_rng(0).uniform(problem.low, problem.high, size)
    return dict(zip(problem.coordinates, random.T, strict=True))


def evaluate(solution, points):
    """Evaluate all unknown functions, `(unknowns, points)`."""
    return np.array(list(solution(points).values()))


def compare(values, coarser):
    """Return the root mean square distance of two solutions relative to the first one."""
    with np.errstate(all="ignore"):  # inf - inf if Euler's method is unstable
        return float(np.linalg.norm(values - coarser) / max(np.linalg.norm(values), 1e-300))
