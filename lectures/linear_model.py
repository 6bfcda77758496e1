"""Gradient descent on a linear model, whose loss is a parabola: each step is known in advance.

    loss        mean((x w - y)^2) / 2
    gradient    x^T (x w - y) / rows
    Hessian     x^T x / rows

Along each eigenvector of the Hessian a step multiplies the error of the weights by
(1 - rate * eigenvalue), so rates above 2 / (largest eigenvalue) diverge.

Source: M. Pierini, Deep Learning lectures.
"""

import numpy as np


def compute_loss(x, y, weights):
    """Return half the mean squared error, given `(rows, columns)`, `(rows,)` and `(columns,)`."""
    return 0.5 * np.mean((x @ weights - y) ** 2)


def compute_gradient(x, y, weights):
    """Return the derivatives of the loss by the weights, `(columns,)`."""
    return x.T @ (x @ weights - y) / len(x)


def find_largest_rate(x):
    """Return the learning rate above which batch descent diverges."""
    return 2 / np.linalg.eigvalsh(x.T @ x / len(x))[-1]


def derive_losses(x, y, minimum, rate, steps):
    """Return the losses of batch descent from zero weights in closed form, `(steps + 1,)`.

    Args:
        x, y: `(rows, columns)` and `(rows,)`.
        minimum: weights of the lowest loss, `(columns,)`.
        rate: learning rate.
        steps: number of steps.
    """
    eigenvalues, axes = np.linalg.eigh(x.T @ x / len(x))
    errors = axes.T @ minimum  # of zero weights, along each eigenvector
    factors = (1 - rate * eigenvalues)[:, None] ** np.arange(steps + 1)  # (columns, steps + 1)
    return compute_loss(x, y, minimum) + 0.5 * eigenvalues @ (errors[:, None] * factors) ** 2
