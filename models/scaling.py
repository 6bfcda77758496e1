"""Between the user's units and numbers of order one, exact in float64.

Operations of Keras only, so that `keras.models.load_model` needs nothing of this project. Not
layers.Rescaling and layers.Normalization: these round their constants to float32, and the latter
has a minimum standard deviation of 1e-7, too large for SI units.
"""

import numpy as np
from keras import ops


def to_numbers(values, sizes, offsets=0.0):
    """Return (value - offset) / size in float64; subtracting first keeps the digits of large
    values.

    Args:
        values: `(..., len(sizes))`.
        sizes, offsets: a number each for the last axis, or one for all.
    """
    return ops.divide(ops.subtract(ops.cast(values, "float64"), double(offsets)), double(sizes))


def to_values(numbers, sizes, offsets=0.0):
    """Return offset + size * number in float64, the inverse of `to_numbers`."""
    return ops.add(ops.multiply(ops.cast(numbers, "float64"), double(sizes)), double(offsets))


def clip(values, low, high):
    """Replace values outside of limits by the nearest limit; NaN stays NaN.

    Args:
        values: `(..., len(low))` in float64.
        low, high: a limit each for the last axis.
    """
    values = ops.where(values < double(low), double(low), values)
    return ops.where(values > double(high), double(high), values)


def double(constants):
    return np.asarray(constants, "float64")
