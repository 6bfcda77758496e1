"""Dense networks side by side as one Keras model, to export them."""

import keras
from keras import layers


def dense_networks(inputs, weights):
    """Apply dense networks with ReLU and softmax to the same rows.

    Args:
        inputs: `(batch, features)`.
        weights: `[(W, b), ...]`, `(networks, inputs, units)` and `(networks, units)`.

    Returns: probabilities `(batch, networks, classes)`.
    """
    x, equation = inputs, "bi,mio->bmo"
    for layer, (W, b) in enumerate(weights):
        activation = "softmax" if layer == len(weights) - 1 else "relu"
        dense = layers.EinsumDense(
            equation, (W.shape[0], W.shape[2]), activation=activation, bias_axes="mo"
        )
        x = dense(x)  # (batch, networks, units)
        dense.set_weights([W, b])
        equation = "bmi,mio->bmo"
    return x


def build_networks(name, features, weights, divide_by=1.0):
    """Return a `keras.Model` of dense networks whose inputs are divided by a number first."""
    inputs = keras.Input((features,), name="row")
    x = layers.Rescaling(1 / divide_by)(inputs)
    return keras.Model(inputs, dense_networks(x, weights), name=name)
