"""A small dense network and a curve as a least-squares problem, for the Levenberg-Marquardt method.

The Jacobian is backpropagation without the sum over the examples: if the last delta is 1, the
deltas are the derivatives of the output itself.
"""

import numpy as np
import tensorflow as tf

from lectures.backpropagation import compute_deltas, forward


class CurveSystem:
    """Mean squared error of a network with one input and one output.

    Args:
        hidden: units of each hidden layer.
        activation: activation of the hidden layers, a name in `lectures.activation_table`.
        x, y: the curve, `(points,)` each; x from -1 to 1.
    """

    def __init__(self, hidden, activation, x, y):
        self.widths = (1, *hidden, 1)
        self.activation = activation
        self.x, self.y = x[:, None], y[:, None]

    def draw_weights(self, random):
        """Return initial weights, `(weights,)`.

        The units of the first layer bend anywhere from -1 to 1, and are steeper if there are more.
        """
        W = random.normal(0, max(2.0, self.widths[1] / 2), (1, self.widths[1]))
        arrays = [W, -W[0] * random.uniform(-1, 1, self.widths[1])]
        for below, units in zip(self.widths[1:], self.widths[2:], strict=False):
            W = random.normal(0, (2 / (below + units)) ** 0.5, (below, units))
            arrays += [W, np.zeros(units)]
        return np.concatenate([array.ravel() for array in arrays])

    def split_layers(self, weights):
        """Return a vector of weights as `[(W, b), ...]`."""
        layers, start = [], 0
        for below, units in zip(self.widths, self.widths[1:], strict=False):
            W = weights[start : start + below * units].reshape(below, units)
            start += below * units
            layers.append((W, weights[start : start + units]))
            start += units
        return layers

    def residuals(self, weights, batch=None):
        """Return the residuals, `(points,)`; their squares add up to the mean squared error."""
        layers = self.split_layers(np.asarray(weights))
        _, activations = forward(self.x, layers, self.activation, "squared-error")
        return tf.constant((activations[-1] - self.y)[:, 0] / len(self.x) ** 0.5)

    def split_batch(self, batch):
        """Return the parts whose Jacobians are computed one by one: here a single part."""
        return [None]  # the points never change

    def jacobian(self, weights, batch=None):
        """Return the residuals and their derivatives, `(points,)` and `(points, weights)`."""
        layers = self.split_layers(np.asarray(weights))
        zs, activations = forward(self.x, layers, self.activation, "squared-error")
        deltas = compute_deltas(zs, np.ones_like(self.y), 0.0, layers, self.activation)
        parts = []
        for a, delta in zip(activations[:-1], deltas, strict=True):
            parts += [(a[:, :, None] * delta[:, None, :]).reshape(len(a), -1), delta]
        root = len(self.x) ** 0.5
        residuals = (activations[-1] - self.y)[:, 0] / root
        return tf.constant(residuals), tf.constant(np.concatenate(parts, axis=1) / root)
