"""Networks for the velocity of a row, or of a picture, on its way from noise to data."""

import keras
import numpy as np
from keras import layers, ops

from models.activations import dense

FREQUENCIES = 8  # of the time, as the network sees it


def dense_velocity(features, hidden=(128, 128, 128), activation="relu", waves=8):
    """Dense network for the velocity of a row on its way from noise to data.

    Args:
        features: width of a row.
        hidden, activation: units and activation of the hidden layers; each also sees the time.
        waves: number of sines and cosines of each feature that the first layer sees beside it:
            the more, the finer the details.

    Input shapes: `(batch, features)` and the time, `(batch, 1)`.
    Output shape: `(batch, features)`; it begins as zero.
    """
    inputs, time = keras.Input((features,), name="row"), keras.Input((1,), name="time")
    seen = fourier_features(time)
    angles = [inputs * float(k) for k in range(1, waves + 1)]
    x = ops.concatenate([inputs, *map(ops.sin, angles), *map(ops.cos, angles)], axis=-1)
    for units in hidden:
        x = dense(ops.concatenate([x, seen], axis=-1), units, activation)
    outputs = layers.Dense(features, kernel_initializer="zeros", name="velocity")(x)
    return keras.Model([inputs, time], outputs, name="dense_velocity")


def unet_velocity(shape, filters=(32, 64), dropout=0.1):
    """Residual U-Net for the velocity of a picture on its way from noise to data.

    Args:
        shape: height, width and channels; pictures are padded until they can be halved.
        filters: channels at each resolution; between two of them, height and width are halved.
        dropout: fraction of channels dropped in each block.

    Input shapes: `(batch, height, width, channels)` and the time, `(batch, 1)`.
    Output shape: as the picture; it begins as zero.

    Source: O. Ronneberger et al., arXiv:1505.04597; with the time, J. Ho et al., arXiv:2006.11239.
    """
    inputs, time = keras.Input(shape, name="picture"), keras.Input((1,), name="time")
    waves = layers.Dense(4 * filters[0], activation="swish")(fourier_features(time))
    height, width, channels = shape
    multiple = 2 ** (len(filters) - 1)
    missing = -height % multiple, -width % multiple
    x = layers.ZeroPadding2D(((0, missing[0]), (0, missing[1])))(inputs)
    x = layers.Conv2D(filters[0], 3, padding="same")(x)
    kept = []
    for number, count in enumerate(filters):
        if number:
            x = layers.Conv2D(count, 2, strides=2)(x)  # (batch, height / 2, width / 2, count)
        x = residual_block(x, waves, count, dropout)
        kept.append(x)
    x = residual_block(x, waves, filters[-1], dropout)
    for number, count in reversed(list(enumerate(filters))):
        x = layers.Concatenate()([x, kept[number]])
        x = residual_block(x, waves, count, dropout)
        if number:
            x = layers.Conv2DTranspose(filters[number - 1], 2, strides=2)(x)
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(
        layers.Activation("swish")(x)
    )
    outputs = layers.Cropping2D(((0, missing[0]), (0, missing[1])), name="velocity")(x)
    return keras.Model([inputs, time], outputs, name="unet_velocity")


def residual_block(x, waves, channels, dropout):
    """Two convolutions beside a shortcut; the time shifts the channels in between."""
    shortcut = x if x.shape[-1] == channels else layers.Conv2D(channels, 1)(x)
    x = layers.Conv2D(channels, 3, padding="same")(layers.Activation("swish")(x))
    shift = layers.Reshape((1, 1, channels))(layers.Dense(channels)(waves))
    x = layers.Activation("swish")(layers.Add()([x, shift]))
    x = layers.SpatialDropout2D(dropout)(x)
    x = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(x)
    return layers.Add()([shortcut, x])


def fourier_features(time):
    """Return cos(k pi t) for whole k, `(batch, FREQUENCIES)`, given t, `(batch, 1)`."""
    return ops.cos(time * np.pi * np.arange(1, FREQUENCIES + 1, dtype="float32"))
