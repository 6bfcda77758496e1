"""The two networks of a generative adversarial network: dense, or convolutional for pictures."""

import keras
from keras import layers, ops

KERNEL = 4  # twice the stride, so that every pixel is reached by the same number of weights
MOMENTUM = 0.8  # of batch normalisation


def build_generator(
    shape, latent, classes=0, hidden=(128, 128, 128), filters=(), activation="relu",
    categories=(), batch_normalisation=False, name="generator",
):  # fmt: skip
    """Network from latent numbers to rows, or to pictures with pixels from -1 to 1.

    Args:
        shape: shape of a row: `(features,)` or `(height, width, channels)`.
        latent: width of the latent space.
        classes: number of classes, if the class of a row is given; 0 otherwise.
        hidden: units of each hidden layer of a dense network.
        filters: channels of each transposed convolution, which doubles height and width; () for a
            dense network.
        activation: Keras' name of the activation of the hidden layers of a dense network.
        categories: number of features of each category; they are the last features of a row, and
            their values are probabilities.
        batch_normalisation: whether each hidden layer is normalised over the batch.

    Input shapes: `(batch, latent)` and, with classes, `(batch, classes)`, one-hot.
    Output shape: `(batch, *shape)`.

    Source: Goodfellow et al., arXiv:1406.2661; Radford et al., arXiv:1511.06434 (convolutions).
    """
    inputs = name_inputs({"latent": (latent,)}, classes)
    x = layers.Concatenate()(inputs) if classes else inputs[0]
    normalise = layers.BatchNormalization if batch_normalisation else skip
    if filters:
        height, width = (-(-side // 2 ** len(filters)) for side in shape[:2])
        x = layers.Dense(height * width * filters[0])(x)
        x = layers.Reshape((height, width, filters[0]))(x)
        for channels in (*filters[1:], shape[-1]):
            x = layers.Activation("relu")(normalise(momentum=MOMENTUM)(x))
            x = layers.Conv2DTranspose(channels, KERNEL, strides=2, padding="same")(x)
        x = x[:, : shape[0], : shape[1]]  # (batch, height, width, channels)
        return keras.Model(inputs, layers.Activation("tanh")(x), name=name)
    for units in hidden:
        x = layers.Dense(units, kernel_initializer="he_normal")(x)
        x = layers.Activation(activation)(x)
        x = normalise(momentum=MOMENTUM)(x)
    if len(shape) > 1:
        x = layers.Dense(shape[0] * shape[1] * shape[2], activation="tanh")(x)
        return keras.Model(inputs, layers.Reshape(shape)(x), name=name)
    parts = [layers.Dense(shape[0] - sum(categories))(x)] if shape[0] > sum(categories) else []
    parts += [layers.Dense(size, activation="softmax")(x) for size in categories]
    x = layers.Concatenate()(parts) if categories else parts[0]
    return keras.Model(inputs, x, name=name)


def build_discriminator(
    shape, classes=0, hidden=(128, 128, 128), filters=(), activation="relu",
    spectral_normalisation=False, name="discriminator",
):  # fmt: skip
    """Network from rows or pictures to a score, large for real ones.

    It has no batch normalisation, which would mix the rows of a batch.

    Args:
        shape, classes, hidden, activation: as in `build_generator`.
        filters: channels of each convolution, which halves height and width; () for a dense
            network.
        spectral_normalisation: whether the largest singular value of each layer is kept at 1.

    Input shapes: `(batch, *shape)` and, with classes, `(batch, classes)`, one-hot.
    Output shape: `(batch, 1)`, any number.

    Source: Miyato et al., arXiv:1802.05957 (spectral normalisation); Miyato and Koyama,
    arXiv:1802.05637 (classes by a projection).
    """
    limit = layers.SpectralNormalization if spectral_normalisation else skip()
    inputs = name_inputs({"row": shape}, classes)
    x = inputs[0]
    for channels in filters:
        x = limit(layers.Conv2D(channels, KERNEL, strides=2, padding="same"))(x)
        x = layers.Activation("leaky_relu")(x)
    x = layers.Flatten()(x)  # (batch, features)
    for units in () if filters else hidden:
        x = limit(layers.Dense(units, kernel_initializer="he_normal"))(x)
        x = layers.Activation(activation)(x)
    score = limit(layers.Dense(1))(x)
    if classes:
        directions = layers.Dense(x.shape[-1], use_bias=False)(inputs[1])  # one for each class
        score = score + ops.sum(directions * x, axis=-1, keepdims=True)
    return keras.Model(inputs, score, name=name)


def name_inputs(inputs, classes):
    """Return `keras.Input`s for `{name: shape}` and, if there are classes, for the class."""
    inputs = inputs | ({"class": (classes,)} if classes else {})
    return [keras.Input(shape, name=name) for name, shape in inputs.items()]


def skip(**options):
    """Return a function that returns what it is given, instead of a layer."""
    return lambda x: x
