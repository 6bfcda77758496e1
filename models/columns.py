"""From the named raw columns of a table to the vector a network takes, as layers that travel with the model."""

import math
import re

import keras
import tensorflow as tf
from keras import layers, ops

EPOCH = "1970-01-01T00:00:00"


def column_encoder(columns):
    """Scale numbers, one-hot encode categories, unfold dates; a picture passes as it is.

    A missing number counts as the mean, and a second value says that it was missing. A category never seen in
    training has a place of its own.

    Args:
        columns: descriptions with `name`, `kind`, `mean`, `std`, `has_missing`, `vocabulary`, `shape`.

    Input shape: `{input name: (batch,)}`, text for categories and dates; the names are those of `input_names`.
    Output shape: `(batch, features)`; for a single picture `(batch, height, width, channels)`.
    """
    names = input_names(columns)
    inputs = {
        name: keras.Input(
            column.shape,
            dtype="string" if column.kind in ("category", "date") else "float32",
            name=name,
        )
        for name, column in zip(names, columns, strict=True)
    }
    if [column.kind for column in columns] == ["image"]:
        return keras.Model(inputs, inputs[names[0]], name="encoder")
    of_kind = {
        kind: [
            (inputs[name], column)
            for name, column in zip(names, columns, strict=True)
            if column.kind == kind
        ]
        for kind in ("number", "category", "date")
    }
    features = []
    if of_kind["number"]:
        features.extend(scaled_numbers(*zip(*of_kind["number"], strict=True)))
    for x, column in of_kind["category"]:
        lookup = layers.StringLookup(vocabulary=list(column.vocabulary), output_mode="one_hot")
        features.append(lookup(ops.expand_dims(x, -1)))  # (batch, 1 + categories)
    for x, column in of_kind["date"]:
        features.append(DateFeatures(column.mean, column.std)(x))  # (batch, 8)
    outputs = layers.Concatenate()(features) if len(features) > 1 else features[0]
    return keras.Model(inputs, outputs, name="encoder")


def scaled_numbers(inputs, columns):
    """Numbers to mean 0 and standard deviation 1, and where the missing ones are: a list of `(batch, n)`."""
    x = ops.stack(inputs, axis=-1)  # (batch, numbers)
    # Not layers.Normalization: it takes no standard deviation below 1e-7, as numbers in SI units have.
    x = layers.Rescaling(1.0, offset=[-column.mean for column in columns])(x)
    x = layers.Rescaling([1 / column.std for column in columns])(x)
    missing = ops.isnan(x)
    features = [ops.where(missing, 0.0, x)]
    lacking = [index for index, column in enumerate(columns) if column.has_missing]
    if lacking:
        features.append(ops.cast(ops.take(missing, lacking, axis=-1), "float32"))
    return features


@keras.saving.register_keras_serializable(package="columns")
class DateFeatures(layers.Layer):
    """Dates as numbers: days since 1970 scaled, place in the year, the week and the day on circles, missing or not.

    Args:
        mean, std: of the training dates in days since 1970.

    Input shape: `(batch,)` text, "2024-05-31" or "2024-05-31T12:30:00"; "" is a missing date.
    Output shape: `(batch, 8)`.
    """

    def __init__(self, mean, std, **kwargs):
        super().__init__(**kwargs)
        self.mean, self.std = mean, std

    def call(self, text):
        missing = tf.equal(text, "")
        text = tf.strings.join(
            [tf.where(missing, EPOCH, text), "T00:00:00"]
        )  # a day without a time is its midnight

        def digits(start, length):
            return tf.strings.to_number(tf.strings.substr(text, start, length))

        year, month, day = digits(0, 4), digits(5, 2), digits(8, 2)
        hour = digits(11, 2) + digits(14, 2) / 60
        days = days_since_1970(year, month, day)
        circles = []
        for part in (
            (month - 1) / 12 + (day - 1) / 372,
            tf.math.floormod(days, 7.0) / 7,
            hour / 24,
        ):
            circles += [tf.sin(2 * math.pi * part), tf.cos(2 * math.pi * part)]
        since = tf.where(missing, 0.0, (days + hour / 24 - self.mean) / self.std)
        present = tf.cast(~missing, tf.float32)
        return tf.stack([since, *(circle * present for circle in circles), 1 - present], axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape, 8)

    def compute_output_spec(self, text):
        return keras.KerasTensor((*text.shape, 8), dtype="float32")

    def get_config(self):
        return {**super().get_config(), "mean": self.mean, "std": self.std}


def days_since_1970(year, month, day):
    """Days of the Gregorian calendar from 1 January 1970, elementwise.

    Source: years begin in March, so that the leap day is the last (Howard Hinnant, chrono-compatible date algorithms).
    """
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


def input_names(columns):
    """Names as TensorFlow's signatures allow them: letters, digits and _, no two alike but for capitals.

    >>> input_names of columns "mean radius", "mean-radius", "1st" are "mean_radius", "mean_radius_2", "column_1st"
    """
    names = []
    for column in columns:
        name = re.sub(r"\W", "_", column.name, flags=re.ASCII)
        name = name if name[:1].isalpha() else f"column_{name}"
        taken = [other.lower() for other in names]
        same = sum(
            re.fullmatch(re.escape(name.lower()) + r"(_\d+)?", other) is not None for other in taken
        )
        names.append(f"{name}_{same + 1}" if name.lower() in taken else name)
    return names
