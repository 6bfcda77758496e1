"""Polynomials on [0, 1] that are given by their values at Chebyshev nodes."""

import numpy as np
from numpy.polynomial import chebyshev


def compute_nodes(count):
    """Return the extrema of the Chebyshev polynomial of degree count - 1, both ends included.

    Returns: `(count,)`, ascending; the nodes are densest at the ends.
    """
    return (1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2


def build_differentiation_matrix(x):
    """Build the matrix that differentiates a polynomial given by its values at nodes.

    Args:
        x: nodes `(n,)`.

    Returns: `(n, n)`, from values at the nodes to derivatives at the nodes.

    Source: J.-P. Berrut, L. N. Trefethen, Barycentric Lagrange interpolation, SIAM Review 46
    (2004), 501-517.
    """
    distances = x[:, None] - x
    np.fill_diagonal(distances, 1)
    # The factor 4 keeps long products on [0, 1] within float64.
    weights = 1 / np.prod(4 * distances, axis=1)
    matrix = weights / weights[:, None] / distances
    np.fill_diagonal(matrix, 0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))  # the derivative of a constant is 0
    return matrix


def fit_coefficients(values, x):
    """Return the coefficients `(n, n)` of Chebyshev polynomials in two coordinates.

    Args:
        values: values `(n, n)` on the grid.
        x: nodes `(n,)` in each coordinate.
    """
    inverse = np.linalg.inv(chebyshev.chebvander(2 * x - 1, len(x) - 1))
    return inverse @ values @ inverse.T


def evaluate(coefficients, x, y):
    """Evaluate a polynomial in two coordinates.

    Args:
        coefficients: from `fit_coefficients`.
        x, y: coordinates, which are broadcast: `(m, 1)` and `(n,)` are a whole grid.
    """
    return chebyshev.chebval2d(*np.broadcast_arrays(2 * x - 1, 2 * y - 1), coefficients)
