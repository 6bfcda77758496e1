"""Derivatives by nested `GradientTape`s: slow, for any model; `models.taylor` is tested by them."""

import tensorflow as tf


def tape_derivative(model, coordinates, index, unknown):
    """Return a derivative of one output of a model, `(points,)`.

    Args:
        model: `(points, coordinates)` to `(points, unknowns)`.
        coordinates: list of `(points,)` tensors.
        index: order of the derivative in each coordinate.
        unknown: number of the output.
    """
    direction = next((number for number, order in enumerate(index) if order), None)
    if direction is None:
        return model(tf.stack(coordinates, axis=-1))[:, unknown]
    lower = tuple(order - (number == direction) for number, order in enumerate(index))
    with tf.GradientTape() as tape:
        tape.watch(coordinates[direction])
        y = tape_derivative(model, coordinates, lower, unknown)
    return tape.gradient(y, coordinates[direction], unconnected_gradients="zero")
