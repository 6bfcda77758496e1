"""Backpropagation as on the slide, in NumPy: the deltas of each layer, from the last to the first.

A layer computes z = a W + b from the layer below it, and a = g(z). Rows are examples, so W stands
on the right, and the slide's W^T delta is delta W^T here. With C the cost of an example, delta is
dC/dz:

    last layer      delta_L = a_L - y
    layer below     delta_l = W_{l+1}^T delta_{l+1} * g'(z_l)
    gradients       dC/dW_l = a_{l-1} delta_l^T,    dC/db_l = delta_l

The first line holds for softmax with cross-entropy, and for the identity with half the squared
error: that is why each of these pairs is used together.

Source: M. Pierini, Deep Learning lectures; Rumelhart, Hinton and Williams, Nature 323 (1986).
"""

import numpy as np

from lectures.activation_table import TABLE

LOSSES = ("cross-entropy", "squared-error")


def forward(x, weights, activation, loss="cross-entropy"):
    """Compute the input z and the output a of each layer's activation.

    Args:
        x: `(batch, features)`.
        weights: `[(W, b), ...]` for each layer, `(units below, units)` and `(units,)`.
        activation: activation of the hidden layers, a name in `lectures.activation_table`.
        loss: "cross-entropy" with softmax outputs, or "squared-error" with linear outputs.

    Returns: `(zs, activations)`, lists over the layers; `activations` begins with `x`.
    """
    zs, activations = [], [x]
    for W, b in weights:
        zs.append(activations[-1] @ W + b)
        activations.append(TABLE[activation].value(zs[-1]))
    activations[-1] = softmax(zs[-1]) if loss == "cross-entropy" else zs[-1]
    return zs, activations


def softmax(z):
    # A shift of z does not change the softmax, and prevents an overflow.
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def cost(outputs, y, weights, loss="cross-entropy", l2=0.0):
    """Mean cost of the examples, plus `l2` times the sum of the squared weights."""
    error = (
        -np.log(np.sum(y * outputs, axis=-1))
        if loss == "cross-entropy"
        else np.sum((outputs - y) ** 2, axis=-1) / 2
    )
    return error.mean() + l2 * sum(np.sum(W**2) for W, _ in weights)


def deltas(zs, outputs, y, weights, activation):
    """dC/dz of each layer, `(batch, units)`."""
    delta = outputs - y
    layers = [delta]
    for z, (W, _) in zip(reversed(zs[:-1]), reversed(weights[1:]), strict=True):
        delta = delta @ W.T * TABLE[activation].derivative(z)
        layers.insert(0, delta)
    return layers


def gradients(x, y, weights, activation, loss="cross-entropy", l2=0.0):
    """dC/dW and dC/db of each layer, for the mean cost of a batch.

    Args:
        x, weights, activation, loss: as in `forward`.
        y: `(batch, outputs)`; classes are one-hot.
        l2: lambda in the cost's term lambda * sum of squared weights, without the biases.
    """
    zs, activations = forward(x, weights, activation, loss)
    of_layers = deltas(zs, activations[-1], y, weights, activation)
    return [
        (a.T @ delta / len(x) + 2 * l2 * W, delta.mean(axis=0))
        for a, delta, (W, _) in zip(activations[:-1], of_layers, weights, strict=True)
    ]


def two_layers(x, y, W1, b1, W2, b2):
    """The lecture's example in full: ReLU, softmax, cross-entropy.

    Returns: dC/dW1, dC/db1, dC/dW2, dC/db2 for the mean cost of a batch.
    """
    z1 = x @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    a2 = softmax(z2)

    delta2 = (a2 - y) / len(x)
    delta1 = delta2 @ W2.T * (z1 > 0)
    return x.T @ delta1, delta1.sum(axis=0), a1.T @ delta2, delta2.sum(axis=0)


def jacobian(x, weights, activation):
    """Jacobian of the last z with respect to one input, `(outputs, features)`.

    With three layers it is W_3^T diag(g'(z_2)) W_2^T diag(g'(z_1)) W_1^T.

    Args:
        x: `(features,)`.
        weights, activation: as in `forward`.
    """
    zs, _ = forward(x[None], weights, activation)
    chain = weights[0][0].T
    for z, (W, _) in zip(zs[:-1], weights[1:], strict=True):
        chain = W.T @ np.diag(TABLE[activation].derivative(z[0])) @ chain
    return chain
