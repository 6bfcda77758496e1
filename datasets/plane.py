"""Points of two classes in the plane: the four sets of TensorFlow's playground, and two more."""

import numpy as np


def circle(x, y, random):
    radius = np.where(y == 1, 0.45 * np.sqrt(x[:, 0]), 0.65 + 0.35 * x[:, 0])
    return from_polar(radius, 2 * np.pi * x[:, 1]) + noise(y, 0.07, random)


def xor(x, y, random):
    signs = np.where(x[:, :1] < 0.5, -1.0, 1.0) * np.stack([np.ones(len(y)), 2.0 * y - 1], axis=1)
    return signs * random.uniform(0.05, 1, (len(y), 2)) + noise(y, 0.07, random)


def gauss(x, y, random):
    return (2.0 * y - 1)[:, None] * (0.4, 0.4) + noise(y, 0.35, random)


def spiral(x, y, random):
    angle = 0.6 + 3 * np.pi * np.sqrt(x[:, 0])
    return from_polar(angle / 10.1, angle + np.pi * y) + noise(y, 0.02, random)


def moons(x, y, random):
    points = from_polar(np.ones(len(y)), np.pi * (x[:, 0] + y)) + np.outer(y, (1, 0.5))
    return (points - (0.5, 0.25)) / 1.5 + noise(y, 0.12, random)


def chess(x, y, random):
    column = np.floor(4 * x[:, 0])
    row = 2 * np.floor(2 * x[:, 1]) + (column + y) % 2
    inside = random.uniform(size=(len(y), 2))
    return (np.stack([column, row], axis=1) + inside) / 2 - 1 + noise(y, 0.02, random)


DATASETS = {f.__name__: f for f in (circle, xor, gauss, spiral, moons, chess)}


def draw_points(name, rows, random):
    """Return points, `(rows, 2)`, mostly between -1 and 1, and their classes 0 and 1, `(rows,)`."""
    y = np.arange(rows) % 2
    points = DATASETS[name](random.uniform(size=(rows, 2)), y, random)
    return points.astype("float32"), y


def from_polar(radius, angle):
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def noise(y, std, random):
    return random.normal(0, std, (len(y), 2))
