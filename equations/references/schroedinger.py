"""The nonlinear Schroedinger equation i h_t + h_xx / 2 + |h|^2 h = 0, periodic on [-5, 5], with h(x, 0) = 2 / cosh(x)."""

import functools

import numpy as np

from equations.classical.solver import refined
from equations.classical.split_step import SplitStep


def solution(coordinates):
    """Solve the Schroedinger equation to 1e-7 (relative, in root mean square).

    Continued periodically, the initial value has a small kink at x = 5. Unlike heat, the equation does not smooth it but
    sends waves of all lengths from it, so that modes are left out whatever their number: 256 give 2e-5, 8192 give 1e-7.

    Args:
        coordinates: `x` in [-5, 5] and `t` in [0, pi/2], of one shape `(n,)`.

    Returns: `u` and `v`, the real and imaginary part of h, by name, `(n,)`.

    Source: the problem, M. Raissi et al., J. Comput. Phys. 378 (2019), 686-707; the method, `equations.classical.split_step`.
    """
    return fine()(coordinates)


@functools.cache
def fine():
    """The solution at every fourth of the steps; takes 5 seconds."""
    return by_split_steps(points=8192, steps=4000, kept_every=4)


def classical(problem):
    """The same with few points, as a `Classical`: what a second gives.

    Args:
        problem: the `equations.problem.Problem`, for its domain.
    """
    makers = [
        lambda _, points=points: by_split_steps(points, steps=points)
        for points in (64, 128, 256, 512)
    ]
    return refined("Fourier split steps", makers, problem)


def by_split_steps(points, steps, kept_every=1):
    """The solution as a function of the coordinates."""
    h = SplitStep(lambda x: 2 / np.cosh(x), (-5, 5), (0, np.pi / 2), points, steps, kept_every)

    def solution(coordinates):
        values = h(np.asarray(coordinates["x"], "float64"), np.asarray(coordinates["t"], "float64"))
        return {"u": values.real, "v": values.imag}

    return solution
