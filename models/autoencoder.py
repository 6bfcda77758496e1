"""Autoencoder: features to a narrow latent space and back, and its variants."""

import math

import keras
import tensorflow as tf
from keras import layers, ops

from models.dense import hidden_layers


def autoencoder(
    shape, latent=8, hidden=(128, 64), activation="relu", filters=(),
    noise=0.0, sparsity=0.0, contraction=0.0,
):  # fmt: skip
    """Encoder and decoder, each a linear path beside a deep one.

    The deep paths begin as zero, so with the weights of a principal component analysis in the
    linear paths (`start_from_pca`) the network begins as that analysis and can only improve on it.

    Args:
        shape: width of a row, or height, width and channels of a picture, which is a row as well.
        latent: width of the latent space.
        hidden: units of each hidden layer of the encoder; the decoder has them in reverse order.
        activation: activation of the hidden layers.
        filters: channels of convolutions instead of hidden layers, for pictures; each halves
            height and width. () for a dense network.
        noise: standard deviation of the noise that the training adds to the input (denoising);
            noisy pixels stay between 0 and 1.
        sparsity, contraction: weights of the terms of `Autoencoder`.

    Input shape: `(batch, features)`.
    Output shape: `(batch, features)`; the layers "encoder" and "decoder" are models as well.

    Source: Hinton and Salakhutdinov, Reducing the Dimensionality of Data with Neural Networks,
    Science 313 (2006); P. Vincent et al., Denoising Autoencoders, ICML 2008.
    """
    features = math.prod(shape)

    def hide(x, units, outputs):
        x = hidden_layers(x, units, dropout=0.0, activation=activation, l2=0.0)
        return layers.Dense(outputs, kernel_initializer="zeros", name="deep")(x)

    def encode(x):
        return convolve(x, shape, filters, latent) if filters else hide(x, hidden, latent)

    def decode(x):
        return unfold(x, shape, filters) if filters else hide(x, hidden[::-1], features)

    encoder = linear_and_deep(features, latent, encode, "encoder")
    decoder = linear_and_deep(latent, features, decode, "decoder")
    inputs = keras.Input((features,), name="features")
    x = inputs
    if noise:
        x = layers.GaussianNoise(noise)(x)  # in the training only
        x = ops.clip(x, 0.0, 1.0) if len(shape) == 3 else x
    outputs = decoder(encoder(x))
    model = Autoencoder(inputs, outputs, name="autoencoder")
    model.sparsity, model.contraction = sparsity, contraction
    return model


def linear_and_deep(num_inputs, num_outputs, deep, name):
    """Linear in the inputs plus a deep network of them, which begins as zero."""
    inputs = keras.Input((num_inputs,))
    linear = layers.Dense(num_outputs, name="linear")(inputs)
    return keras.Model(inputs, layers.Add()([linear, deep(inputs)]), name=name)


def convolve(x, shape, filters, outputs):
    """Convolutions from a row of pixels to a few numbers, `(batch, outputs)`; zero at first."""
    x = layers.Reshape(shape)(x)
    for channels in filters:
        x = layers.Conv2D(channels, 3, strides=2, padding="same", activation="elu")(x)
    return layers.Dense(outputs, kernel_initializer="zeros", name="deep")(layers.Flatten()(x))


def unfold(x, shape, filters):
    """Transposed convolutions from a few numbers to a row of pixels, `(batch, pixels)`; zero at
    first."""
    height, width, channels = shape
    factor = 2 ** len(filters)
    small = -(-height // factor), -(-width // factor), filters[-1]
    x = layers.Dense(math.prod(small), activation="elu")(x)
    x = layers.Reshape(small)(x)
    for count in reversed(filters):
        x = layers.Conv2DTranspose(count, 3, strides=2, padding="same", activation="elu")(x)
    x = x[:, :height, :width]  # whole blocks may reach beyond the picture
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros", name="deep")(x)
    return layers.Flatten()(x)


@keras.saving.register_keras_serializable(package="autoencoder")
class Autoencoder(keras.Model):
    """A network x -> z -> x' whose training may add two terms to the squared error.

        sparsity * mean_j (E|z_j| / rms z_j)                 few codes far from zero
        contraction * E|dz/dx|^2 / var z                     codes that hardly move with x

    Both are relative to the size of the code: otherwise the encoder would shrink it and the decoder
    enlarge it. The derivative is taken along one random direction v of the latent space, since
    E|v.dz/dx|^2 = |dz/dx|^2.

    Source: P. O. Hoyer, Non-negative Matrix Factorization with Sparseness Constraints, 2004;
    S. Rifai et al., Contractive Auto-Encoders, ICML 2011.
    """

    sparsity = 0.0
    contraction = 0.0

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training or not (self.sparsity or self.contraction):
            return loss
        encoder = self.get_layer("encoder")
        with tf.GradientTape() as tape:
            tape.watch(x)
            code = encoder(x)
            along = ops.sum(code * tf.random.normal(ops.shape(code)))
        if self.sparsity:
            size = ops.sqrt(ops.mean(ops.square(code), axis=0)) + 1e-6
            loss += self.sparsity * ops.mean(ops.mean(ops.abs(code), axis=0) / size)
        if self.contraction:
            squares = ops.sum(ops.square(tape.gradient(along, x)), axis=-1)
            loss += self.contraction * ops.mean(squares) / ops.sum(ops.var(code, axis=0))
        return loss


def start_from_pca(model, mean, components):
    """Give an autoencoder the weights of a principal component analysis.

    Args:
        model: from `autoencoder`.
        mean: `(features,)`.
        components: `(latent, features)`, orthonormal rows.
    """
    encode, decode = (model.get_layer(name).get_layer("linear") for name in ("encoder", "decoder"))
    encode.set_weights([components.T, -components @ mean])
    decode.set_weights([components, mean])
