"""Any differential equation by polynomials: residuals at collocation points, by least squares."""

import functools

import numpy as np
from numpy.polynomial import chebyshev
from scipy.linalg import lstsq

from equations.classical.work import CALL, Work
from equations.notation import format_derivative
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

ITERATIONS = 20
MIN_FRACTION = 1e-2  # of a step of Newton's method
BLOCKED = 0.12  # operations of a multiplication inside of linear algebra, which is optimised


class ChebyshevEquations:
    """The equations of a problem for the coefficients of Chebyshev polynomials.

    Each residual is zero at the Chebyshev points of the domain. Their number in each coordinate is
    the number of polynomials minus the order of the residual in it; the conditions supply the
    missing equations.

    Args:
        problem: an `equations.problem.Problem` without unknown constants.
        count: number of polynomials in each coordinate.

    Attributes:
        shape: of the coefficients, `(unknowns, count, ...)`.
        equations: functions from `discretize`.

    Raises:
        UserError: a formula cannot be differentiated.
    """

    def __init__(self, problem, count):
        if problem.constants:
            raise UserError(
                "a classical solver needs the values of all constants. "
                f"Unknown: {', '.join(problem.constants)}"
            )
        self.problem, self.count = problem, count
        self.shape = (len(problem.unknowns), *(count for _ in problem.coordinates))
        self.equations = [self.discretize_residual(residual) for residual in problem.residuals]
        self.equations += [self.discretize_condition(condition) for condition in problem.conditions]

    def scale(self, axis, points):
        """Map points of a coordinate to [-1, 1]."""
        low, high = self.problem.low[axis], self.problem.high[axis]
        return (2 * np.asarray(points, "float64") - low - high) / (high - low)

    def evaluate_basis(self, axis, points, order=0):
        """Evaluate a derivative of the polynomials in a coordinate, `(points, count)`."""
        coefficients = chebyshev.chebder(np.eye(self.count), order) if order else np.eye(self.count)
        vander = chebyshev.chebvander(self.scale(axis, points), len(coefficients) - 1)
        width = self.problem.high[axis] - self.problem.low[axis]
        return vander @ coefficients * (2 / width) ** order

    def compute_points(self, axis, count):
        """Return the Chebyshev points of a coordinate."""
        low, high = self.problem.low[axis], self.problem.high[axis]
        return low + (high - low) * (1 + chebyshev.chebpts1(count)) / 2

    def build_matrix(self, derivative, points):
        """Build the matrix from all coefficients to a derivative on a grid.

        Args:
            derivative: an `equations.problem.Derivative`.
            points: points of the grid in each coordinate.
        """
        bases = [
            self.evaluate_basis(axis, p, derivative.orders[axis]) for axis, p in enumerate(points)
        ]
        product = functools.reduce(np.kron, bases)
        blocks = [
            product if name == derivative.unknown else np.zeros_like(product)
            for name in self.problem.unknowns
        ]
        return np.concatenate(blocks, axis=1)

    def discretize_residual(self, expression):
        """Return `discretize` of a residual at its collocation points."""
        names = formula.list_variables(expression)
        derivatives = {
            format_derivative(d, self.problem.coordinates): d for d in self.problem.derivatives
        }
        derivatives = {name: d for name, d in derivatives.items() if name in names}
        orders = np.max([derivative.orders for derivative in derivatives.values()], axis=0)
        points = [
            self.compute_points(axis, max(self.count - order, 1))
            for axis, order in enumerate(orders)
        ]
        matrices = {name: self.build_matrix(d, points) for name, d in derivatives.items()}
        return self.discretize(expression, matrices, points)

    def discretize_condition(self, condition):
        """Return `discretize` of a condition at the points of its free coordinates."""
        coordinates = self.problem.coordinates
        free = [self.compute_points(axis, self.count) for axis in range(len(coordinates))]
        matrices = {}
        for value in condition.values:
            points = [
                np.array([value.place[name]]) if name in value.place else free[axis]
                for axis, name in enumerate(coordinates)
            ]
            matrices[value.symbol.name] = self.build_matrix(value.derivative, points)
        return self.discretize(condition.expression, matrices, points)

    def discretize(self, expression, matrices, points):
        """Return a function of all coefficients, which evaluates an expression on a grid.

        Args:
            expression: expression of a residual or a condition.
            matrices: `{name: matrix}` from the coefficients to each derivative in the expression.
            points: points of the grid in each coordinate.

        Returns: a function that returns the values `(points,)` and their Jacobian
            `(points, coefficients)`.
        """
        grid = [axis.ravel() for axis in np.meshgrid(*points, indexing="ij")]
        names = [*self.problem.coordinates, *matrices]
        compute = formula.compile_function(expression, names)
        slopes = [
            formula.compile_function(differentiate(expression, name), names) for name in matrices
        ]

        def evaluate(coefficients):
            arguments = [*grid, *(matrix @ coefficients for matrix in matrices.values())]
            parts = zip(slopes, matrices.values(), strict=True)
            return compute(*arguments), sum(
                slope(*arguments)[:, None] * matrix for slope, matrix in parts
            )

        return evaluate


