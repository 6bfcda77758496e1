"""How certain the coefficients of a discovered equation are.

The standard error of a fit holds for a model that is exact and was chosen before the data was seen.
A discovered equation is neither. What its residual leaves open is measured by the jackknife:
without a stretch of the data the coefficients come out differently. That the terms were chosen by
the same data is met by Scheffe's quantile, which covers all linear combinations of all terms in the
library, and so every coefficient of every model that could have been chosen.

Source: H. Kuensch, The jackknife and the bootstrap for general stationary observations, Annals of
Statistics 17 (1989), 1217-1241; R. Berk, L. Brown, A. Buja, K. Zhang, L. Zhao, Valid post-selection
inference, Annals of Statistics 41 (2013), 802-837, arXiv:1306.1059; F. Satterthwaite, Biometrics
Bulletin 2 (1946), 110-114 (degrees of freedom of a sum).
"""

import numpy as np
from scipy import stats

BLOCKS = 10  # stretches of time
COVERAGE = 0.95


def jackknife(columns, residual, order):
    """Return the standard errors of coefficients that are due to the residual of the equation.

    Args:
        columns: values of the equation's terms at points, `(points, terms)`.
        residual: what the terms leave unexplained there, `(points,)`.
        order: order of the points in time, of one run after the other.

    Returns: `(terms,)`.
    """
    changes = []
    for block in np.array_split(order, BLOCKS):
        kept = np.ones(len(residual), bool)
        kept[block] = False
        change, *_ = np.linalg.lstsq(columns[kept], residual[kept])
        changes.append(change)
    spread = np.sum((changes - np.mean(changes, axis=0)) ** 2, axis=0)
    return np.sqrt((BLOCKS - 1) / BLOCKS * spread)


def compute_interval(value, of_data, of_model, values, candidates):
    """Return the standard error and the 95 % interval of a coefficient.

    Args:
        value: the coefficient.
        of_data: its standard error from the noise of the measurements.
        of_model: its standard error from `jackknife`.
        values: number of measured values less that of fitted coefficients.
        candidates: number of terms that the equation may have had.

    Returns: `(standard error, (low, high))`.
    """
    error = float(np.hypot(of_data, of_model))
    if not 0 < error < np.inf:
        return error, (value - error, value + error)
    shares = np.array([of_data, of_model]) / error
    freedom = 1 / np.sum(shares**4 / [max(1, values), BLOCKS - 1])
    width = error * np.sqrt(candidates * stats.f.ppf(COVERAGE, candidates, freedom))
    return error, (float(value - width), float(value + width))
