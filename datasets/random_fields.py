"""Gaussian random fields: smooth functions that are drawn by the variances of their modes."""

import numpy as np
from scipy.linalg import cholesky

ROUNDING = 1e-10  # added to variances, so that the covariance of near points is positive


def draw_periodic_fields(count, points, scale, shift, power, random):
    """Draw periodic functions on [0, 1) from N(0, scale^2 (-Laplace + shift)^-power).

    Args:
        count: number of functions.
        points: even number of points of the grid, whose modes are drawn.
        scale, shift, power: of the covariance; a higher power is smoother.
        random: `numpy.random.Generator`.

    Returns: `(count, points)`.
    """
    wave_numbers = 2 * np.pi * np.arange(points // 2)
    deviations = scale * (wave_numbers**2 + shift) ** (-power / 2)
    shape = count, points // 2
    # The basis is 1, sqrt(2) cos(2 pi k x), sqrt(2) sin(2 pi k x).
    modes = deviations * (random.normal(size=shape) + 1j * random.normal(size=shape)) / 2**0.5
    modes[:, 0] = deviations[0] * random.normal(size=count)
    return np.fft.irfft(modes, points) * points


def draw_smooth_fields(count, points, length, random):
    """Draw functions on [0, 1] with the covariance exp(-|x - x'|^2 / (2 length^2)).

    Returns: `(count, points)`, both ends included.
    """
    x = np.linspace(0, 1, points)
    covariance = np.exp(-((x[:, None] - x) ** 2) / (2 * length**2))
    factor = cholesky(covariance + ROUNDING * np.eye(points), lower=True)
    return random.normal(size=(count, points)) @ factor.T


def draw_two_phases(count, points, low, high, shift, random, modes=128):
    """Draw media of two phases, by the sign of a field on the unit square.

    The field is N(0, (-Laplace + shift)^-2) with zero slope at the boundary, without its mean.

    Args:
        count: number of media.
        points: points of the grid in each direction, both ends included.
        low, high: value where the field is negative, and elsewhere.
        shift: of the covariance.
        random: `numpy.random.Generator`.
        modes: number of cosines in each direction.

    Returns: `(count, points, points)`.
    """
    k = np.arange(modes)
    deviations = 1 / (np.pi**2 * (k[:, None] ** 2 + k**2) + shift)
    deviations[0, 0] = 0
    cosines = np.cos(np.pi * np.linspace(0, 1, points)[:, None] * k) * np.where(k > 0, 2**0.5, 1)
    found = np.empty((count, points, points), "float32")
    for row in found:
        field = cosines @ (deviations * random.normal(size=(modes, modes))) @ cosines.T
        row[:] = np.where(field < 0, low, high)
    return found
