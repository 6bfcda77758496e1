"""Confidence intervals of estimated constants."""

import numpy as np
from scipy import stats

LEVEL = 0.95


def half_width(standard_error, degrees_of_freedom=np.inf):
    """Return half of the width of a 95 % interval, by Student's t.

    Args:
        standard_error: one or several.
        degrees_of_freedom: measurements minus estimated parameters; infinite if the variance of the
            measurements is known.
    """
    freedom = np.asarray(degrees_of_freedom, "float64")
    quantile = stats.t.ppf((1 + LEVEL) / 2, np.where(freedom > 0, freedom, np.nan))
    return quantile * np.asarray(standard_error, "float64")
