"""Darcy flow -div(a grad u) = 1 on the unit square, u = 0 on its boundary, for many media a."""

import numpy as np
from scipy import fft

ROWS_AT_ONCE = 50


def solve_darcy(a, tolerance=1e-8, most_steps=100):
    """Solve by finite volumes on the grid of the medium.

    The flow between two points is that through both halves of the way, so that its coefficient is
    the harmonic mean. The conjugate gradients are preconditioned by the Laplace operator, which
    sines solve exactly: the number of steps depends on the contrast of a and not on the grid.

    Args:
        a: `(media, points, points)`, positive; both ends of the unit square are included.
        tolerance: residual relative to the right side.
        most_steps: maximum number of steps.

    Returns: `(media, points, points)`.
    """
    a = np.asarray(a, "float64")
    found = np.zeros(a.shape)
    for start in range(0, len(a), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        found[part, 1:-1, 1:-1] = solve_part(a[part], tolerance, most_steps)
    return found


def solve_part(a, tolerance, most_steps):
    """Return the inner values, `(media, points - 2, points - 2)`."""
    intervals = a.shape[1] - 1
    across, down = (
        2 / (1 / first + 1 / second)  # between neighbours
        for first, second in (
            (a[:, :-1, 1:-1], a[:, 1:, 1:-1]),
            (a[:, 1:-1, :-1], a[:, 1:-1, 1:]),
        )
    )
    mean = a.mean(axis=(1, 2), keepdims=True)
    line = 4 * np.sin(np.pi * np.arange(1, intervals) / (2 * intervals)) ** 2
    eigenvalues = line[:, None] + line

    def apply(u):
        u = np.pad(u, ((0, 0), (1, 1), (1, 1)))
        x_flow = across * np.diff(u[:, :, 1:-1], axis=1)
        y_flow = down * np.diff(u[:, 1:-1], axis=2)
        return -np.diff(x_flow, axis=1) - np.diff(y_flow, axis=2)

    def precondition(r):
        modes = fft.dstn(r, 1, axes=(1, 2), norm="ortho") / eigenvalues
        return fft.dstn(modes, 1, axes=(1, 2), norm="ortho") / mean

    def dot(x, y):
        return np.sum(x * y, axis=(1, 2), keepdims=True)

    r = np.full((len(a), intervals - 1, intervals - 1), 1 / intervals**2)
    u, size = np.zeros_like(r), np.sqrt(dot(r, r))
    z = precondition(r)
    direction, energy = z, dot(r, z)
    for _ in range(most_steps):
        image = apply(direction)
        length = energy / np.maximum(dot(direction, image), 1e-300)
        u, r = u + length * direction, r - length * image
        if (np.sqrt(dot(r, r)) <= tolerance * size).all():
            break
        z = precondition(r)
        before, energy = energy, dot(r, z)
        direction = z + energy / np.maximum(before, 1e-300) * direction
    return u
