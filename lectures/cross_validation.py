"""Cross-validation in NumPy, on ridge regression, where every answer has a closed form.

    k folds          each part of the rows is predicted by a fit to the other k - 1 parts
    leave one out    the error of row i is (y_i - f(x_i)) / (1 - H_ii), without a further fit,
                     with the hat matrix H = X (X'X + lambda)^-1 X'
    best of K        the largest of K independent normal scores is E_K standard deviations too high,
                     with E_K = integral of x K phi(x) Phi(x)^(K - 1)

Source: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, chapter 7;
Y. Bengio and Y. Grandvalet, No Unbiased Estimator of the Variance of K-Fold Cross-Validation, 2004.
"""

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm


def split_folds(rows, k, random):
    """Return k arrays of row indices, which together are all rows in a random order."""
    return np.array_split(random.permutation(rows), k)


def fit_ridge(x, y, penalty):
    """Return the weights that minimise sum((x w - y)^2) + penalty * sum(w^2).

    Args:
        x: `(..., rows, columns)`; further axes are further datasets.
        y: `(..., rows)`.
        penalty: lambda.
    """
    transposed = np.swapaxes(x, -1, -2)
    curvature = transposed @ x + penalty * np.eye(x.shape[-1])
    return np.linalg.solve(curvature, transposed @ y[..., None])[..., 0]


def cross_validate(x, y, penalty, folds):
    """Return the mean squared error of each fold, `(..., folds)`."""
    errors = []
    for fold in folds:
        others = np.setdiff1d(np.arange(x.shape[-2]), fold)
        weights = fit_ridge(x[..., others, :], y[..., others], penalty)
        residuals = (x[..., fold, :] @ weights[..., None])[..., 0] - y[..., fold]
        errors.append((residuals**2).mean(axis=-1))
    return np.stack(errors, axis=-1)


def leave_one_out(x, y, penalty):
    """Return the mean squared error of leaving out each row, from a single fit, `(...)`."""
    transposed = np.swapaxes(x, -1, -2)
    inverse = np.linalg.inv(transposed @ x + penalty * np.eye(x.shape[-1]))
    leverage = np.einsum("...ij,...jk,...ik->...i", x, inverse, x)
    fitted = (x @ fit_ridge(x, y, penalty)[..., None])[..., 0]
    return (((y - fitted) / (1 - leverage)) ** 2).mean(axis=-1)


def expected_maximum(count):
    """Return the mean of the largest of `count` independent standard normal numbers."""

    def weigh(x):
        return x * count * np.exp(norm.logpdf(x) + (count - 1) * norm.logcdf(x))

    return quad(weigh, -10, 10, limit=200)[0]
