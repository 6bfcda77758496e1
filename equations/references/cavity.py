"""Steady flow in a square cavity with a moving lid, at a Reynolds number of 100."""

import functools

import numpy as np

from equations.classical.cavity import Cavity
from equations.classical.solver import refine


def solve(coordinates):
    """Solve the Navier-Stokes equations in the cavity: velocities to 1e-5, 6e-5 next to the lid.

    Args:
        coordinates: `x` and `y` in [0, 1], both `(n,)`.

    Returns: `{"u": (n,), "v": (n,), "p": (n,)}`. In the upper corners the pressure is infinite. Its
        constant, with which p(0, 0) is zero, is accurate only to 4e-4, differences of the pressure
        to 6e-5. Compare pressures up to a constant.

    Source: `equations.classical.cavity`; it agrees with the extrema of O. Botella, R. Peyret,
    Computers & Fluids 27 (1998), 421-433, to all of their seven digits.
    """
    return solve_finely()(coordinates)


@functools.cache
def solve_finely():
    """Solve with 41 nodes in each direction; takes 6 seconds and half a gigabyte."""
    return solve_by_collocation(points=41)


def solve_coarsely(problem):
    """Solve with few nodes, which takes about a second; return a `Classical`.

    Args:
        problem: the `equations.problem.Problem`, for its domain.
    """
    solvers = [lambda _, points=points: solve_by_collocation(points) for points in (9, 13, 17, 21)]
    return refine("Chebyshev collocation for the cavity", solvers, problem)


def solve_by_collocation(points):
    """Return the solution as a function of the coordinates."""
    flow = Cavity(points, reynolds=100.0)

    def evaluate(coordinates):
        values = flow(
            np.asarray(coordinates["x"], "float64"), np.asarray(coordinates["y"], "float64")
        )
        return dict(zip("uvp", values, strict=True))

    return evaluate
