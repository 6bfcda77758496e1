"""A small network for the answers of a large one."""

import keras
from keras import layers

from models.heads import head
from models.pixels import preprocess_pixels


def student(input_shape, kind, size, hidden=(32,), filters=(), max_pixel=255.0):
    """Small network: a few convolutions for pictures, if any, then dense layers.

    Args:
        input_shape: shape of one row, `(features,)` or (height, width, channels).
        kind, size: kind and size of the answer, see `models.heads.head`.
        hidden: units of each dense hidden layer.
        filters: channels of each convolution, which halves height and width; for pictures only.
        max_pixel: largest possible value of a pixel.

    Input shape: `(batch, *input_shape)`.
    Output shape: that of the head.

    Source: the student of K. Borup, Knowledge Distillation, keras.io: `filters=(16, 32)` and
    `hidden=()`.
    """
    inputs = keras.Input(input_shape, name="features")
    x = inputs
    if len(input_shape) == 3:
        x = preprocess_pixels(x, max_pixel)
    for channels in filters:
        x = layers.Conv2D(channels, 3, strides=2, padding="same")(x)
        x = layers.LeakyReLU(0.2)(x)
        x = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    if len(x.shape) > 2:
        x = layers.Flatten()(x)
    for units in hidden:
        x = layers.Dense(units, activation="relu")(x)
    outputs = head(x, kind, size)
    return keras.Model(inputs, outputs, name="student")
