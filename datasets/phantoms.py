"""Phantoms for tomography: ellipses and rectangles, with sinograms in closed form.

A phantom is a sum of shapes, each with a value. What a detector of width 1 measures of a shape is
an area, which has a closed form, so no projector is needed to make a sinogram: a network that has
one inside cannot profit from errors that both would share (the inverse crime).

A shape is `(value, x, y, a, b, angle)`: its middle, with y up, its half axes or half sides, and the
angle of the first one to the x axis. Lengths are in pixels, from the middle of the picture.
"""

import math

import numpy as np

LINES = 4  # per row of pixels, along which a shape is measured
THIN = 1e-4  # width in pixels of what is seen edge-on
FEW, MANY = 4, 10  # shapes inside a body
# Shepp and Logan's phantom with Toft's contrasts: value, half axes, middle and angle in degrees,
# for a picture of side 2.
SHEPP_LOGAN = (
    (1.0, 0.69, 0.92, 0.0, 0.0, 0),
    (-0.8, 0.6624, 0.874, 0.0, -0.0184, 0),
    (-0.2, 0.11, 0.31, 0.22, 0.0, -18),
    (-0.2, 0.16, 0.41, -0.22, 0.0, 18),
    (0.1, 0.21, 0.25, 0.0, 0.35, 0),
    (0.1, 0.046, 0.046, 0.0, 0.1, 0),
    (0.1, 0.046, 0.046, 0.0, -0.1, 0),
    (0.1, 0.046, 0.023, -0.08, -0.605, 0),
    (0.1, 0.023, 0.023, 0.0, -0.606, 0),
    (0.1, 0.023, 0.046, 0.06, -0.605, 0),
)


def make_shepp_logan(size):
    """Return the shapes of Shepp and Logan's phantom, `(10, 6)`.

    Source: P. Toft, The Radon Transform, thesis, Technical University of Denmark, 1996.
    """
    value, a, b, x, y, angle = np.array(SHEPP_LOGAN).T
    half = size / 2
    return np.stack([value, half * x, half * y, half * a, half * b, np.deg2rad(angle)], axis=1)


def draw_shapes(random, size):
    """Return the shapes of a random phantom, `(shapes, 6)`: a body with smaller shapes inside."""
    half, count = size / 2, random.integers(FEW, MANY + 1)
    body = [random.uniform(0.3, 0.6), *random.uniform(-0.08, 0.08, 2) * half,
            *random.uniform(0.55, 0.85, 2) * half, random.uniform(0, np.pi)]  # fmt: skip
    radius, turn = 0.6 * np.sqrt(random.uniform(size=count)), random.uniform(0, 2 * np.pi, count)
    inner = np.stack(
        [
            random.uniform(0.05, 0.3, count) * random.choice([-1, 1], count),
            body[1] + radius * np.cos(turn) * body[3],
            body[2] + radius * np.sin(turn) * body[4],
            *np.exp(random.uniform(math.log(0.04), math.log(0.3), (2, count))) * half,
            random.uniform(0, np.pi, count),
        ],
        axis=1,
    )
    return np.concatenate([[body], inner])


def draw_phantoms(count, size, angles, detectors, seed, kind="ellipse"):
    """Draw random phantoms with values from 0 to 1.

    Args:
        count: number of phantoms.
        size: height and width of a picture.
        angles: angles of the projections in radians, `(angles,)`.
        detectors: number of detectors, one pixel wide.
        seed: seed of the shapes.
        kind: "ellipse" or "rectangle".

    Returns: pictures `(count, size, size)` and sinograms `(count, angles, detectors)`, float32.
    """
    random = np.random.default_rng(seed)
    found = [measure_phantom(draw_shapes(random, size), size, angles, detectors, kind)
             for _ in range(count)]  # fmt: skip
    return tuple(np.stack(part).astype("float32") for part in zip(*found, strict=True))


