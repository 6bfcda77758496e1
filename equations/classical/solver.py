"""A classical solver for a problem: the honest figure beside which that of a network stands."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from equations.classical.collocation import Collocation
from equations.classical.lines import Lines
from equations.classical.ode import ode
from errors import UserError

COEFFICIENTS = 1400  # of polynomials: a step of Newton's method then takes half a second
COUNTS = 6, 8, 11, 16, 23, 32, 64, 128, 256  # of polynomials
POINTS = 250, 500, 1000, 2000, 4000  # of lines, with tolerances that fall with their error
ENOUGH = 1e-9  # relative error
NOTHING = 0.1  # relative error of what is no solution
PATIENCE = 1.0  # seconds after which no finer solution is begun
TESTED = 1000  # points


@dataclass(frozen=True)
class Classical:
    """A solution by a classical method."""

    method: str
    """in words"""
    solution: Callable
    """function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`"""
    error: float
    """relative, in root mean square: how far a coarser solution is from this one"""
    seconds: float
    """that this solution took"""


def classical(problem):
    """Solve a problem by the method that suits it best, ever finer until it hardly changes, or for about a second.

    Args:
        problem: an `equations.problem.Problem`.

    Returns: a `Classical`. Its error is that of the next coarser solution, and so rather too large.

    Raises:
        UserError: no method finds a solution.
    """
    found, reasons = [], []
    for method in (
        (by_steps, by_polynomials) if len(problem.coordinates) == 1 else (by_polynomials, by_lines)
    ):
        try:
            found.append(method(problem))
        except UserError as error:
            reasons.append(str(error))
        if found and found[-1].error <= ENOUGH:
            break
    if not found:
        raise UserError(f"no classical solution: {'; '.join(reasons)}")
    return min(found, key=lambda one: one.error)


def by_steps(problem):
    """An ordinary differential equation."""
    tolerances = [
        lambda _, tolerance=tolerance: ode(problem, tolerance) for tolerance in (1e-9, 1e-13)
    ]
    return refined("Runge-Kutta steps or splines", tolerances, problem)


def by_polynomials(problem):
    """Smooth solutions in few coordinates."""
    sizes = [(count, len(problem.unknowns) * count ** len(problem.coordinates)) for count in COUNTS]
    makers = [
        lambda coarser, n=n: Collocation(problem, n, coarser)
        for n, size in sizes
        if size <= COEFFICIENTS
    ]
    return refined("Chebyshev collocation", makers, problem)


def by_lines(problem):
    """What changes steeply in space and evolves in time."""
    makers = [
        lambda _, points=points: Lines(problem, points, 1e-5 * (250 / points) ** 2)
        for points in POINTS
    ]
    return refined("the method of lines", makers, problem)


def refined(method, makers, problem):
    """The last of ever finer solutions, as a `Classical`.

    Args:
        method: in words.
        makers: functions that make a solution from a coarser one or None.
        problem: for its domain.

    Raises:
        UserError: there is none, or the last two have little in common.
    """
    random = np.random.default_rng(0).uniform(problem.low, problem.high, (TESTED, len(problem.low)))
    points = dict(zip(problem.coordinates, random.T, strict=True))
    solution, before, found, reason, begun = None, None, None, "", time.perf_counter()
    for make in makers:
        start = time.perf_counter()
        if (found or reason) and start - begun > PATIENCE:
            break
        try:
            solution = make(solution)
        except UserError as error:
            solution, reason = None, str(error)
            continue
        seconds = time.perf_counter() - start
        values = np.array(list(solution(points).values()))
        if before is not None:
            error = float(np.linalg.norm(values - before) / max(np.linalg.norm(values), 1e-300))
            found = Classical(method, solution, error, seconds)
            if error <= ENOUGH:
                break
        before = values
    if found is None:
        raise UserError(reason or f"{method} gave a single solution, whose error is unknown")
    if not found.error < NOTHING:
        raise UserError(f"{method} finds no solution: a finer one differs by {found.error:.1g}")
    return found
