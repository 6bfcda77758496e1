"""Gradient descent as on the slide, in NumPy: its rules, its batches, and its path on a surface.

An object of a rule keeps the state of one array of weights.

Source: M. Pierini, Deep Learning lectures; Polyak 1964 (momentum); Kingma and Ba, arXiv:1412.6980
(Adam).
"""

import numpy as np

FAR = 1e6  # a path this far out has diverged


class GradientDescent:
    """w <- w - rate * gradient."""

    def __init__(self, rate):
        self.rate = rate

    def step(self, weights, gradient):
        return weights - self.rate * gradient


class Momentum:
    """v <- beta v - rate * gradient; w <- w + v: a rolling ball that friction slows down."""

    def __init__(self, rate, beta=0.9):
        self.rate, self.beta = rate, beta
        self.velocity = 0.0

    def step(self, weights, gradient):
        self.velocity = self.beta * self.velocity - self.rate * gradient
        return weights + self.velocity


class Adam:
    """A rate per weight: the mean of its gradients over the root of the mean of their squares."""

    def __init__(self, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.rate, self.beta1, self.beta2, self.epsilon = rate, beta1, beta2, epsilon
        self.mean = self.square = 0.0
        self.steps = 0

    def step(self, weights, gradient):
        self.steps += 1
        self.mean = self.beta1 * self.mean + (1 - self.beta1) * gradient
        self.square = self.beta2 * self.square + (1 - self.beta2) * gradient**2
        # Both means begin at zero, so they are too small at first.
        rate = self.rate * np.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        return weights - rate * self.mean / (np.sqrt(self.square) + self.epsilon)


def draw_batches(rows, batch_size, random):
    """Yield the indices of all rows in random order, batch by batch.

    Args:
        rows: number of rows.
        batch_size: all rows for batch descent, 1 for stochastic, between for mini-batch descent.
        random: `numpy.random.Generator`.
    """
    order = random.permutation(rows)
    for start in range(0, rows, batch_size):
        yield order[start : start + batch_size]


def walk(rule, gradient, start, steps):
    """Return the path of a rule, `(steps + 1, dimensions)`; it is shorter if it diverges.

    Args:
        rule: object of one of the classes above.
        gradient: function of a point.
        start: first point.
        steps: number of steps.
    """
    path = [np.array(start, "float64")]
    for _ in range(steps):
        point = rule.step(path[-1], gradient(path[-1]))
        if not np.abs(point).max() < FAR:
            break
        path.append(point)
    return np.array(path)
