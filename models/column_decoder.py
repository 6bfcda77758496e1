"""From the vector of `models.columns.column_encoder` back to a table's columns, or a picture."""

import keras
import tensorflow as tf
from keras import layers


def flatten_encoder(encoder, columns):
    """Build the encoder of a table or a picture with a vector of features as its output.

    Args:
        encoder: `keras.Model` from `models.columns.column_encoder`.
        columns: descriptions of its inputs.

    Output shape: `(batch, features)`; pixels are scaled to 0 to 1.
    """
    if len(encoder.output.shape) == 2:
        return encoder
    (column,) = columns
    x = layers.Rescaling(1 / column.max_pixel)(encoder.output)
    return keras.Model(encoder.input, layers.Flatten()(x), name="features")


def decode_columns(features, columns):
    """Return `{column: values}` in the user's units of a vector of features.

    Numbers are scaled back; of a category's features the largest decides; dates are left out.

    Args:
        features: `(batch, features)`.
        columns: descriptions, as for the encoder.
    """
    if columns[0].shape:
        (column,) = columns
        pixels = tf.reshape(features * column.max_pixel, (-1, *column.shape))
        return {column.name: pixels}
    numbers = [column for column in columns if column.kind == "number"]
    decoded = {
        column.name: features[:, index] * column.std + column.mean
        for index, column in enumerate(numbers)
    }
    start = len(numbers) + sum(column.has_missing for column in numbers)
    for column in columns:
        if column.kind == "category":
            size = 1 + len(column.vocabulary)  # the first feature is for categories never seen
            words = tf.constant(["", *column.vocabulary])
            block = features[:, start : start + size]
            decoded[column.name] = tf.gather(words, tf.argmax(block, axis=-1))
            start += size
    return decoded


def decode_samples(features, columns, whole):
    """Return `{column: values}` as `decode_columns` does, as the data has them.

    Columns in `whole` are rounded, and pixels stay in their range.

    Args:
        features: `(batch, features)`.
        columns: descriptions, as for the encoder.
        whole: names of the columns of whole numbers.
    """
    decoded = decode_columns(features, columns)
    for column in columns:
        if column.kind == "image":
            decoded[column.name] = tf.clip_by_value(decoded[column.name], 0, column.max_pixel)
        if column.name in whole:
            decoded[column.name] = tf.round(decoded[column.name])
        if column.kind != "category":
            decoded[column.name] = tf.cast(decoded[column.name], column.dtype)
    return decoded


def attribute_to_columns(features, columns):
    """Return `{column: (batch,)}`, the sum over the features of each column; pixels stay apart.

    Args:
        features: a number for each feature, `(batch, features)`.
        columns: descriptions, as for the encoder.
    """
    if columns[0].shape:
        (column,) = columns
        return {column.name: tf.reshape(features, (-1, *column.shape))}
    numbers = [column for column in columns if column.kind == "number"]
    marked = [column for column in numbers if column.has_missing]
    places = [(column, 1) for column in (*numbers, *marked)]
    places += [(c, 1 + len(c.vocabulary)) for c in columns if c.kind == "category"]
    places += [(c, 8) for c in columns if c.kind == "date"]
    start, sums = 0, {}
    for column, size in places:
        part = tf.reduce_sum(features[:, start : start + size], axis=-1)
        sums[column.name] = sums.get(column.name, 0.0) + part
        start += size
    return {column.name: sums[column.name] for column in columns}


def hide_incomplete(values, inputs, columns):
    """Return a value of each row, `(batch,)`, NaN where the row misses a number.

    The encoder takes the mean for a missing number, which would pass for a value that is known.
    """
    numbers = [inputs[column.name] for column in columns if column.kind == "number"]
    if not numbers:
        return values
    total = sum(tf.cast(x, values.dtype) for x in numbers)
    return tf.where(tf.math.is_nan(total), tf.cast(float("nan"), values.dtype), values)
