"""Polynomials by least squares, without squaring the condition number of the normal equations."""

from itertools import product

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial, chebyshev


class PolynomialFit:
    """The polynomial of a total degree that minimises the mean squared error.

    The lecture writes (X'X) w = X'y. Forming X'X doubles the digits that are lost, so X w = y is
    solved by singular values instead, and X has Chebyshev polynomials of the scaled coordinates
    rather than powers.

    Args:
        x: `(rows, coordinates)`.
        y: `(rows,)`.
        degree: largest sum of the exponents.
    """

    def __init__(self, x, y, degree):
        self.low, self.high = x.min(axis=0), x.max(axis=0)
        powers = product(range(degree + 1), repeat=x.shape[1])
        self.exponents = [exponents for exponents in powers if sum(exponents) <= degree]
        self.weights, *_ = np.linalg.lstsq(self.design(x), y, rcond=None)

    def design(self, x):
        """Return the matrix X, `(rows, terms)`."""
        scaled = 2 * (x - self.low) / (self.high - self.low) - 1
        degree = max(map(max, self.exponents))
        # (rows, degree + 1) for each coordinate
        basis = [chebyshev.chebvander(coordinate, degree) for coordinate in scaled.T]
        terms = [
            np.prod([b[:, p] for b, p in zip(basis, exponents, strict=True)], axis=0)
            for exponents in self.exponents
        ]
        return np.stack(terms, axis=1)

    def __call__(self, x):
        """Return the values at `(rows, coordinates)`: `(rows,)`."""
        return self.design(x) @ self.weights

    def coefficients(self):
        """Return the coefficients of 1, x, x^2, ... for one coordinate."""
        fit = Chebyshev(self.weights, domain=(self.low[0], self.high[0]))
        return fit.convert(kind=Polynomial).coef
