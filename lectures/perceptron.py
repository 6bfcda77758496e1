"""One neuron as on the slide, in NumPy: a half-space, Rosenblatt's rule, and gradient descent.

A neuron fires where w x + b > 0. With a feature that is always 1, b is one of the weights, and the
border is a plane through the origin. Labels are -1 and 1.

    Rosenblatt          w <- w + y x for each row with y w x <= 0
    Novikoff's bound    at most (R / gamma)^2 such steps, if the rows are separable
    gradient descent    on the mean of log(1 + exp(-y w x)), the cross-entropy of a logistic neuron

R is the length of the longest row, and gamma the largest margin: the distance of the nearest row
from the plane that keeps farthest from all rows.

Source: M. Pierini, Deep Learning lectures; F. Rosenblatt 1958; A. Novikoff 1962; C. Lawson and
R. Hanson, Solving Least Squares Problems (the margin by nonnegative least squares).
"""

import numpy as np
from scipy.optimize import nnls

from lectures.activation_table import logistic


def add_one(x):
    """Return the rows with a feature that is always 1, `(rows, features + 1)`."""
    return np.concatenate([x, np.ones((len(x), 1))], axis=1)


def follow_rosenblatt(x, y, epochs, random):
    """Apply Rosenblatt's rule from zero weights, the rows in a new order in each epoch.

    Args:
        x: `(rows, features)`.
        y: labels -1 and 1, `(rows,)`.
        epochs: maximum number of passes; an epoch without a mistake is the last one.
        random: `numpy.random.Generator`.

    Returns: `(weights, mistakes in each epoch)`.
    """
    weights, mistakes = np.zeros(x.shape[1]), []
    for _ in range(epochs):
        mistakes.append(0)
        for row in random.permutation(len(x)):
            if y[row] * (x[row] @ weights) <= 0:
                weights = weights + y[row] * x[row]
                mistakes[-1] += 1
        if mistakes[-1] == 0:
            break
    return weights, mistakes


def find_margin(x, y):
    """Return the largest margin and its unit normal, `(0.0, None)` if no plane separates the rows.

    The shortest w with y w x >= 1 for all rows has the length 1 / margin.
    """
    signed = (y[:, None] * x).T  # (features, rows)
    system = np.vstack([signed, np.ones(len(x))])
    wanted = np.append(np.zeros(len(signed)), 1.0)
    residual = system @ nnls(system, wanted, maxiter=100 * len(x))[0] - wanted
    if np.linalg.norm(residual) < 1e-9:
        return 0.0, None
    shortest = -residual[:-1] / residual[-1]
    length = np.linalg.norm(shortest)
    return float(1 / length), shortest / length


def bound_mistakes(x, margin):
    """Return (R / gamma)^2."""
    return float((np.linalg.norm(x, axis=1).max() / margin) ** 2)


def compute_loss(x, y, weights):
    return np.logaddexp(0, -y * (x @ weights)).mean()


def compute_gradient(x, y, weights):
    return -(y * logistic(-y * (x @ weights))) @ x / len(x)


def find_safe_rate(x):
    """Return a learning rate at which each step lowers the loss: 1 / (bound of the curvature)."""
    return 4 / np.linalg.eigvalsh(x.T @ x / len(x))[-1]


def find_minimum(x, y, steps=50):
    """Return the weights of the lowest loss by Newton's method; the rows must not be separable."""
    weights = np.zeros(x.shape[1])
    for _ in range(steps):
        slope = logistic(x @ weights) * logistic(-x @ weights)  # (rows,)
        curvature = (slope * x.T) @ x / len(x)
        weights = weights - np.linalg.solve(curvature, compute_gradient(x, y, weights))
    return weights


def measure_angle(one, other):
    """Return the angle between two vectors in degrees."""
    cosine = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))
