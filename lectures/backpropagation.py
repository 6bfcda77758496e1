"""Backpropagation as on the slide, in NumPy: the deltas of each layer, from the last to the first.

A layer computes z = a W + b from the output a of the layer below, and a = g(z). A batch has an
example per row, so W stands on the right, and the slide's W^T delta is delta W^T here. With the
cost C of an example, delta is dC/dz:

    last layer      delta_L = a_L - y
    layer below     delta_l = W_{l+1}^T delta_{l+1} * g'(z_l)
    gradients       dC/dW_l = a_{l-1} delta_l^T,    dC/db_l = delta_l

The first line holds for softmax with cross-entropy, and for the identity with half the squared
error; that is why they are combined.

Source: M. Pierini, Deep Learning lectures; Rumelhart, Hinton and Williams, Nature 323 (1986).
"""

import numpy as np

from lectures.activation_table import TABLE

LOSSES = ("cross-entropy", "squared-error")


def forward(x, weights, activation, loss="cross-entropy"):
    """Compute the input and the output of each layer's activation.

    Args:
        x: `(batch, features)`.
        weights: `[(W, b), ...]`, a pair per layer, `(units below, units)` and `(units,)`.
        activation: activation of the hidden layers, a name in `lectures.activation_table`.
        loss: "cross-entropy" for softmax outputs, or "squared-error" for linear ones.

    Returns: `(zs, activations)`, lists with an array per layer; `activations` begins with `x`.
    """
    zs, activations = [], [x]
    for W, b in weights:
        zs.append(activations[-1] @ W + b)  # (batch, units)
        activations.append(TABLE[activation].value(zs[-1]))
    activations[-1] = softmax(zs[-1]) if loss == "cross-entropy" else zs[-1]
    return zs, activations


def softmax(z):
    # A shift of z changes nothing, and prevents an overflow.
    exponentials = np.exp(z - z.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def compute_cost(outputs, y, weights, loss="cross-entropy", l2=0.0):
    """Return the mean cost of the examples plus lambda times the sum of the squared weights."""
    if loss == "cross-entropy":
        errors = -np.log(np.sum(y * outputs, axis=-1))
    else:
        errors = np.sum((outputs - y) ** 2, axis=-1) / 2
    return errors.mean() + l2 * sum(np.sum(W**2) for W, _ in weights)


def compute_deltas(zs, outputs, y, weights, activation):
    """Return dC/dz of each layer, `(batch, units)`."""
    delta = outputs - y
    deltas = [delta]
    for z, (W, _) in zip(reversed(zs[:-1]), reversed(weights[1:]), strict=True):
        delta = delta @ W.T * TABLE[activation].derivative(z)
        deltas.insert(0, delta)
    return deltas


def compute_gradients(x, y, weights, activation, loss="cross-entropy", l2=0.0):
    """Return `[(dC/dW, dC/db), ...]` for the mean cost of a batch.

    Args:
        x, weights, activation, loss: as in `forward`.
        y: `(batch, outputs)`; for classes, each row is one-hot.
        l2: lambda; biases are not regularised.
    """
    zs, activations = forward(x, weights, activation, loss)
    deltas = compute_deltas(zs, activations[-1], y, weights, activation)
    return [
        (a.T @ delta / len(x) + 2 * l2 * W, delta.mean(axis=0))
        for a, delta, (W, _) in zip(activations[:-1], deltas, weights, strict=True)
    ]


def differentiate_two_layers(x, y, W1, b1, W2, b2):
    """Return dC/dW1, dC/db1, dC/dW2, dC/db2 of the lecture's example: ReLU, softmax."""
    z1 = x @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    a2 = softmax(z2)

    delta2 = (a2 - y) / len(x)
    delta1 = delta2 @ W2.T * (z1 > 0)
    return x.T @ delta1, delta1.sum(axis=0), a1.T @ delta2, delta2.sum(axis=0)


def compute_jacobian(x, weights, activation):
    """Return the derivatives of the last z by an input.

    With three layers they are W_3^T diag(g'(z_2)) W_2^T diag(g'(z_1)) W_1^T.

    Args:
        x: `(features,)`.

    Returns: `(outputs, features)`.
    """
    zs, _ = forward(x[None], weights, activation)
    chain = weights[0][0].T
    for z, (W, _) in zip(zs[:-1], weights[1:], strict=True):
        chain = W.T @ np.diag(TABLE[activation].derivative(z[0])) @ chain
    return chain
