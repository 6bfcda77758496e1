"""Deep convolutional network for pictures."""

import keras
from keras import layers, regularizers

from models.dense import hidden_layers
from models.heads import head
from models.pixels import preprocess_pixels

# Of the moving averages of batch normalisation. Keras' 0.99 needs hundreds of steps, which early
# stopping does not give to a few hundred pictures.
MOMENTUM = 0.9


def cnn_classifier(
    input_shape,
    num_classes,
    filters=(32, 64),
    hidden=(128,),
    dropout=0.25,
    l2=0.0,
    max_pixel=255.0,
    augment=0.0,
):
    """Deep CNN: blocks of two convolutions, pooling and dropout, then dense layers and a softmax.

    Args:
        input_shape: (height, width, channels) of a picture.
        num_classes: number of classes; two classes get a sigmoid instead of a softmax.
        filters: number of channels of each block; a block halves height and width.
        hidden: units of each dense layer after the blocks.
        dropout: fraction of units dropped after each block; twice that after each dense layer.
        l2: lambda in the cost's term lambda * sum of squared weights.
        max_pixel, augment: arguments of `models.pixels.preprocess_pixels`.

    Input shape: `(batch, height, width, channels)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: M. Pierini, Deep Learning lectures (CNN); batch normalisation from Ioffe and Szegedy,
    arXiv:1502.03167.
    """
    regularizer = regularizers.L2(l2) if l2 else None
    inputs = keras.Input(input_shape, name="image")
    x = preprocess_pixels(inputs, max_pixel, augment)
    for channels in filters:
        for _ in range(2):
            x = layers.Conv2D(
                channels, 3, padding="same", use_bias=False, kernel_regularizer=regularizer
            )(x)
            x = layers.BatchNormalization(momentum=MOMENTUM)(x)
            x = layers.Activation("relu")(x)
        x = layers.MaxPooling2D(padding="same")(x)  # (batch, height / 2, width / 2, channels)
        x = layers.Dropout(dropout)(x)
    x = layers.Flatten()(x)
    x = hidden_layers(x, hidden, min(2 * dropout, 0.9), "relu", l2)
    outputs = head(
        x, "softmax" if num_classes > 2 else "sigmoid", num_classes, name="probabilities"
    )
    return keras.Model(inputs, outputs, name="cnn_classifier")


def find_convolutions(network):
    """Return the `Conv2D` layers of a network."""
    return [layer for layer in network.layers if isinstance(layer, layers.Conv2D)]


def feature_maps(encoder, network):
    """Model from the encoder's raw inputs to the feature maps of each convolution.

    Args:
        encoder: `keras.Model` from raw inputs to the network's input.
        network: `keras.Model` with `Conv2D` layers.

    Output shapes: `{layer name: (batch, height, width, filters)}`.
    """
    convolutions = find_convolutions(network)
    maps = keras.Model(network.input, {layer.name: layer.output for layer in convolutions})
    return keras.Model(encoder.input, maps(encoder.output), name="feature_maps")
