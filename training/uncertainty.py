"""How certain the constants of an inverse problem are."""

import numpy as np
import scipy.linalg
import tensorflow as tf

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
    rows, jacobian = (array.numpy() for array in system.jacobian(tf.constant(weights), known))
    measured = np.concatenate(
        [
            np.full(place["places"][0]["coordinates"].shape[0] * len(term.names), bool(term.measured))
            for place, term in zip(known, system.terms, strict=True)
        ]
    )
    if not measured.any() or not np.isfinite(jacobian).all():
        return np.full(constants, np.nan)
    variance = np.sum(rows[measured] ** 2) / max(1, measured.sum() - constants)
    curvature = scipy.linalg.blas.dsyrk(1.0, jacobian.T, lower=1)
    curvature[np.diag_indices_from(curvature)] += CERTAIN * curvature.diagonal().max()
    factor = scipy.linalg.cho_factor(curvature, lower=True)
    last = np.eye(len(weights))[:, -constants:]
    return np.sqrt(variance * scipy.linalg.cho_solve(factor, last)[-constants:].diagonal())
