"""Polynomials by least squares: the normal equations of the lecture, solved without squaring their condition number."""

from itertools import product

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial, chebyshev


class PolynomialFit:
    """The polynomial of a total degree that minimises the mean squared error.

    The lecture writes (X'X) w = X'y. Forming X'X doubles the digits that are lost, so X w = y is solved by singular
    values instead, and X holds Chebyshev polynomials of the scaled coordinates rather than powers.

    Args:
        x: `(rows, coordinates)`.
        y: `(rows,)`.
        degree: largest sum of the exponents.
    """

    def __init__(self, x, y, degree):
        self.low, self.high = x.min(axis=0), x.max(axis=0)
        self.exponents = [
            powers
            for powers in product(range(degree + 1), repeat=x.shape[1])
            if sum(powers) <= degree
        ]
        self.weights, *_ = np.linalg.lstsq(self.design(x), y, rcond=None)

    def design(self, x):
        """The matrix X, `(rows, terms)`."""
        scaled = 2 * (x - self.low) / (self.high - self.low) - 1
        degree = max(map(max, self.exponents))
        basis = [
            chebyshev.chebvander(coordinate, degree) for coordinate in scaled.T
        ]  # (rows, degree + 1) each
        terms = [
            np.prod([b[:, p] for b, p in zip(basis, powers, strict=True)], axis=0)
            for powers in self.exponents
        ]
        return np.stack(terms, axis=1)

    def __call__(self, x):
        """Values at `(rows, coordinates)`: `(rows,)`."""
        return self.design(x) @ self.weights

    def coefficients(self):
        """Of 1, x, x^2, ... for one coordinate."""
        fit = Chebyshev(self.weights, domain=(self.low[0], self.high[0]))
        return fit.convert(kind=Polynomial).coef
