"""Finite differences on equidistant points: of fourth order, for even derivatives of third order next to the ends."""

import math

import numpy as np
from scipy import sparse


def difference_matrix(points, spacing, order, periodic=False):
    """What takes values at equidistant points to their derivative, `(points, points)`, sparse.

    Each row differentiates the polynomial through the values at the nearest points, as many to the left as to the right;
    near the ends all points are on one side, unless the last one is followed by the first.

    Args:
        points: how many.
        spacing: between neighbours.
        order: of the derivative; 0 gives the values.
        periodic: whether the first point follows on the last one.
    """
    width = 2 * ((order + 1) // 2) + 3
    reach = width // 2
    rows = np.arange(points)
    first = rows - reach if periodic else np.clip(rows - reach, 0, points - width)
    columns = first[:, None] + np.arange(width)  # (points, width)
    weights = {shift: _weights(np.arange(width) + shift, order) for shift in set(first - rows)}
    values = np.array([weights[shift] for shift in first - rows]) / spacing**order
    entries = values.ravel(), (np.repeat(rows, width), columns.ravel() % points)
    return sparse.csr_matrix(entries, (points, points))


def _weights(places, order):
    """Of values at `places` in the derivative at 0 of the polynomial through them: exact for 1, x, x^2, ..."""
    powers = np.vander(places.astype("float64"), increasing=True).T
    derivatives = np.zeros(len(places))
    derivatives[order] = math.factorial(order)
    return np.linalg.solve(powers, derivatives)
