"""Layers from the named raw columns of a table to a vector; they are saved with the model."""

import math
import sys

import keras
import tensorflow as tf
from keras import layers, ops

from models.input_names import make_input_names
from models.scaling import clip, to_numbers
from models.sequence_layers import sequence_encoder

LARGEST = sys.float_info.max
EPOCH = "1970-01-01T00:00:00"


def column_encoder(columns):
    """Scale numbers, one-hot encode categories, expand dates; a picture passes unchanged.

    A missing number is replaced by the mean, and an additional feature is 1 if it was missing.
    Categories that were not seen in training share a feature.

    Args:
        columns: descriptions with `name`, `kind`, `mean`, `std`, `has_missing`, `vocabulary` and
            `shape`; of a series, the series and its length.

    Input shape: `{input name: (batch,)}` with names from `make_input_names`; text for categories
    and dates.
    Output shape: `(batch, features)`; for a single picture `(batch, height, width, channels)`; for
    a series `(batch, steps, channels + 1)`.
    """
    names = make_input_names(columns)
    if columns[0].kind == "sequence":
        return sequence_encoder(columns, names)
    inputs = {
        name: keras.Input(
            column.shape,
            dtype=input_dtype(column),
            name=name,
        )
        for name, column in zip(names, columns, strict=True)
    }
    if [column.kind for column in columns] == ["image"]:
        return keras.Model(inputs, inputs[names[0]], name="encoder")
    described = [(inputs[name], column) for name, column in zip(names, columns, strict=True)]
    by_kind = {
        kind: [(x, column) for x, column in described if column.kind == kind]
        for kind in ("number", "category", "date")
    }
    features = []
    if by_kind["number"]:
        features.extend(scale_numbers(*zip(*by_kind["number"], strict=True)))
    for x, column in by_kind["category"]:
        lookup = layers.StringLookup(vocabulary=list(column.vocabulary), output_mode="one_hot")
        one_hot = lookup(ops.expand_dims(x, -1))  # (batch, 1 + categories)
        features.append(ops.cast(one_hot, "float32"))  # alone they would stay whole numbers
    for x, column in by_kind["date"]:
        features.append(DateFeatures(column.mean, column.std)(x))  # (batch, 8)
    outputs = layers.Concatenate()(features) if len(features) > 1 else features[0]
    return keras.Model(inputs, outputs, name="encoder")


def input_dtype(column):
    """Return the type in which the network takes an input."""
    if column.kind in ("category", "date"):
        return "string"
    return "float64" if column.dtype == "float64" else "float32"


def matrix_encoder(columns):
    """The same for numbers that come as one matrix: a tensor is faster to pass than many.

    Input shape: `(batch, columns)`.
    Output shape: `(batch, features)`.
    """
    inputs = keras.Input((len(columns),), name="matrix")
    features = scale_matrix(ops.cast(inputs, "float64"), columns)
    outputs = layers.Concatenate()(features) if len(features) > 1 else features[0]
    return keras.Model(inputs, outputs, name="matrix_encoder")


def scale_numbers(inputs, columns):
    """Scale numbers, each `(batch,)`, see `scale_matrix`."""
    # In float64: days since 4713 BC and milliseconds since 1970 have no digits left in float32.
    x = ops.stack([ops.cast(one, "float64") for one in inputs], axis=-1)  # (batch, numbers)
    return scale_matrix(x, columns)


def scale_matrix(x, columns):
    """Scale numbers to mean 0 and standard deviation 1, and mark missing ones.

    Returns: a list of `(batch, numbers)` and, if training rows miss some, `(batch, such columns)`.
    """
    if any(column.limits for column in columns):
        low, high = zip(*(c.limits or (-LARGEST, LARGEST) for c in columns), strict=True)
        x = clip(x, low, high)
    means, stds = zip(*((column.mean, column.std) for column in columns), strict=True)
    x = ops.cast(to_numbers(x, stds, means), "float32")
    missing = ops.isnan(x)
    features = [ops.where(missing, 0.0, x)]
    marked = [index for index, column in enumerate(columns) if column.has_missing]
    if marked:
        features.append(ops.cast(ops.take(missing, marked, axis=-1), "float32"))
    return features


@keras.saving.register_keras_serializable(package="columns")
class DateFeatures(layers.Layer):
    """Dates as numbers.

    The features are: the scaled days since 1970; sine and cosine of the time of year, of the
    weekday and of the time of day; and 1 for a missing date.

    Args:
        mean, std: mean and standard deviation of the training dates in days since 1970.

    Input shape: `(batch,)` text, "2024-05-31" or "2024-05-31T12:30:00"; "" is a missing date.
    Output shape: `(batch, 8)`.
    """

    def __init__(self, mean, std, **kwargs):
        super().__init__(**kwargs)
        self.mean, self.std = mean, std

    def call(self, text):
        missing = tf.equal(text, "")
        # A date without a time means midnight.
        text = tf.strings.join([tf.where(missing, EPOCH, text), "T00:00:00"])

        def parse_digits(start, length):
            # In float64: float32 has steps of three minutes at today's days since 1970.
            return tf.strings.to_number(tf.strings.substr(text, start, length), tf.float64)

        year, month, day = parse_digits(0, 4), parse_digits(5, 2), parse_digits(8, 2)
        hour = parse_digits(11, 2) + parse_digits(14, 2) / 60 + parse_digits(17, 2) / 3600
        days = count_days_since_1970(year, month, day)
        of_year = (month - 1) / 12 + (day - 1) / 372
        of_week = tf.math.floormod(days, 7.0) / 7
        circles = []
        for fraction in (of_year, of_week, hour / 24):
            circles += [tf.sin(2 * math.pi * fraction), tf.cos(2 * math.pi * fraction)]
        since = (days + hour / 24 - self.mean) / self.std
        present = tf.cast(~missing, tf.float64)
        features = [*(feature * present for feature in (since, *circles)), 1 - present]
        return tf.cast(tf.stack(features, axis=-1), tf.float32)

    def compute_output_shape(self, input_shape):
        return (*input_shape, 8)

    def compute_output_spec(self, text):
        return keras.KerasTensor((*text.shape, 8), dtype="float32")

    def get_config(self):
        return {**super().get_config(), "mean": self.mean, "std": self.std}


def count_days_since_1970(year, month, day):
    """Count the days of the Gregorian calendar from 1 January 1970, elementwise.

    Source: Howard Hinnant, chrono-compatible low-level date algorithms.
    """
    # Years begin in March, so that the leap day is the last day.
    year = year - tf.cast(month <= 2, year.dtype)
    month = tf.math.floormod(month + 9, 12)
    day_of_year = tf.floor((153 * month + 2) / 5) + day - 1
    return (
        365 * year
        + tf.floor(year / 4)
        - tf.floor(year / 100)
        + tf.floor(year / 400)
        + day_of_year
        - 719468
    )
