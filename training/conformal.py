"""Prediction intervals from errors on held-out rows, which hold what they say."""

import math

import numpy as np

FEWEST = 20  # errors behind a quantile; with fewer windows the neighbouring steps count as well


def fit_half_widths(errors, sizes, level):
    """Return half the width of each step's interval, relative to the size of its window.

    Of n errors, the interval reaches the ceil((n + 1) level)-th smallest one: if new windows are
    like the held-out ones, it contains the true value with the probability `level` or more.

    Args:
        errors: true minus forecast value, `(windows, horizon)`, NaN where unknown.
        sizes: size of each window to which errors are proportional, `(windows,)`.
        level: share of the true values that the intervals are to contain.

    Returns: `(horizon,)`.

    Source: Lei et al., Distribution-Free Predictive Inference for Regression, arXiv:1604.04173.
    """
    scores = np.abs(errors) / sizes[:, None]
    windows, horizon = scores.shape
    neighbours = (-(-FEWEST // windows) - 1) // 2 if windows < FEWEST else 0
    widths = np.zeros(horizon)
    for step in range(horizon):
        near = scores[:, max(0, step - neighbours) : step + neighbours + 1]
        known = np.sort(near[~np.isnan(near)])
        if len(known):
            rank = math.ceil((len(known) + 1) * level)
            widths[step] = known[min(rank, len(known)) - 1]
    return widths
