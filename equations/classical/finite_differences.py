"""Finite differences of fourth order on equidistant points.

Next to the ends, even derivatives are of third order.
"""

import math

import numpy as np
from scipy import sparse


def build_difference_matrix(points, spacing, order, periodic=False):
    """Build the matrix from values at equidistant points to their derivative.

    Each row differentiates the polynomial through the values at the nearest points, the same number
    on both sides. Near the ends there are more points on one side, unless the grid is periodic.

    Args:
        points: number of points.
        spacing: distance between neighbours.
        order: order of the derivative; 0 gives the values.
        periodic: whether the first point follows the last one.

    Returns: `(points, points)`, sparse.
    """
    width = 2 * ((order + 1) // 2) + 3
    half = width // 2
    centres = np.arange(points)
    first = centres - half if periodic else np.clip(centres - half, 0, points - width)
    columns = first[:, None] + np.arange(width)  # (points, width)
    weights = {
        shift: _compute_weights(np.arange(width) + shift, order) for shift in set(first - centres)
    }
    values = np.array([weights[shift] for shift in first - centres]) / spacing**order
    entries = values.ravel(), (np.repeat(centres, width), columns.ravel() % points)
    return sparse.csr_matrix(entries, (points, points))


def _compute_weights(offsets, order):
    """Compute the weights of the values at `offsets` in a derivative at 0.

    The derivative is exact for 1, x, x^2, ..., one power for each offset.
    """
    powers = np.vander(offsets.astype("float64"), increasing=True).T
    derivatives = np.zeros(len(offsets))
    derivatives[order] = math.factorial(order)
    return np.linalg.solve(powers, derivatives)
