"""Derivatives by difference quotients, whose best step is a compromise.

    forward     (f(x + h) - f(x)) / h               truncation error ~ h
    central     (f(x + h) - f(x - h)) / (2 h)       truncation error ~ h^2

A small step loses digits in the difference instead: its round-off error is ~ 2e-16 / h.

Source: M. Pierini, Deep Learning lectures.
"""

import numpy as np

ORDERS = {"forward difference": 1, "central difference": 2}  # powers of h


def compute_quotients(function, point, steps):
    """Return `{quotient: (steps, variables)}`, the derivatives by each variable.

    Args:
        function: from `{variable: (n,)}` to `(n,)`.
        point: `{variable: number}`.
        steps: sizes h of the step, `(steps,)`.
    """

    def shift(name, by):
        return function({other: x + by * (other == name) for other, x in point.items()})

    here = shift(None, 0 * steps)
    above = np.stack([shift(name, steps) for name in point], axis=-1)
    below = np.stack([shift(name, -steps) for name in point], axis=-1)
    return {
        "forward difference": (above - here[:, None]) / steps[:, None],
        "central difference": (above - below) / (2 * steps[:, None]),
    }
