"""Derivatives by nested `GradientTape`s: they work for any model, and the fast way of `models.taylor` is tested by them."""

import tensorflow as tf


def tape_derivative(model, coordinates, index, unknown):
    """A derivative of one output of a model, `(points,)`.

    Args:
        model: `(points, coordinates)` to `(points, unknowns)`.
        coordinates: list of `(points,)` tensors.
        index: order of the derivative in each coordinate.
        unknown: number of the output.
    """
    place = next((place for place, order in enumerate(index) if order), None)
    if place is None:
        return model(tf.stack(coordinates, axis=-1))[:, unknown]
    lower = tuple(order - (number == place) for number, order in enumerate(index))
    with tf.GradientTape() as tape:
        tape.watch(coordinates[place])
        y = tape_derivative(model, coordinates, lower, unknown)
    return tape.gradient(y, coordinates[place], unconnected_gradients="zero")
