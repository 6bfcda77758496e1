"""Any differential equation by polynomials: the residuals of a network, demanded at points and solved by least squares."""

import functools

import numpy as np
from numpy.polynomial import chebyshev
from scipy.linalg import lstsq

from equations.notation import derivative_name
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

ITERATIONS = 20
SHORTEST = 1e-2  # share of a step of Newton's method


class Collocation:
    """Chebyshev polynomials in all coordinates whose coefficients solve a problem's residuals and conditions at points.

    Each residual is demanded at the Chebyshev points of the box, in each coordinate as many fewer than coefficients as is its
    order there; conditions make up for the rest. What is nonlinear is solved by Newton's method. For smooth solutions, the
    error falls by a factor with each degree.

    Args:
        problem: an `equations.problem.Problem` without unknown constants.
        count: number of polynomials in each coordinate.
        coarser: a `Collocation` with fewer of them to start Newton's method from, instead of zero.

    Raises:
        UserError: Newton's method does not converge, or a formula cannot be differentiated.

    Source: J. P. Boyd, Chebyshev and Fourier Spectral Methods (2001).
    """

    def __init__(self, problem, count, coarser=None):
        if problem.constants:
            raise UserError(
                f"a classical solver wants numbers for all constants. Unknown: {', '.join(problem.constants)}"
            )
        self.problem, self.count = problem, count
        self.shape = (len(problem.unknowns), *(count for _ in problem.coordinates))
        rows = [self.residual(residual) for residual in problem.residuals]
        rows += [self.condition(condition) for condition in problem.conditions]
        start = np.zeros(self.shape)
        if coarser:
            start[:, *(slice(coarser.count) for _ in problem.coordinates)] = coarser.coefficients
        self.coefficients = newton(rows, start.ravel()).reshape(self.shape)

    def scaled(self, place, points):
        """Points of a coordinate in [-1, 1]."""
        low, high = self.problem.low[place], self.problem.high[place]
        return (2 * np.asarray(points, "float64") - low - high) / (high - low)

    def basis(self, place, points, derivative=0):
        """A derivative of the polynomials in the coordinate at `place` of the domain, `(points, count)`."""
        coefficients = (
            chebyshev.chebder(np.eye(self.count), derivative) if derivative else np.eye(self.count)
        )
        values = (
            chebyshev.chebvander(self.scaled(place, points), len(coefficients) - 1) @ coefficients
        )
        return values * (2 / (self.problem.high[place] - self.problem.low[place])) ** derivative

    def chebyshev_points(self, place, count):
        low, high = self.problem.low[place], self.problem.high[place]
        return low + (high - low) * (1 + chebyshev.chebpts1(count)) / 2

    def matrix(self, derivative, points):
        """What takes all coefficients to a derivative on the grid of the points of each coordinate."""
        bases = [self.basis(place, p, derivative.orders[place]) for place, p in enumerate(points)]
        product = functools.reduce(np.kron, bases)
        blocks = [
            product if name == derivative.unknown else np.zeros_like(product)
            for name in self.problem.unknowns
        ]
        return np.concatenate(blocks, axis=1)

    def residual(self, expression):
        """The row of a residual."""
        names = {derivative_name(d, self.problem.coordinates): d for d in self.problem.derivatives}
        own = {
            name: derivative
            for name, derivative in names.items()
            if name in formula.variables(expression)
        }
        orders = np.max([derivative.orders for derivative in own.values()], axis=0)
        points = [
            self.chebyshev_points(place, max(self.count - drop, 1))
            for place, drop in enumerate(orders)
        ]
        return self.row(
            expression,
            {name: self.matrix(derivative, points) for name, derivative in own.items()},
            points,
        )

    def condition(self, condition):
        """The row of a condition."""
        free = [
            self.chebyshev_points(place, self.count)
            for place in range(len(self.problem.coordinates))
        ]
        values = {}
        for value in condition.values:
            names = enumerate(self.problem.coordinates)
            points = [
                np.array([value.place[name]]) if name in value.place else free[place]
                for place, name in names
            ]
            values[value.symbol.name] = self.matrix(value.derivative, points)
        return self.row(condition.expression, values, points)

    def row(self, expression, values, points):
        """A function of all coefficients that returns an expression at the grid of points, and its derivatives.

        Args:
            expression: a residual or a condition.
            values: `{name: matrix}` that takes the coefficients to the values of each derivative in it.
            points: of each coordinate.
        """
        grid = [axis.ravel() for axis in np.meshgrid(*points, indexing="ij")]
        names = [*self.problem.coordinates, *values]
        compute = formula.function(expression, names)
        slopes = [formula.function(differentiate(expression, name), names) for name in values]

        def row(coefficients):
            arguments = [*grid, *(matrix @ coefficients for matrix in values.values())]
            parts = zip(slopes, values.values(), strict=True)
            return compute(*arguments), sum(
                slope(*arguments)[:, None] * matrix for slope, matrix in parts
            )

        return row

    def __call__(self, coordinates):
        """The unknown functions by name, at `{coordinate: (n,)}`."""
        points = [
            self.scaled(place, coordinates[name])
            for place, name in enumerate(self.problem.coordinates)
        ]
        *others, last = (chebyshev.chebvander(p, self.count - 1) for p in points)
        values = {}
        for unknown, coefficients in zip(self.problem.unknowns, self.coefficients, strict=True):
            sums = coefficients @ last.T  # (..., points)
            for polynomials in reversed(others):
                sums = np.einsum("...kn,nk->...n", sums, polynomials)
            values[unknown] = sums
        return values


def newton(rows, coefficients):
    """The coefficients at which all rows are zero, or nearly so if they are too many."""

    def stacked(coefficients):
        with np.errstate(all="ignore"):
            return [
                np.concatenate(parts)
                for parts in zip(*(row(coefficients) for row in rows), strict=True)
            ]

    residual, jacobian = stacked(coefficients)
    for _ in range(ITERATIONS):
        if not (np.isfinite(residual).all() and np.isfinite(jacobian).all()):
            raise UserError("polynomials find no solution: the residuals are not finite")
        size = np.maximum(np.linalg.norm(jacobian, axis=0), 1e-300)
        step = (
            -lstsq(
                jacobian / size, residual, cond=1e-15, lapack_driver="gelsy", check_finite=False
            )[0]
            / size
        )
        share, before = 1.0, np.linalg.norm(residual)
        while share > SHORTEST:
            residual, jacobian = stacked(coefficients + share * step)
            if np.linalg.norm(residual) < before:
                break
            share /= 2
        coefficients = coefficients + share * step
        if np.abs(step).max() <= 1e-10 * np.abs(coefficients).max():
            return coefficients
        if share <= SHORTEST:
            break
    raise UserError("polynomials find no solution: Newton's method does not converge")
