"""How certain the constants of an inverse problem are, and how noisy the measurements."""

from typing import NamedTuple

import numpy as np
import scipy.linalg
import tensorflow as tf

from equations.confidence import half_width
from equations.jacobian import count_points
from training.normal_equations import NormalEquations

# Fraction of the largest curvature: what neither equation nor measurements determine has less.
CURVATURE_FLOOR = 1e-13


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
    """

    names: tuple
    values: np.ndarray
    standard_errors: np.ndarray
    degrees_of_freedom: float
    variances: np.ndarray

    def describe(self, converged=None):
        """Return `{constant: {"value": ..., "standard_error": ..., ...}}`.

        Args:
            converged: whether the constants no longer move; only then there is an interval. None
                leaves the question, and the interval, out.
        """
        found = {}
        for name, value, error in zip(self.names, self.values, self.standard_errors, strict=True):
            found[name] = {"value": float(value), "standard_error": float(error)}
            if np.isfinite(self.degrees_of_freedom):
                found[name]["degrees_of_freedom"] = float(self.degrees_of_freedom)
            if converged is not None:
                found[name]["converged"] = converged
            width = float(half_width(error, self.degrees_of_freedom))
            if converged and np.isfinite(width):
                found[name]["interval_95"] = [float(value - width), float(value + width)]
        return found


def estimate_constants(system, weights, batch, variances=None):
    """Return the `Estimate` at some weights.

    Near the minimum the rows are linear in all weights, and the weights' covariance is the inverse
    of J'J, with J the Jacobian of all rows, times the variance of the measured rows, which is the
    same for all if each measurement is weighted by its variance. Where the measurements weigh
    little beside the equation, this is the covariance of nonlinear least squares on the equation's
    solutions. The effective number of parameters is the trace of the matrix that maps the
    measurements to the fitted values: constants, initial values that are not given, ...

    Args:
        system: `equations.system.System`.
        weights: `(weights,)`, the constants last.
        batch: the points, from `system.prepare`.
        variances: variance of each measured expression, if known.

    Source: G. Seber and C. Wild, Nonlinear Regression, chapter 2; T. Hastie and R. Tibshirani,
    Generalized Additive Models, chapter 3 (effective number of parameters).
    """
    values = system.read_constants(weights)
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
    factor = factorise(normal.matrix)
    if factor is None:
        missing = np.full(len(measured), np.nan)
        return Estimate(system.constant_names, values, unknown, np.nan, missing)
    free = np.array([len(part) for part in rows]) - effective_parameters(system, normal, factor)
    squares = np.array([part @ part for part in rows])
    if variances is None:
        freedom = max(free.sum(), 0.0)
        variance = squares.sum() / freedom if freedom else np.nan
        # A single outlier of a few measurements must not look exact.
        found = squares / np.maximum(free, 0.5) / np.maximum(scales, 1e-300)
    else:
        freedom, found = np.inf, np.asarray(variances, "float64")
        variance = np.average(scales * found, weights=[len(part) for part in rows])
    count = len(values)
    last = np.eye(len(weights))[:, len(weights) - count :]
    last = scipy.linalg.solve_triangular(factor, last, lower=True)
    errors = np.sqrt(variance * np.sum(last**2, axis=0)) * np.abs(system.constant_scales)
    return Estimate(system.constant_names, values, errors, freedom, found)


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


def effective_parameters(system, normal, factor):
    """Return how many parameters each measured expression determines: the sum of the leverages."""
    total = 0.0
    for part, _, transposed in normal.blocks():
        _, slices = locate_measurements(system, part)
        leverage = [
            np.sum(scipy.linalg.solve_triangular(factor, transposed[:, rows], lower=True) ** 2)
            for rows in slices
        ]
        total = total + np.array(leverage)
    return total
