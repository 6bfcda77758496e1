"""The lecture's table of activations, by name."""

from keras import layers, ops

# Names that Keras knows too, some under another name.
KERAS_NAMES = {
    "identity": "linear",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "relu": "relu",
    "leaky_relu": "leaky_relu",
    "elu": "elu",
    "softplus": "softplus",
}
ACTIVATIONS = (*KERAS_NAMES, "step", "arctan", "prelu", "maxout")
MAXOUT_PIECES = 2


def dense(x, units, activation="relu", **options):
    """One dense layer followed by an activation of the lecture's table.

    Args:
        x: `(batch, features)`.
        units: width of the layer.
        activation: "identity", "step", "logistic", "tanh", "arctan", "relu", "leaky_relu", "prelu", "elu", "softplus"
            or "maxout". The derivative of "step" is zero, so nothing below it learns: that is the lecture's point.
        options: of `keras.layers.Dense`, e.g. `kernel_regularizer`; `dtype` is that of the activation, too.

    Returns: `(batch, units)`.

    Raises: ValueError for any other name.

    Source: M. Pierini, Deep Learning lectures; Maxout from Goodfellow et al., arXiv:1302.4389.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"activation must be one of {', '.join(ACTIVATIONS)}. Received: {activation!r}"
        )
    if activation == "maxout":
        x = layers.Dense(units * MAXOUT_PIECES, **options)(x)
        x = layers.Reshape((units, MAXOUT_PIECES), dtype=options.get("dtype"))(
            x
        )  # (batch, units, pieces)
        return ops.max(x, axis=-1)  # (batch, units)
    x = layers.Dense(units, **options)(x)
    if activation == "step":
        return ops.cast(ops.greater(x, 0.0), x.dtype)
    if activation == "arctan":
        return ops.arctan(x)
    if activation == "prelu":
        return layers.PReLU(dtype=options.get("dtype"))(x)
    return layers.Activation(KERAS_NAMES[activation], dtype=options.get("dtype"))(x)
