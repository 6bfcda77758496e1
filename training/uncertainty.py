"""How certain the constants of an inverse problem are, and how noisy the measurements."""

from typing import NamedTuple

import numpy as np
import scipy.linalg
import sympy
import tensorflow as tf
from scipy.linalg import blas

from equations.confidence import half_width
from equations.jacobian import count_points
from equations.system import System
from equations.terms import Term
from training.normal_equations import NormalEquations

# Fraction of the largest curvature: what neither equation nor measurements determine has less.
CURVATURE_FLOOR = 1e-13
LESS = 0.1  # factor of the measurements' weight for the errors of a (nearly) exact equation


class Estimate(NamedTuple):
    """What the weights say of the constants and of the measurements.

    Attributes:
        names: names of the constants.
        values: `(constants,)`.
        standard_errors: `(constants,)`; NaN if nothing was measured.
        degrees_of_freedom: number of measurements minus the effective number of parameters that
            were fitted to them; infinite if their variance is known.
        variances: variance of each measured expression, known or estimated, in the order of the
            system's terms.
        excess: how much larger, relatively, the standard errors are if the equation is as exact as
            its weight makes it. Without constants, how much larger the number of parameters is.
        factor: lower triangle L with which (L L')^-1 is the covariance of all weights; None if
            there is none.
    """

    names: tuple
    values: np.ndarray
    standard_errors: np.ndarray
    degrees_of_freedom: float
    variances: np.ndarray
    excess: float = np.nan
    factor: np.ndarray = None

    def describe(self, converged=None, noiseless=False):
        """Return `{constant: {"value": ..., "standard_error": ..., ...}}`.

        Args:
            converged: whether the constants no longer move; only then there is an interval. None
                leaves the question, and the interval, out.
            noiseless: whether the measurements have too little noise for an interval.
        """
        found = {}
        for name, value, error in zip(self.names, self.values, self.standard_errors, strict=True):
            found[name] = {"value": float(value), "standard_error": float(error)}
            if np.isfinite(self.degrees_of_freedom):
                found[name]["degrees_of_freedom"] = float(self.degrees_of_freedom)
            if converged is not None:
                found[name]["converged"] = converged
            width = float(half_width(error, self.degrees_of_freedom))
            if converged and not noiseless and np.isfinite(width):
                found[name]["interval_95"] = [float(value - width), float(value + width)]
        return found


def format_constants(found):
    """Return a line for each constant of `Estimate.describe`."""
    lines = []
    for name, numbers in found.items():
        line = f"{name} = {numbers['value']:.7g}"
        if np.isfinite(numbers["standard_error"]):
            line += f", standard error {numbers['standard_error']:.2g}"
        if "interval_95" in numbers:
            line += ", 95 % interval {:.7g} to {:.7g}".format(*numbers["interval_95"])
        elif numbers.get("converged") is False:
            line += ", not converged: no interval"
        elif numbers.get("converged"):
            line += ", no interval: the network's error is larger than the noise"
        lines.append(line)
    return "\n".join(lines)


