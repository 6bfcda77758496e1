"""Linear regression of named values, in their own units."""

import keras
from keras import layers, ops

from models.scaling import to_values


def linear_regressor(columns, target, with_products=False):
    """Linear model of scaled columns, in float64; its weights are in the layer "linear".

    Args:
        columns: descriptions of the columns, with a mean and a standard deviation.
        target: description of the target.
        with_products: whether squares and products of the scaled columns are further features.

    Input shape: `{name: (batch,)}`.
    Output shape: `{"target": (batch,)}`.
    """
    mean = [column.mean for column in columns]
    variance = [column.std**2 for column in columns]
    inputs = {c.name: keras.Input((), dtype="float64", name=c.name) for c in columns}
    x = ops.stack(list(inputs.values()), axis=-1)  # (batch, columns)
    x = layers.Normalization(mean=mean, variance=variance, dtype="float64")(x)
    if with_products:
        count = range(len(mean))
        products = [x[:, i] * x[:, j] for i in count for j in count if i <= j]
        x = ops.concatenate([x, ops.stack(products, axis=-1)], axis=-1)
    x = layers.Dense(1, dtype="float64", name="linear")(x)
    x = to_values(x, target.std, target.mean)
    return keras.Model(inputs, {"target": x[:, 0]}, name="linear_regressor")
