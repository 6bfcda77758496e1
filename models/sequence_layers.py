"""Layers for series of any length: gaps and padding, windows, normalisation, augmentation."""

import keras
import tensorflow as tf
from keras import layers, ops

from models.scaling import to_numbers

SMALLEST_STD = 1e-6


@keras.saving.register_keras_serializable(package="sequence")
class ReadSequence(layers.Layer):
    """Scale the channels, interpolate missing values, and mark which steps belong to the series.

    A series ends after `length` steps, or, if `length` is 0, with its last value that is not NaN.

    Args:
        means, stds: mean and standard deviation of each channel.

    Input shapes: `[(batch, steps, channels), (batch,)]`: values, NaN where missing, and lengths.
    Output shape: `(batch, steps, channels + 1)`; the last channel is 1 within the series, and all
    are 0 in the padding.
    """

    def __init__(self, means, stds, **kwargs):
        super().__init__(dtype="float32", autocast=False, **kwargs)
        self.means, self.stds = tuple(means), tuple(stds)

    def call(self, inputs):
        x, length = inputs
        x = ops.cast(to_numbers(x, self.stds, self.means), "float32")
        steps = tf.range(1, tf.shape(x)[1] + 1)  # (steps,)
        is_known = tf.reduce_any(~tf.math.is_nan(x), axis=-1)  # (batch, steps)
        last = tf.reduce_max(tf.where(is_known, steps, 0), axis=1)  # (batch,)
        length = tf.cast(length, "int32")
        length = tf.where(length > 0, tf.minimum(length, last), last)
        mask = tf.cast(steps <= length[:, None], x.dtype)[..., None]  # (batch, steps, 1)
        x = tf.where(mask > 0, x, float("nan"))  # what is behind the length counts for nothing
        return tf.concat([interpolate(x) * mask, mask], axis=-1)

    def compute_output_shape(self, shapes):
        batch, steps, channels = shapes[0]
        return batch, steps, channels + 1

    def compute_output_spec(self, inputs):
        shapes = [x.shape for x in inputs]
        return keras.KerasTensor(self.compute_output_shape(shapes), dtype="float32")

    def get_config(self):
        return {**super().get_config(), "means": self.means, "stds": self.stds}


@keras.saving.register_keras_serializable(package="sequence")
class ReadWindow(layers.Layer):
    """Take the last steps of a history, scale its channels, and interpolate missing values.

    Only the window is looked at, so that a longer history gives the same answer.

    Args:
        means, stds: mean and standard deviation of each channel, after the logarithm.
        window: number of steps.
        logs: number of channels, the first ones, that are replaced by their logarithms; values that
            have none are missing.

    Input shape: `(batch, steps, channels)`, at least `window` steps; NaN where missing.
    Output shape: `(batch, window, channels)`.
    """

    def __init__(self, means, stds, window, logs=0, **kwargs):
        super().__init__(dtype="float32", autocast=False, **kwargs)
        self.means, self.stds, self.window, self.logs = tuple(means), tuple(stds), window, logs

    def call(self, x):
        message = f"the history is shorter than the window of {self.window} steps"
        enough = tf.debugging.assert_greater_equal(tf.shape(x)[1], self.window, message)
        with tf.control_dependencies([enough] if enough is not None else []):
            x = tf.cast(x[:, -self.window :], "float64")
        if self.logs:
            positive = tf.where(x > 0, x, float("nan"))[:, :, : self.logs]
            x = tf.concat([tf.math.log(positive), x[:, :, self.logs :]], axis=-1)
        x = interpolate(tf.cast(to_numbers(x, self.stds, self.means), "float32"))
        return tf.ensure_shape(x, (None, self.window, len(self.means)))

    def compute_output_shape(self, shape):
        return shape[0], self.window, shape[2]

    def compute_output_spec(self, x):
        return keras.KerasTensor(self.compute_output_shape(x.shape), dtype="float32")

    def get_config(self):
        own = {"means": self.means, "stds": self.stds, "window": self.window, "logs": self.logs}
        return {**super().get_config(), **own}


def interpolate(x):
    """Replace NaN by the line between the values before and after; at an end by the nearest one.

    A channel without any value becomes 0.

    Args:
        x: `(batch, steps, channels)`.
    """
    x = tf.transpose(x, (0, 2, 1))  # (batch, channels, steps)
    steps = tf.shape(x)[-1]
    t, known = tf.range(steps), ~tf.math.is_nan(x)
    # The steps with a value in their order, and the number of them up to each step.
    places = tf.sort(tf.where(known, t, steps - 1), axis=-1)
    count = tf.cumsum(tf.cast(known, "int32"), axis=-1)
    total = count[..., -1:]
    before = tf.gather(places, tf.maximum(count - 1, 0), batch_dims=2)
    # At a known step `before` is the step itself.
    after = tf.gather(places, tf.maximum(tf.minimum(count, total - 1), 0), batch_dims=2)
    low, high = (tf.gather(x, place, batch_dims=2) for place in (before, after))
    width = tf.cast(tf.maximum(after - before, 1), x.dtype)
    weight = tf.clip_by_value(tf.cast(t - before, x.dtype) / width, 0.0, 1.0)
    filled = tf.where(known, x, low + weight * (high - low))
    return tf.transpose(tf.where(total > 0, filled, 0.0), (0, 2, 1))


