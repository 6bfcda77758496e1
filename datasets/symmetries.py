"""Symmetries of equations: functions that make further solutions of solutions."""

import numpy as np

OF_LINES = ("mix", "negate", "reflect", "reflect_and_negate", "boost")
BOOST = 1.0  # standard deviation of the speed of a moving frame


def reflect(u, v, duration, random):
    """x -> -x, for equations without odd derivatives; periodic grids."""
    return flip(u), flip(v)


def reflect_and_negate(u, v, duration, random):
    """x -> -x and u -> -u, for example Burgers' equation."""
    return -flip(u), -flip(v)


def negate(u, v, duration, random):
    """u -> -u, for odd equations."""
    return -u, -v


def boost(u, v, duration, random):
    """A frame that moves at a speed c: u(x, t) + c at x + c t, if u u_x is the only term of u."""
    speed = BOOST * random.normal(size=(len(u), 1))
    points = u.shape[1]
    modes = np.fft.rfft(v) * np.exp(-2j * np.pi * np.arange(points // 2 + 1) * speed * duration)
    return u + speed, np.fft.irfft(modes, points) + speed


def transpose(u, v, duration, random):
    """Exchange the coordinates of a square."""
    return np.swapaxes(u, 1, 2), np.swapaxes(v, 1, 2)


def mirror(u, v, duration, random):
    """x -> 1 - x on a square with both ends."""
    return u[:, ::-1], v[:, ::-1]


def mirror_other(u, v, duration, random):
    """y -> 1 - y on a square with both ends."""
    return u[:, :, ::-1], v[:, :, ::-1]


def mix(u, v, duration, random):
    """Sums of two solutions with weights whose squares sum to 1, for linear equations."""
    order, angle = random.permutation(len(u)), 2 * np.pi * random.random((len(u), 1))
    return tuple(np.cos(angle) * x + np.sin(angle) * x[order] for x in (u, v))


def flip(u):
    """Return u(-x) on a periodic grid that begins at 0."""
    return np.roll(u[:, ::-1], 1, axis=1)


def add_symmetric(u, v, names, duration, copies, seed):
    """Return pairs of functions and further ones that random symmetries make of them.

    Args:
        u, v: inputs and outputs, `(functions, *grid)`.
        names: symmetries, each of which is applied to about half of the functions.
        duration: time between u and v.
        copies: number of times that the functions are added.
        seed: seed of the random numbers.
    """
    random, pairs = np.random.default_rng(seed), [(u, v)]
    for _ in range(copies if names else 0):
        x, y = u.copy(), v.copy()
        for name in names:
            chosen = random.random(len(u)) < 0.5
            x[chosen], y[chosen] = globals()[name](x[chosen], y[chosen], duration, random)
        pairs.append((x, y))
    return tuple(np.concatenate(part).astype("float32") for part in zip(*pairs, strict=True))