def estimate_constants(system, weights, batch, variances=None):
    """Return the `Estimate` at some weights.

    Near the minimum the rows are linear in all weights, and the weights' covariance is the inverse
    of J'J, with J the Jacobian of all rows, times the variance of the measured rows, which is the
    same for all if each measurement is weighted by its variance. The standard errors assume an
    exact equation, as nonlinear least squares on the equation's solutions does: the measured rows
    count less in J'J than they do in the fit. The effective number of parameters is the trace of
    the matrix that maps the measurements to the fitted values: constants, initial values that are
    not given, ...

    Args:
        system: `equations.system.System`.
        weights: `(weights,)`, the constants last.
        batch: the points, from `system.prepare`.
        variances: variance of each measured expression, if known.

    Source: G. Seber and C. Wild, Nonlinear Regression, chapter 2; T. Hastie and R. Tibshirani,
    Generalized Additive Models, chapter 3 (effective number of parameters).
    """
    values = np.array(list(system.read_constants(weights).values()), "float64")
    unknown = np.full(len(values), np.nan)
    measured, slices = locate_measurements(system, batch)
    if not measured:
        return Estimate(system.constant_names, values, unknown, np.nan, np.zeros(0))
    rows = system.residuals(tf.constant(weights), batch).numpy()
    rows = [rows[part] for part in slices]
    scales = np.array(  # what turns a deviation into a row, squared
        [
            system.term_weights[term].numpy()[name] / len(part)
            for (term, name), part in zip(measured, rows, strict=True)
        ]
    )
    normal = NormalEquations(system, weights, batch)
    transposed = [
        [block[:, part] for part in locate_measurements(system, points)[1]]
        for points, _, block in normal.blocks()
    ]
    transposed = [np.concatenate(parts, axis=1) for parts in zip(*transposed, strict=True)]
    factor = factorise(normal.matrix)
    matrix = normal.matrix
    for part in transposed:
        matrix = blas.dsyrk(LESS - 1, part, beta=1.0, c=matrix, lower=1, overwrite_c=1)
    exact = factorise(matrix)
    if factor is None or exact is None:
        missing = np.full(len(measured), np.nan)
        return Estimate(system.constant_names, values, unknown, np.nan, missing)
    parameters = np.array([sum_leverages(factor, part) for part in transposed])
    free = np.array([len(part) for part in rows]) - parameters
    squares = np.array([part @ part for part in rows])
    if variances is None:
        freedom = max(free.sum(), 0.0)
        variance = squares.sum() / freedom if freedom else np.nan
        # A single outlier of a few measurements must not look exact.
        found = squares / np.maximum(free, 0.5) / np.maximum(scales, 1e-300)
    else:
        freedom, found = np.inf, np.asarray(variances, "float64")
        variance = np.average(scales * found, weights=[len(part) for part in rows])
    exact = exact / np.sqrt(LESS * variance)
    errors, loose = find_errors(exact, len(values)), find_errors(factor, len(values))
    if len(values):
        excess = np.max(np.sqrt(variance) * loose / errors) - 1
    else:
        few = sum(sum_leverages(exact, part) for part in transposed) / variance
        excess = parameters.sum() / few - 1
    errors = errors * np.abs(system.constant_scales)
    names = system.constant_names
    return Estimate(names, values, errors, freedom, found, float(excess), exact)


def estimate_solution(system, estimate, points):
    """Return the standard errors of the solution, `(points, unknowns)`.

    Args:
        system: `equations.system.System`.
        estimate: `Estimate` for its present weights.
        points: `(points, coordinates)`.

    Source: G. Seber and C. Wild, Nonlinear Regression, chapter 5 (linearisation).
    """
    count, zero = system.model.output_shape[-1], (0,) * len(system.coordinates)
    symbols = [sympy.Symbol(f"u{number}", real=True) for number in range(count)]
    names = tuple(symbol.name for symbol in symbols)
    values = tuple((symbol, number, zero, 0) for number, symbol in enumerate(symbols))
    term = Term(names, tuple(symbols), values, weights=(float(len(points)),) * count)
    constants = dict.fromkeys(system.constant_names, 1.0)
    solution = System(system.model, system.coordinates, [term], constants)
    batch = solution.prepare([([points], np.zeros((len(points), 0)))])
    _, jacobian = solution.jacobian(tf.constant(system.get_weights()), batch)
    spread = scipy.linalg.solve_triangular(estimate.factor, np.asarray(jacobian).T, lower=True)
    return np.linalg.norm(spread, axis=0).reshape(count, -1).T


def find_errors(factor, count):
    """Return the roots of the last entries on the diagonal of (L L')^-1."""
    last = np.eye(len(factor))[:, len(factor) - count :]
    return np.linalg.norm(scipy.linalg.solve_triangular(factor, last, lower=True), axis=0)


def sum_leverages(factor, transposed):
    """Return the trace of J (J'J)^-1 J' for some rows of J."""
    return np.sum(scipy.linalg.solve_triangular(factor, transposed, lower=True) ** 2)


def factorise(matrix):
    """Return Cholesky's factor of J'J, given its lower triangle; None if there is none."""
    if not np.isfinite(matrix).all():
        return None
    matrix = matrix.copy(order="F")
    matrix[np.diag_indices_from(matrix)] += CURVATURE_FLOOR * matrix.diagonal().max()
    try:
        return scipy.linalg.cholesky(matrix, lower=True, check_finite=False)
    except scipy.linalg.LinAlgError:
        return None


def locate_measurements(system, batch):
    """Return the measured expressions, pairs of a term's and a name's number, and their rows."""
    measured, slices, start = [], [], 0
    counts = count_points(batch)
    for number, (term, count) in enumerate(zip(system.terms, counts, strict=True)):
        for name in range(len(term.names)):
            if term.measured:
                measured.append((number, name))
                slices.append(slice(start, start + count))
            start += count
    return measured, slices
