"""A small dense network and a curve: residuals and their derivatives by all weights, as Levenberg and Marquardt's method asks.

The Jacobian is backpropagation without the sum over the examples: with 1 for the last delta, the deltas are the derivatives of
the output itself.
"""

import numpy as np
import tensorflow as tf

from lectures.backpropagation import deltas, forward


class CurveSystem:
    """Mean squared error of a network with one input and one output.

    Args:
        hidden: units of each hidden layer.
        activation: of the hidden layers, a name in `lectures.activation_table`.
        x, y: `(points,)` each; x from -1 to 1.
    """

    def __init__(self, hidden, activation, x, y):
        self.widths = (1, *hidden, 1)
        self.activation = activation
        self.x, self.y = x[:, None], y[:, None]

    def first_weights(self, random):
        """`(weights,)`: units of the first layer bend anywhere from -1 to 1, the steeper the more of them there are."""
        W = random.normal(0, max(2.0, self.widths[1] / 2), (1, self.widths[1]))
        arrays = [W, -W[0] * random.uniform(-1, 1, self.widths[1])]
        for below, units in zip(self.widths[1:], self.widths[2:], strict=False):
            arrays += [
                random.normal(0, (2 / (below + units)) ** 0.5, (below, units)),
                np.zeros(units),
            ]
        return np.concatenate([array.ravel() for array in arrays])

    def layers(self, weights):
        """The weights as `[(W, b), ...]`."""
        found, place = [], 0
        for below, units in zip(self.widths, self.widths[1:], strict=False):
            W = weights[place : place + below * units].reshape(below, units)
            place += below * units
            found.append((W, weights[place : place + units]))
            place += units
        return found

    def rows(self, weights, known=None):
        """Residuals, `(points,)`, whose squares add up to the mean squared error."""
        _, activations = forward(
            self.x, self.layers(np.asarray(weights)), self.activation, "squared-error"
        )
        return tf.constant((activations[-1] - self.y)[:, 0] / len(self.x) ** 0.5)

    def blocks(self, known):
        """What the points need whose Jacobian is computed at once: here all of them."""
        return [known]

    def jacobian(self, weights, known=None):
        """The residuals and their derivatives, `(points, weights)`."""
        layers = self.layers(np.asarray(weights))
        zs, activations = forward(self.x, layers, self.activation, "squared-error")
        by_z = deltas(zs, np.ones_like(self.y), 0.0, layers, self.activation)
        parts = []
        for a, delta in zip(activations[:-1], by_z, strict=True):
            parts += [(a[:, :, None] * delta[:, None, :]).reshape(len(a), -1), delta]
        root = len(self.x) ** 0.5
        return tf.constant((activations[-1] - self.y)[:, 0] / root), tf.constant(
            np.concatenate(parts, axis=1) / root
        )
