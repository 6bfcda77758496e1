"""Polynomials on [0, 1] through their values at nodes that crowd at the ends."""

import numpy as np
from numpy.polynomial import chebyshev


def nodes(count):
    """Where the highest Chebyshev polynomial of `count` has its maxima, both ends among them: `(count,)`, ascending."""
    return (1 - np.cos(np.pi * np.arange(count) / (count - 1))) / 2


def differentiation_matrix(x):
    """What takes the values of a polynomial at its nodes x `(n,)` to those of its derivative: `(n, n)`.

    Source: J.-P. Berrut, L. N. Trefethen, Barycentric Lagrange interpolation, SIAM Review 46 (2004), 501-517.
    """
    distances = x[:, None] - x
    np.fill_diagonal(distances, 1)
    weights = 1 / np.prod(
        4 * distances, axis=1
    )  # by 4, or long products on [0, 1] would leave float64
    matrix = weights / weights[:, None] / distances
    np.fill_diagonal(matrix, 0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))  # the derivative of a constant is 0
    return matrix


def coefficients(values, x):
    """Of the Chebyshev polynomials in both coordinates, from values `(n, n)` at the nodes x `(n,)` of each."""
    inverse = np.linalg.inv(chebyshev.chebvander(2 * x - 1, len(x) - 1))
    return inverse @ values @ inverse.T


def evaluate(coefficients, x, y):
    """The polynomial at points of one shape, or the whole grid of them if x is `(m, 1)` and y is `(n,)`."""
    return chebyshev.chebval2d(*np.broadcast_arrays(2 * x - 1, 2 * y - 1), coefficients)
