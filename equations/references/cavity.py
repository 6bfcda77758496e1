"""The steady flow in a square cavity below a moving lid at a Reynolds number of 100."""

import functools

import numpy as np

from equations.classical.cavity import Cavity
from equations.classical.solver import refined


def solution(coordinates):
    """Solve the Navier-Stokes equations in the cavity: velocities to 1e-5, 6e-5 next to the lid.

    Args:
        coordinates: `x` and `y` in [0, 1], of one shape `(n,)`.

    Returns: `u`, `v` and `p` by name, `(n,)`. In the upper corners the pressure is infinite; its constant, which makes p(0, 0)
    zero, is found to 4e-4 only, while differences of pressures are good to 6e-5. Compare it up to a constant.

    Source: `equations.classical.cavity`; it agrees with the extrema of O. Botella, R. Peyret, Computers & Fluids 27 (1998),
    421-433, to all their seven digits.
    """
    return fine()(coordinates)


@functools.cache
def fine():
    """The solution with 41 nodes in each direction; takes 6 seconds and half a gigabyte."""
    return by_collocation(points=41)


def classical(problem):
    """The same with few nodes, as a `Classical`: what a second gives.

    Args:
        problem: the `equations.problem.Problem`, for its domain.
    """
    makers = [lambda _, points=points: by_collocation(points) for points in (9, 13, 17, 21)]
    return refined("Chebyshev collocation for the cavity", makers, problem)


def by_collocation(points):
    """The solution as a function of the coordinates."""
    flow = Cavity(points, reynolds=100.0)

    def solution(coordinates):
        values = flow(
            np.asarray(coordinates["x"], "float64"), np.asarray(coordinates["y"], "float64")
        )
        return dict(zip("uvp", values, strict=True))

    return solution
