"""The lecture's table of activations, by name."""

from keras import layers, ops

# Activations that are in Keras, some under a different name.
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
    """Dense layer followed by an activation of the lecture's table.

    Args:
        x: `(batch, features)`.
        units: width of the layer.
        activation: "identity", "step", "logistic", "tanh", "arctan", "relu", "leaky_relu", "prelu",
            "elu", "softplus" or "maxout". The derivative of "step" is zero, so no layer below it
            learns: the lecture uses it to show that.
        options: options of `keras.layers.Dense`, e.g. `kernel_regularizer`; `dtype` also applies to
            the activation.

    Returns: `(batch, units)`.

    Raises: ValueError for any other name.

    Source: M. Pierini, Deep Learning lectures; Maxout from Goodfellow et al., arXiv:1302.4389.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(
            f"activation must be one of {', '.join(ACTIVATIONS)}. Received: {activation!r}"
        )
    dtype = options.get("dtype")
    if activation == "maxout":
        x = layers.Dense(units * MAXOUT_PIECES, **options)(x)
        x = layers.Reshape((units, MAXOUT_PIECES), dtype=dtype)(x)  # (batch, units, pieces)
        return ops.max(x, axis=-1)  # (batch, units)
    x = layers.Dense(units, **options)(x)
    if activation == "step":
        return ops.cast(ops.greater(x, 0.0), x.dtype)
    if activation == "arctan":
        return ops.arctan(x)
    if activation == "prelu":
        return layers.PReLU(dtype=dtype)(x)
    return layers.Activation(KERAS_NAMES[activation], dtype=dtype)(x)
