"""Autoencoder: features to a narrow latent space and back."""

import keras
from keras import layers

from models.dense import hidden_layers


def autoencoder(num_features, latent=8, hidden=(128, 64), activation="relu"):
    """Encoder and decoder, each a linear path beside a deep one.

    The deep paths begin as zero, so with the weights of a principal component analysis in the
    linear paths (`start_from_pca`) the network begins as that analysis and can only improve on it.

    Args:
        num_features: width of a row.
        latent: width of the latent space.
        hidden: units of each hidden layer of the encoder; the decoder has them in reverse order.
        activation: activation of the hidden layers.

    Input shape: `(batch, num_features)`.
    Output shape: `(batch, num_features)`; the layers "encoder" and "decoder" are models as well.

    Source: Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks,
    Science 313 (2006).
    """
    encoder = linear_and_deep(num_features, latent, hidden, activation, "encoder")
    decoder = linear_and_deep(latent, num_features, hidden[::-1], activation, "decoder")
    inputs = keras.Input((num_features,), name="features")
    outputs = decoder(encoder(inputs))
    return keras.Model(inputs, outputs, name="autoencoder")


def linear_and_deep(num_inputs, num_outputs, hidden, activation, name):
    """Linear in the inputs plus a dense network of them, which begins as zero."""
    inputs = keras.Input((num_inputs,))
    linear = layers.Dense(num_outputs, name="linear")(inputs)
    x = hidden_layers(inputs, hidden, dropout=0.0, activation=activation, l2=0.0)
    deep = layers.Dense(num_outputs, kernel_initializer="zeros", name="deep")(x)
    return keras.Model(inputs, layers.Add()([linear, deep]), name=name)


def start_from_pca(model, mean, components):
    """Give an autoencoder the weights of a principal component analysis.

    Args:
        model: from `autoencoder`.
        mean: `(num_features,)`.
        components: `(latent, num_features)`, orthonormal rows.
    """
    encode, decode = (model.get_layer(name).get_layer("linear") for name in ("encoder", "decoder"))
    encode.set_weights([components.T, -components @ mean])
    decode.set_weights([components, mean])
