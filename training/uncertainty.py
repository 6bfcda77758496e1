"""How certain the constants of an inverse problem are."""

import numpy as np
import scipy.linalg
import tensorflow as tf

from equations.system import count_points
from training.normal_equations import NormalEquations

CERTAIN = 1e-13  # of the largest curvature: what neither equation nor measurements determine of a network is below


def standard_errors(system, weights, known):
    """Standard error of each constant, `(constants,)`; nan where nothing was measured.

    Near the minimum the rows are linear in all weights, and the weights' covariance is the inverse of J'J, with J the Jacobian
    of all rows, times the variance of the measured rows; its last entries are those of the constants.

    Args:
        system: `equations.system.System`.
        weights: `(weights,)`, the constants last.
        known: of the points, from `system.at`.

    Source: G. Seber and C. Wild, Nonlinear Regression, chapter 2.
    """
    constants = len(system.constant_names)
    rows = system.rows(tf.constant(weights), known).numpy()
    measured = np.concatenate(
        [
            np.full(count * len(term.names), bool(term.measured))
            for count, term in zip(count_points(known), system.terms, strict=True)
        ]
    )
    curvature = NormalEquations(system, weights, known).matrix
    if not measured.any() or not np.isfinite(curvature).all():
        return np.full(constants, np.nan)
    variance = np.sum(rows[measured] ** 2) / max(1, measured.sum() - constants)
    curvature[np.diag_indices_from(curvature)] += CERTAIN * curvature.diagonal().max()
    factor = scipy.linalg.cho_factor(curvature, lower=True)
    last = np.eye(len(weights))[:, -constants:]
    return np.sqrt(variance * scipy.linalg.cho_solve(factor, last)[-constants:].diagonal())
