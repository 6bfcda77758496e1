"""Deep convolutional network for pictures."""

import keras
from keras import layers, regularizers

from models.heads import head
from models.pixels import pixels


def cnn_classifier(
    input_shape,
    num_classes,
    filters=(32, 64),
    units=128,
    dropout=0.25,
    l2=0.0,
    max_pixel=255.0,
    augment=0.0,
):
    """Deep CNN: blocks of two convolutions, pooling and dropout, then a dense layer and a softmax (two classes: sigmoid).

    Args:
        input_shape: (height, width, channels) of a picture.
        num_classes: number of classes.
        filters: channels of each block; each block halves height and width.
        units: width of the dense layer.
        dropout: fraction dropped after each block; twice that after the dense layer.
        l2: lambda of the cost's term lambda * sum of squared weights.
        max_pixel, augment: see `models.pixels`.

    Input shape: `(batch, height, width, channels)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: M. Pierini, Deep Learning lectures (CNN); batch normalisation from Ioffe and Szegedy, arXiv:1502.03167.
    """
    regularizer = regularizers.L2(l2) if l2 else None
    inputs = keras.Input(input_shape, name="image")
    x = pixels(inputs, max_pixel, augment)
    for channels in filters:
        for _ in range(2):
            x = layers.Conv2D(
                channels, 3, padding="same", use_bias=False, kernel_regularizer=regularizer
            )(x)
            x = layers.BatchNormalization()(x)
            x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D(padding="same")(x)  # (batch, height / 2, width / 2, channels)
        x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    x = layers.Dense(units, activation="relu", kernel_regularizer=regularizer)(x)
    x = layers.Dropout(min(2 * dropout, 0.9))(x)
    outputs = head(
        x, "softmax" if num_classes > 2 else "sigmoid", num_classes, name="probabilities"
    )
    return keras.Model(inputs, outputs, name="cnn_classifier")


def feature_maps(encoder, network):
    """The same network cut open: from the encoder's raw inputs to `{layer name: maps}` of each convolution.

    Output shapes: `(batch, height, width, filters)`.
    """
    maps = {
        layer.name: layer.output for layer in network.layers if isinstance(layer, layers.Conv2D)
    }
    cut_open = keras.Model(network.input, maps)
    return keras.Model(encoder.input, cut_open(encoder.output), name="feature_maps")