def sequence_encoder(columns, names):
    """Build the encoder of a series and its length, see `ReadSequence`.

    Args:
        columns: descriptions of the series (`shape`, `mean`, `std`, `dtype`) and of its length.
        names: names of the two inputs.
    """
    sequence, _ = columns
    inputs = {
        names[0]: keras.Input(sequence.shape, dtype=sequence.dtype, name=names[0]),
        names[1]: keras.Input((), dtype="float32", name=names[1]),
    }
    outputs = ReadSequence(sequence.mean, sequence.std)([inputs[name] for name in names])
    return keras.Model(inputs, outputs, name="encoder")


@keras.saving.register_keras_serializable(package="sequence")
class NormaliseSequence(layers.Layer):
    """Give each channel of each series the mean 0 and the standard deviation 1.

    Input shapes: `(batch, steps, channels)`, and the mask `(batch, steps, 1)`.
    Output shape: as the first input, 0 in the padding.
    """

    def call(self, x, inside):
        count = ops.sum(inside, axis=1, keepdims=True)  # (batch, 1, 1)
        x = (x - ops.sum(x * inside, axis=1, keepdims=True) / count) * inside
        variance = ops.sum(ops.square(x), axis=1, keepdims=True) / count
        return x / ops.maximum(ops.sqrt(variance), SMALLEST_STD)

    def compute_output_shape(self, x_shape, inside_shape):
        return x_shape


@keras.saving.register_keras_serializable(package="sequence")
class AugmentSequence(layers.Layer):
    """Change series during training: noise, another amplitude, and another course of time.

    Each channel of a series is multiplied by 1 + augment * n with a normal number n; noise of the
    standard deviation `augment` is added to each step. Time is stretched about a random step by up
    to the fraction `warp`, linearly interpolated.

    Args:
        augment: size of the changes of the values, whose standard deviation is about 1.
        warp: largest change of the speed of time.

    Input shapes: `(batch, steps, channels)`, and the mask `(batch, steps, 1)`.
    Output shape: as the first input.

    Source: T. Um et al., Data augmentation of wearable sensor data, arXiv:1706.00527.
    """

    def __init__(self, augment, warp, **kwargs):
        super().__init__(**kwargs)
        self.augment, self.warp = augment, warp
        self.random = keras.random.SeedGenerator()

    def call(self, x, inside, training=False):
        if not training:
            return x
        batch, _, channels = ops.shape(x)
        if self.warp:
            x = self.stretch(x, inside)
        if self.augment:
            factors = keras.random.normal((batch, 1, channels), seed=self.random)
            noise = keras.random.normal(ops.shape(x), seed=self.random)
            x = x * (1 + self.augment * factors) + self.augment * noise
        return x * inside

    def stretch(self, x, inside):
        """Return the series at times that are stretched about a random step."""
        shape = (ops.shape(x)[0], 1)
        last = ops.sum(inside, axis=1) - 1  # (batch, 1)
        t = ops.cast(ops.arange(ops.shape(x)[1]), x.dtype)  # (steps,)
        centre = last * keras.random.uniform(shape, seed=self.random)
        speed = 1 + keras.random.uniform(shape, -self.warp, self.warp, seed=self.random)
        places = ops.clip(centre + (t - centre) * speed, 0.0, last)  # (batch, steps)
        low = ops.floor(places)
        high = ops.minimum(low + 1, last)
        first, second = (
            ops.take_along_axis(x, ops.cast(place, "int32")[..., None], axis=1)
            for place in (low, high)
        )
        return first + (places - low)[..., None] * (second - first)

    def compute_output_shape(self, x_shape, inside_shape):
        return x_shape

    def get_config(self):
        return {**super().get_config(), "augment": self.augment, "warp": self.warp}


@keras.saving.register_keras_serializable(package="sequence")
class AddPositions(layers.Layer):
    """Add sines and cosines of the step's number, by which attention knows the order of time.

    Input and output shape: `(batch, steps, width)`, the width even.

    Source: Vaswani et al., Attention Is All You Need, arXiv:1706.03762.
    """

    def call(self, x):
        half = x.shape[-1] // 2
        t = ops.cast(ops.arange(ops.shape(x)[1]), x.dtype)[:, None]  # (steps, 1)
        frequencies = ops.exp(-ops.log(1e4) * ops.arange(half, dtype=x.dtype) / half)
        angles = t * frequencies  # (steps, width / 2)
        return x + ops.concatenate([ops.sin(angles), ops.cos(angles)], axis=-1)
