"""Gradient descent, rule by rule, in NumPy and as on the slide; and the order in which the examples come.

An object of a rule remembers what it needs for one array of weights.

Source: M. Pierini, Deep Learning lectures; Polyak 1964 (momentum); Kingma and Ba, arXiv:1412.6980 (Adam).
"""

import numpy as np

FAR = 1e6  # nobody comes back from there


class GradientDescent:
    """w <- w - rate * gradient."""

    def __init__(self, rate):
        self.rate = rate

    def step(self, weights, gradient):
        return weights - self.rate * gradient


class Momentum:
    """v <- beta v - rate * gradient; w <- w + v. A ball that rolls: beta is what friction leaves of its speed."""

    def __init__(self, rate, beta=0.9):
        self.rate, self.beta = rate, beta
        self.velocity = 0.0

    def step(self, weights, gradient):
        self.velocity = self.beta * self.velocity - self.rate * gradient
        return weights + self.velocity


class Adam:
    """Each weight at its own rate: the mean of its gradients over the root of the mean of their squares."""

    def __init__(self, rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
        self.rate, self.beta1, self.beta2, self.epsilon = rate, beta1, beta2, epsilon
        self.mean = self.square = 0.0
        self.steps = 0

    def step(self, weights, gradient):
        self.steps += 1
        self.mean = self.beta1 * self.mean + (1 - self.beta1) * gradient
        self.square = self.beta2 * self.square + (1 - self.beta2) * gradient**2
        # Both means begin at zero and are too small at first.
        rate = self.rate * np.sqrt(1 - self.beta2**self.steps) / (1 - self.beta1**self.steps)
        return weights - rate * self.mean / (np.sqrt(self.square) + self.epsilon)


def batches(rows, batch_size, random):
    """The numbers of the rows in another order each epoch, a batch at a time.

    Args:
        rows: how many there are.
        batch_size: all rows for batch descent, 1 for stochastic, between for mini-batch.
        random: `numpy.random.Generator`.
    """
    order = random.permutation(rows)
    for start in range(0, rows, batch_size):
        yield order[start : start + batch_size]


def walk(rule, gradient, start, steps):
    """The places that a rule goes through, `(steps + 1, dimensions)`; fewer where they run away.

    Args:
        rule: an object of one of the classes above.
        gradient: function of a place.
        start: the first place.
    """
    path = [np.array(start, "float64")]
    for _ in range(steps):
        place = rule.step(path[-1], gradient(path[-1]))
        if not np.abs(place).max() < FAR:
            break
        path.append(place)
    return np.array(path)
