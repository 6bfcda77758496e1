"""Densities in the plane whose formula is known: what a generative model has to find.

Each is a `Density` with `sample(count, random)` and `log_density(points)`, in nats.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

NOISE = 0.05  # standard deviation around the curves and the points
NODES = 128  # of the quadrature over half a circle; the noise is wider than their distances
ROWS_AT_ONCE = 4096  # bounds the memory of a sum over all nodes
TWIST = 0.8  # radians by which a pinwheel turns for each unit of the radius
BLADES = 5


class Density(NamedTuple):
    """A density in the plane.

    Args:
        line: what it is, in words.
        sample: function from a count and a `numpy.random.Generator` to points, `(count, 2)`.
        log_density: function from points, `(rows, 2)`, to the log density in nats, `(rows,)`.
        box: `((low, high), (low, high))` that holds all but a millionth of the mass.
        modes: places of the maxima, `(k, 2)`; None if they are not separate.
    """

    line: str
    sample: Callable
    log_density: Callable
    box: tuple
    modes: np.ndarray | None = None


def log_of_mixture(points, centres, std, weights=None):
    """Return the log density of a mixture of round Gaussians at points, `(rows,)`.

    Args:
        points: `(rows, 2)`.
        centres: `(k, 2)`.
        std: standard deviation of every Gaussian in each direction.
        weights: `(k,)`, which sum to 1; None for equal ones.
    """
    points = np.asarray(points, "float64")
    weights = np.full(len(centres), 1 / len(centres)) if weights is None else weights
    shift, found = np.log(weights) - np.log(2 * np.pi * std**2), []
    for start in range(0, len(points), ROWS_AT_ONCE):
        batch = points[start : start + ROWS_AT_ONCE, None]
        exponents = shift - np.sum((batch - centres) ** 2, axis=-1) / (2 * std**2)  # (rows, k)
        largest = exponents.max(axis=1)
        found.append(largest + np.log(np.exp(exponents - largest[:, None]).sum(axis=1)))
    return np.concatenate(found) if found else np.zeros(0)


def mixture(line, centres, std):
    """Build the `Density` of Gaussians of equal weight around centres, `(k, 2)`."""
    centres = np.asarray(centres, "float64")

    def sample(count, random):
        chosen = random.integers(len(centres), size=count)
        return centres[chosen] + std * random.normal(size=(count, 2))

    low, high = centres.min(axis=0) - 6 * std, centres.max(axis=0) + 6 * std
    box = tuple(zip(low.tolist(), high.tolist(), strict=True))
    return Density(line, sample, lambda points: log_of_mixture(points, centres, std), box, centres)


def curves(line, parts, box):
    """Build the `Density` of arcs with Gaussian noise, whose angle is uniform.

    The density is an integral over the angle, by Gauss and Legendre's quadrature.

    Args:
        line: what it is, in words.
        parts: functions from angles from 0 to pi, `(n,)`, to points on an arc, `(n, 2)`; all are
            equally likely.
        box: box of the `Density`.
    """
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    angles = np.pi * (nodes + 1) / 2
    centres = np.concatenate([part(angles) for part in parts])
    weights = np.tile(weights / 2, len(parts)) / len(parts)

    def sample(count, random):
        chosen, drawn = random.integers(len(parts), size=count), random.uniform(0, np.pi, count)
        points = np.stack([part(drawn) for part in parts])[chosen, np.arange(count)]
        return points + NOISE * random.normal(size=(count, 2))

    return Density(line, sample, lambda x: log_of_mixture(x, centres, NOISE, weights), box)


def arc(radius, centre=(0, 0), turn=0.0):
    """Return the function from angles to points on the half circle that begins at `turn`."""
    return lambda angle: np.stack(
        [centre[0] + radius * np.cos(angle + turn), centre[1] + radius * np.sin(angle + turn)],
        axis=-1,
    )


def make_checkerboard():
    """Eight squares of width 1 of a board of 4 x 4; the density is 1/8 in them and 0 outside."""

    def sample(count, random):
        column, pair = random.integers(4, size=count), random.integers(2, size=count)
        corner = np.stack([column, 2 * pair + column % 2], axis=-1)
        # Not up to the edges: rounded to float32, a point could lie in an empty square.
        return corner - 2 + random.uniform(1e-6, 1 - 1e-6, size=(count, 2))

    def log_density(points):
        points = np.asarray(points, "float64")
        cell = np.floor(points).astype(int)
        inside = (np.abs(points) < 2).all(axis=-1) & (cell.sum(axis=-1) % 2 == 0)
        return np.where(inside, -np.log(8), -np.inf)

    box = ((-2, 2), (-2, 2))
    return Density("checkerboard of eight squares", sample, log_density, box)


def make_pinwheel():
    """Five blades: Gaussians around a ring, turned by an angle that grows with the radius.

    A rotation by an angle that depends on the radius alone preserves areas, so the density of a
    point equals the density of the Gaussians at the point rotated back.
    """
    starts = 2 * np.pi * np.arange(BLADES) / BLADES
    scales = np.array([0.3, 0.1])  # along a blade and across it

    def sample(count, random):
        points = random.normal(size=(count, 2)) * scales + np.array([1.0, 0.0])
        turn = starts[random.integers(BLADES, size=count)]
        return rotate(points, turn + TWIST * np.linalg.norm(points, axis=-1))

    def log_density(points):
        points = np.asarray(points, "float64")
        turn = starts[:, None] + TWIST * np.linalg.norm(points, axis=-1)  # (blades, rows)
        untwisted = rotate(points, -turn) - np.array([1.0, 0.0])  # (blades, rows, 2)
        exponents = -np.sum((untwisted / scales) ** 2, axis=-1) / 2
        constant = np.log(BLADES * 2 * np.pi * scales.prod())
        return np.logaddexp.reduce(exponents, axis=0) - constant

    return Density("pinwheel of five blades", sample, log_density, ((-2.7, 2.7), (-2.7, 2.7)))


def rotate(points, angle):
    """Return points turned around the origin: `(..., 2)` by `(...)` radians."""
    x, y = points[..., 0], points[..., 1]
    return np.stack(
        [np.cos(angle) * x - np.sin(angle) * y, np.sin(angle) * x + np.cos(angle) * y], axis=-1
    )


def make_banana():
    """A standard normal x, and y = x^2/2 with Gaussian noise of 0.5."""
    noise = 0.5

    def sample(count, random):
        x = random.normal(size=count)
        return np.stack([x, x**2 / 2 + noise * random.normal(size=count)], axis=-1)

    def log_density(points):
        x, y = np.asarray(points, "float64").T
        return -(x**2 + ((y - x**2 / 2) / noise) ** 2) / 2 - np.log(2 * np.pi * noise)

    return Density("banana, y = x^2/2 with noise 0.5", sample, log_density, ((-5, 5), (-3, 15)))


MARGIN = 6 * NOISE
RING = 2 * np.stack([np.cos(np.pi * np.arange(8) / 4), np.sin(np.pi * np.arange(8) / 4)], axis=-1)
LATTICE = np.stack(np.meshgrid(np.arange(-2, 3), np.arange(-2, 3)), axis=-1).reshape(-1, 2)

DENSITIES = {
    # The geometry of sklearn.datasets.make_moons.
    "moons": curves(
        f"two moons, noise {NOISE}",
        [arc(1), arc(1, (1, 0.5), np.pi)],
        ((-1 - MARGIN, 2 + MARGIN), (-0.5 - MARGIN, 1 + MARGIN)),
    ),
    # That of sklearn.datasets.make_circles with factor=0.5.
    "circles": curves(
        f"two circles, noise {NOISE}",
        [arc(1), arc(1, turn=np.pi), arc(0.5), arc(0.5, turn=np.pi)],
        ((-1 - MARGIN, 1 + MARGIN), (-1 - MARGIN, 1 + MARGIN)),
    ),
    "gaussians": mixture("eight Gaussians on a ring of radius 2, std 0.2", RING, 0.2),
    "grid": mixture("25 Gaussians on a grid of spacing 1, std 0.1", LATTICE, 0.1),
    "checkerboard": make_checkerboard(),
    "pinwheel": make_pinwheel(),
    "banana": make_banana(),
}