class ChebyshevCollocation(ChebyshevEquations):
    """Chebyshev polynomials whose coefficients solve residuals and conditions at points.

    Nonlinear problems are solved by Newton's method. For smooth solutions, the error falls by a
    factor with each degree.

    Args:
        problem, count: as of `ChebyshevEquations`.
        coarser: a `ChebyshevCollocation` with fewer polynomials, from which Newton's method starts
            instead of from zero.
        work: `equations.classical.work.Work`, which bounds the number of steps.

    Raises:
        UserError: Newton's method does not converge, or a formula cannot be differentiated.

    Source: J. P. Boyd, Chebyshev and Fourier Spectral Methods (2001).
    """

    def __init__(self, problem, count, coarser=None, work=None):
        super().__init__(problem, count)
        start = np.zeros(self.shape)
        if coarser:
            start[:, *(slice(coarser.count) for _ in problem.coordinates)] = coarser.coefficients
        self.coefficients = solve_by_newton(self.equations, start.ravel(), work or Work())
        self.coefficients = self.coefficients.reshape(self.shape)

    def __call__(self, coordinates):
        """Return `{unknown: (n,)}` at `{coordinate: (n,)}`."""
        points = [
            self.scale(axis, coordinates[name])
            for axis, name in enumerate(self.problem.coordinates)
        ]
        *others, last = (chebyshev.chebvander(p, self.count - 1) for p in points)
        values = {}
        for unknown, coefficients in zip(self.problem.unknowns, self.coefficients, strict=True):
            sums = coefficients @ last.T  # (..., points)
            for polynomials in reversed(others):
                sums = np.einsum("...kn,nk->...n", sums, polynomials)
            values[unknown] = sums
        return values


def solve_by_newton(equations, coefficients, work):
    """Find coefficients for which all equations hold, in the least-squares sense if there are more.

    Args:
        equations: functions from `ChebyshevCollocation.discretize`.
        coefficients: initial guess.
        work: `equations.classical.work.Work`.
    """

    def evaluate(coefficients):
        with np.errstate(all="ignore"):
            results = [equation(coefficients) for equation in equations]
            residual, jacobian = (np.concatenate(parts) for parts in zip(*results, strict=True))
        work.spend(len(equations) * CALL + 10 * jacobian.size)
        return residual, jacobian

    residual, jacobian = evaluate(coefficients)
    for _ in range(ITERATIONS):
        if not (np.isfinite(residual).all() and np.isfinite(jacobian).all()):
            raise UserError("polynomials find no solution: the residuals are not finite")
        work.spend(CALL + BLOCKED * jacobian.size * len(coefficients))
        size = np.maximum(np.linalg.norm(jacobian, axis=0), 1e-300)
        step = (
            -lstsq(
                jacobian / size, residual, cond=1e-15, lapack_driver="gelsy", check_finite=False
            )[0]
            / size
        )
        fraction, before = 1.0, np.linalg.norm(residual)
        while fraction > MIN_FRACTION:
            residual, jacobian = evaluate(coefficients + fraction * step)
            if np.linalg.norm(residual) < before:
                break
            fraction /= 2
        coefficients = coefficients + fraction * step
        if np.abs(step).max() <= 1e-10 * np.abs(coefficients).max():
            return coefficients
        if fraction <= MIN_FRACTION:
            break
    raise UserError("polynomials find no solution: Newton's method does not converge")
