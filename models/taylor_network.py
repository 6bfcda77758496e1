"""The Taylor series of a network: its Functional graph, evaluated on series instead of tensors.

So an architecture is written once, as a `keras.Model`. A layer takes part if `RULES` has its class,
or if it has a method `series(inputs, indices, prepared)`. Whatever it computes from the points
alone, it may compute once, in a method `prepare(points, indices)`.
"""

from functools import reduce

import keras
import tensorflow as tf
from keras import layers

from models import taylor

RULES = {
    layers.Activation: lambda layer, x, indices: taylor.activate(
        layer.activation.__name__, x, indices
    ),
    layers.Add: lambda layer, terms, indices: reduce(taylor.add, terms),
    layers.Multiply: lambda layer, factors, indices: reduce(
        lambda a, b: taylor.product(a, b, indices), factors
    ),
    layers.Concatenate: lambda layer, parts, indices: taylor.concatenate(parts, indices),
}


def prepare(model, points, indices):
    """Compute what the layers need of the points whatever the weights are.

    Args:
        model: Functional model of the coordinates.
        points: array, `(points, coordinates)`.
        indices: from `models.taylor.multi_indices`.

    Returns: `{name of a layer: nest of tensors}`; the points are the last axis of every tensor.
    """
    able = [layer for layer in model.layers if hasattr(layer, "prepare")]
    return {layer.name: layer.prepare(points, indices) for layer in able}


def propagate(model, coordinates, prepared, indices, watch=None):
    """Return the Taylor series of a network's outputs, `{multi-index: (outputs, points)}`.

    The weights are those of the model, or of a `keras.StatelessScope` around the call.

    Args:
        model: Functional model of the coordinates that calls each of its layers once.
        coordinates: `(coordinates, points)`.
        prepared: from `prepare`.
        indices: from `models.taylor.multi_indices`.
        watch: called for every dense layer with the layer, the series that enters it, and the
            series before its activation.

    Raises: TypeError for a layer that has no rule.
    """
    series = {id(model.input): taylor.coordinate_series(coordinates, indices)}
    for layer in model.layers:
        if id(layer.output) in series:  # of the input
            continue
        x = keras.tree.map_structure(lambda tensor: series[id(tensor)], layer.input)
        if hasattr(layer, "series"):
            y = layer.series(x, indices, prepared.get(layer.name))
        elif isinstance(layer, layers.Dense):
            y = dense(layer, x, indices, watch)
        elif type(layer) in RULES:
            y = RULES[type(layer)](layer, x, indices)
        else:
            raise TypeError(
                f"The layer {layer.name!r} ({type(layer).__name__}) has no Taylor series. "
                "Give it a method `series`, or `models.taylor_network.RULES` a rule for it."
            )
        series[id(layer.output)] = y
    return series[id(model.output)]


def dense(layer, x, indices, watch=None):
    """Pass a series through a dense layer with its activation."""
    bias = None if layer.bias is None else tf.convert_to_tensor(layer.bias)
    z = taylor.linear(x, tf.convert_to_tensor(layer.kernel), bias)
    if watch:
        watch(layer, x, z)
    return taylor.activate(layer.activation.__name__, z, indices)


def dense_slopes(layer, x, slopes):
    """Return the derivatives of a number of each point by a dense layer's weights.

    Args:
        layer: the layer.
        x: series that enters the layer, with the points as rows: `(points, inputs)` each.
        slopes: derivatives by the series before the activation, `(points, units)` each.

    Returns: list with the derivatives by the kernel, `(points, inputs * units)`, and by the bias,
        `(points, units)`, if there is one.
    """
    kernel = sum(x[index][:, :, None] * slopes[index][:, None, :] for index in x)
    kernel = tf.reshape(kernel, (tf.shape(kernel)[0], -1))
    # The bias changes the value alone, whose multi-index is the first.
    return [kernel] if layer.bias is None else [kernel, slopes[next(iter(x))]]