def measure_phantom(shapes, size, angles, detectors, kind="ellipse"):
    """Return the picture and the sinogram of a phantom, scaled to the largest value 1."""
    covered = cover_pixels(shapes, size, kind)
    values = shapes[:, 0]
    picture = np.tensordot(values, covered, 1)
    if picture.min() < 0:  # holes that overlap: all shapes count as denser than the body
        values = abs(values)
        picture = np.tensordot(values, covered, 1)
    measure = measure_ellipses if kind == "ellipse" else measure_rectangles
    sinogram = np.tensordot(values, measure(shapes, angles, detectors), 1)
    return picture / picture.max(), sinogram / picture.max()


def cover_pixels(shapes, size, kind="ellipse"):
    """Return the share of each pixel that each shape covers, `(shapes, size, size)`.

    Along a line a convex shape covers an interval, whose share of each pixel is exact; `LINES`
    lines for each row of pixels are averaged.
    """
    _, x, y, a, b, angle = (column[:, None] for column in shapes.T)
    v = size / 2 - (np.arange(size * LINES) + 0.5) / LINES - y  # (shapes, lines)
    cosine, sine = np.cos(angle), np.sin(angle)
    # In the axes of the shape a point of the line is origin + u * direction.
    origin, direction = (sine * v / a, cosine * v / b), (cosine / a, -sine / b)
    if kind == "ellipse":
        square = direction[0] ** 2 + direction[1] ** 2
        middle = -(origin[0] * direction[0] + origin[1] * direction[1]) / square
        inside = middle**2 - (origin[0] ** 2 + origin[1] ** 2 - 1) / square
        width = np.sqrt(np.maximum(inside, 0))
        low, high = middle - width, middle + width
    else:
        slopes = [np.where(abs(d) < 1e-12, 1e-12, d) for d in direction]
        ends = [np.sort([(-1 - o) / d, (1 - o) / d], axis=0)
                for o, d in zip(origin, slopes, strict=True)]  # fmt: skip
        low, high = np.maximum(ends[0][0], ends[1][0]), np.minimum(ends[0][1], ends[1][1])
        high = np.maximum(low, high)
    edges = np.arange(size + 1) - size / 2
    length = np.diff(np.clip(edges, (low + x)[..., None], (high + x)[..., None]), axis=-1)
    return length.reshape(len(shapes), size, LINES, size).mean(axis=2)


def measure_ellipses(shapes, angles, detectors):
    """Return the area of each ellipse in the strip of each detector, `(shapes, angles, detectors)`.

    At a distance t from its middle, the chord of an ellipse is 2 a b sqrt(r^2 - t^2) / r^2, where
    r^2 = a^2 cos^2 + b^2 sin^2 of the angle between the first axis and the rays' normal.
    """
    edges, a, b, relative = list_edges(shapes, angles, detectors)
    r = np.hypot(a * np.cos(relative), b * np.sin(relative))
    t = np.clip(edges / r, -1, 1)
    return np.diff(a * b * (t * np.sqrt(1 - t**2) + np.arcsin(t)), axis=-1)


def measure_rectangles(shapes, angles, detectors):
    """Return the area of each rectangle in the strip of each detector.

    The projections of two perpendicular sides, convolved, are the projection of the rectangle. The
    area left of a line is a sum of squares at the projections of its four corners.
    """
    edges, a, b, relative = list_edges(shapes, angles, detectors)
    p = np.maximum(a * abs(np.cos(relative)), THIN)
    q = np.maximum(b * abs(np.sin(relative)), THIN)
    left = sum(
        first * second * np.maximum(edges - first * p - second * q, 0) ** 2
        for first in (-1, 1)
        for second in (-1, 1)
    )
    return np.diff(4 * a * b * left / (8 * p * q), axis=-1)


def list_edges(shapes, angles, detectors):
    """Return the edges of the strips from the middle of each shape, its half axes, and the angle of
    the rays' normal to its first axis; each can be broadcast to `(shapes, angles, detectors + 1)`.
    """
    _, x, y, a, b, angle = (column[:, None, None] for column in shapes.T)
    turned = np.asarray(angles)[:, None]
    middle = x * np.cos(turned) + y * np.sin(turned)
    return np.arange(detectors + 1) - detectors / 2 - middle, a, b, turned - angle
