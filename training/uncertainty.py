"""How certain the constants of an inverse problem are."""

import numpy as np
import scipy.linalg
import tensorflow as tf

from equations.jacobian import count_points
from training.normal_equations import NormalEquations

# Fraction of the largest curvature: what neither equation nor measurements determine has less.
CURVATURE_FLOOR = 1e-13


def estimate_constants(system, weights, batch):
    """Return `{constant: {"value": ..., "standard_error": ...}}` of the constants to be found.

    Args: see `standard_errors`.
    """
    if not (names := system.constant_names):
        return {}
    pairs = zip(weights[-len(names) :], standard_errors(system, weights, batch), strict=True)
    estimates = [{"value": float(value), "standard_error": float(error)} for value, error in pairs]
    return dict(zip(names, estimates, strict=True))


def standard_errors(system, weights, batch):
    """Return the standard error of each constant, `(constants,)`; NaN if nothing was measured.

    Near the minimum the rows are linear in all weights, and the weights' covariance is the inverse
    of J'J, with J the Jacobian of all rows, times the variance of the measured rows. Its last
    entries belong to the constants.

    Args:
        system: `equations.system.System`.
        weights: `(weights,)`, the constants last.
        batch: the points, from `system.prepare`.

    Source: G. Seber and C. Wild, Nonlinear Regression, chapter 2.
    """
    constants = len(system.constant_names)
    rows = system.residuals(tf.constant(weights), batch).numpy()
    counts = zip(count_points(batch), system.terms, strict=True)
    measured = [np.full(count * len(term.names), bool(term.measured)) for count, term in counts]
    measured = np.concatenate(measured)
    curvature = NormalEquations(system, weights, batch).matrix
    if not measured.any() or not np.isfinite(curvature).all():
        return np.full(constants, np.nan)
    variance = np.sum(rows[measured] ** 2) / max(1, measured.sum() - constants)
    curvature[np.diag_indices_from(curvature)] += CURVATURE_FLOOR * curvature.diagonal().max()
    factor = scipy.linalg.cho_factor(curvature, lower=True)
    last = np.eye(len(weights))[:, -constants:]
    return np.sqrt(variance * scipy.linalg.cho_solve(factor, last)[-constants:].diagonal())
