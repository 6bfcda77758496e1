"""Whether equations and conditions determine a solution: the rank of the linearised problem."""

import numpy as np
from numpy.polynomial import chebyshev

from equations.classical.chebyshev_collocation import ChebyshevEquations
from errors import UserError

COUNTS = {1: (16, 24), 2: (10, 14)}  # polynomials in each coordinate, by the number of coordinates
MOST = 800  # coefficients
SINGULAR = 1e-8, 1e-11  # smallest singular value, relative to the largest one, for both counts


def is_determined(problem, solution):
    """Whether no other solution is near this one.

    The problem is linearised at the solution. If a function solves the linear equations with
    conditions of zero, then any multiple of it can be added.

    Args:
        problem: an `equations.problem.Problem` without unknown constants, of numbers of order one.
        solution: function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.

    Returns: False if the solution is not determined, in two resolutions; True if it is, or if that
    cannot be said.
    """
    counts = COUNTS.get(len(problem.coordinates), ())
    places = [value.place for condition in problem.conditions for value in condition.values]
    if len(problem.coordinates) == 1 and all(place == places[0] for place in places):
        return True  # an initial value problem has one solution, if it may grow beyond all ranks
    try:
        ranks = [find_rank(problem, solution, count) for count in counts]
    except UserError:
        return True
    return not ranks or any(rank > least for rank, least in zip(ranks, SINGULAR, strict=True))


def find_rank(problem, solution, count):
    """Return the smallest singular value relative to the largest one; 1 where it says nothing."""
    if len(problem.unknowns) * count ** len(problem.coordinates) > MOST:
        return 1.0
    discrete = ChebyshevEquations(problem, count)
    coefficients = interpolate(discrete, solution).ravel()
    with np.errstate(all="ignore"):
        jacobian = np.concatenate([equation(coefficients)[1] for equation in discrete.equations])
    rows, columns = jacobian.shape
    if rows < columns or not np.isfinite(jacobian).all():
        return 1.0
    jacobian = jacobian / np.maximum(np.linalg.norm(jacobian, axis=1, keepdims=True), 1e-300)
    jacobian = jacobian / np.maximum(np.linalg.norm(jacobian, axis=0), 1e-300)
    values = np.linalg.svd(jacobian, compute_uv=False)
    return float(values[-1] / values[0])


def interpolate(discrete, solution):
    """Return the coefficients of the polynomials that equal a solution at Chebyshev points."""
    problem, count = discrete.problem, discrete.count
    points = [discrete.compute_points(axis, count) for axis in range(len(problem.coordinates))]
    grid = np.meshgrid(*points, indexing="ij")
    values = solution(dict(zip(problem.coordinates, map(np.ravel, grid), strict=True)))
    found = np.stack([values[name].reshape(grid[0].shape) for name in problem.unknowns])
    inverse = np.linalg.inv(chebyshev.chebvander(chebyshev.chebpts1(count), count - 1))
    for axis in range(1, found.ndim):
        found = np.moveaxis(np.tensordot(inverse, found, axes=(1, axis)), 0, axis)
    return found
