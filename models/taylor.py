"""Derivatives by forward propagation: truncated Taylor series pass through a network's layers.

A series in several coordinates is a dictionary from multi-index to coefficient: `{(0, 0): u,
(1, 0): u_x, (2, 0): u_xx / 2, (1, 1): u_xt, ...}`, each `(features, points)`. A point is a column,
as on the slide: many points in a row fill the wide registers of a processor, the few units of a
layer would not. The coefficient of a multi-index is the derivative divided by its factorials, so
that the product of two series is the product of polynomials. Only the multi-indices that the
equation needs, and those they are computed from, are carried: one pass gives all derivatives,
while nested `GradientTape`s repeat the pass for every order.

Source: A. Griewank and A. Walther, Evaluating Derivatives, chapter 13; Bettencourt et al.,
Taylor-Mode Automatic Differentiation for Higher-Order Derivatives in JAX, 2019.
"""

import itertools
import math

import tensorflow as tf


def multi_indices(wanted):
    """Return the wanted multi-indices with every smaller one, in the order of their sums."""
    below = {
        index for top in wanted for index in itertools.product(*(range(order + 1) for order in top))
    }
    return sorted(below, key=lambda index: (sum(index), index))


def factorial(index):
    """Return the ratio of the derivative to the coefficient of a multi-index."""
    return math.prod(map(math.factorial, index))


def coordinate_series(points, indices):
    """Return the series of coordinates, `(coordinates, points)`: each has slope 1 along itself."""
    series = {}
    for index in indices:
        if sum(index) == 0:
            series[index] = points
        elif sum(index) == 1:
            series[index] = tf.broadcast_to(
                tf.constant(index, points.dtype)[:, None], tf.shape(points)
            )
    return series


def product(a, b, indices):
    """Multiply two series; a missing coefficient is zero."""
    result = {}
    for index in indices:
        for first in a:
            second = tuple(i - j for i, j in zip(index, first, strict=True))
            if second in b:
                term = a[first] * b[second]
                result[index] = result[index] + term if index in result else term
    return result


def add(a, b):
    """Add two series; a missing coefficient is zero."""
    result = dict(a)
    for index, value in b.items():
        result[index] = result[index] + value if index in result else value
    return result


def concatenate(parts, indices):
    """Join the features of several series, `(features, points)` each."""
    zero, present = indices[0], [index for index in indices if any(index in x for x in parts)]
    zeros = [tf.zeros_like(part[zero]) for part in parts]
    return {
        index: tf.concat([x.get(index, none) for x, none in zip(parts, zeros, strict=True)], axis=0)
        for index in present
    }


def linear(x, kernel, bias=None):
    """Pass a series through a dense layer, no activation, W^T x + b; b moves the value only."""
    x = {
        index: tf.matmul(kernel, coefficient, transpose_a=True) for index, coefficient in x.items()
    }
    if bias is not None:
        x = {
            index: coefficient + bias[:, None] if sum(index) == 0 else coefficient
            for index, coefficient in x.items()
        }
    return x


def activate(name, z, indices):
    """Pass a series through an activation function: f(z0 + d) = f0 + f1 d + f2 d^2 + ...

    Here d is the series without its value.

    Raises: KeyError for an activation that is not in `ACTIVATIONS`.
    """
    zero, order = indices[0], max(map(sum, indices))
    coefficients = ACTIVATIONS[name](z[zero], order)
    step = {index: coefficient for index, coefficient in z.items() if index != zero}
    result, power = {zero: coefficients[0]}, step
    for coefficient in coefficients[1:]:
        for index, value in power.items():
            result[index] = (
                result[index] + coefficient * value if index in result else coefficient * value
            )
        power = product(power, step, indices)
    return result


def tanh(z, order):
    """Return the Taylor coefficients of tanh at z up to an order, from y' = 1 - y^2."""
    y = [tf.tanh(z)]
    for k in range(order):
        squared = sum(y[j] * y[k - j] for j in range(k + 1))
        y.append(((1.0 if k == 0 else 0.0) - squared) / (k + 1))
    return y


def sigmoid(z, order):
    """From y' = y (1 - y)."""
    y = [tf.sigmoid(z)]
    for k in range(order):
        y.append((y[k] - sum(y[j] * y[k - j] for j in range(k + 1))) / (k + 1))
    return y


def softplus(z, order):
    """Its derivative is the sigmoid."""
    return [
        tf.nn.softplus(z),
        *(slope / k for k, slope in enumerate(sigmoid(z, order - 1), start=1)),
    ][: order + 1]


def silu(z, order):
    """The product z sigmoid(z), also called swish."""
    y = sigmoid(z, order)
    return [z * y[0], *(z * y[k] + y[k - 1] for k in range(1, order + 1))]


def exponential(z, order):
    return [tf.exp(z) / math.factorial(k) for k in range(order + 1)]


def sine(z, order):
    turns = (tf.sin(z), tf.cos(z), -tf.sin(z), -tf.cos(z))
    return [turns[k % 4] / math.factorial(k) for k in range(order + 1)]


def cosine(z, order):
    turns = (tf.cos(z), -tf.sin(z), -tf.cos(z), tf.sin(z))
    return [turns[k % 4] / math.factorial(k) for k in range(order + 1)]


def identity(z, order):
    return [z, tf.ones_like(z), *(tf.zeros_like(z) for _ in range(order - 1))][: order + 1]


# By Keras' names.
ACTIVATIONS = {
    "tanh": tanh,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "silu": silu,
    "exponential": exponential,
    "sin": sine,
    "cos": cosine,
    "linear": identity,
}
