"""Layers between the user's units and numbers of order one, exact in float64."""

import keras
import tensorflow as tf
from keras import layers


# Not layers.Rescaling and layers.Normalization: these round their constants to float32, and the
# latter has a minimum standard deviation of 1e-7, too large for SI units.
class Units(layers.Layer):
    """Sizes and offsets between values and numbers: value = offset + size * number.

    Args:
        sizes, offsets: a number each for the last axis, or one for all.

    Input shape: `(..., len(sizes))`.
    Output shape: same as input.
    """

    def __init__(self, sizes, offsets=0.0, dtype="float64", **kwargs):
        super().__init__(dtype=dtype, **kwargs)
        self.sizes, self.offsets = sizes, offsets

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs.shape, self.compute_dtype)

    def get_config(self):
        return super().get_config() | {"sizes": self.sizes, "offsets": self.offsets}


@keras.saving.register_keras_serializable(package="scaling")
class ToNumbers(Units):
    """Return (value - offset) / size; subtracting first keeps the digits of large values."""

    def call(self, values):
        offsets = tf.constant(self.offsets, self.compute_dtype)
        return (values - offsets) / tf.constant(self.sizes, self.compute_dtype)


@keras.saving.register_keras_serializable(package="scaling")
class Clip(layers.Layer):
    """Replace values outside of limits by the nearest limit; NaN stays NaN.

    Args:
        low, high: a limit each for the last axis.

    Input shape: `(..., len(low))`.
    Output shape: same as input.
    """

    def __init__(self, low, high, dtype="float64", **kwargs):
        super().__init__(dtype=dtype, **kwargs)
        self.low, self.high = low, high

    def call(self, values):
        low, high = (tf.constant(limit, self.compute_dtype) for limit in (self.low, self.high))
        return tf.where(values < low, low, tf.where(values > high, high, values))

    def compute_output_spec(self, values):
        return keras.KerasTensor(values.shape, self.compute_dtype)

    def get_config(self):
        return super().get_config() | {"low": self.low, "high": self.high}


@keras.saving.register_keras_serializable(package="scaling")
class ToValues(Units):
    """Return offset + size * number."""

    def call(self, numbers):
        sizes = tf.constant(self.sizes, self.compute_dtype)
        return tf.constant(self.offsets, self.compute_dtype) + sizes * numbers
