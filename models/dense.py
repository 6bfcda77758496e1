"""Dense networks: the lectures' classifier, and a regressor."""

import keras
from keras import initializers, layers, regularizers

from models.activations import dense
from models.heads import head
from models.pixels import preprocess_pixels


def dense_classifier(
    input_shape,
    num_classes,
    hidden=(40, 20, 10, 5),
    dropout=0.25,
    activation="relu",
    l2=0.0,
    max_pixel=255.0,
    augment=0.0,
):
    """Dense softmax classifier with dropout; with two classes, a sigmoid.

    Args:
        input_shape: shape of one example, without the batch; a picture is flattened.
        num_classes: number of classes.
        hidden: units of each hidden layer.
        dropout: fraction of units dropped after each hidden layer.
        activation: activation of the hidden layers, a name in `models.activations`.
        l2: lambda in the cost's term lambda * sum of squared weights.
        max_pixel, augment: arguments of `models.pixels.preprocess_pixels` for pictures.

    Input shape: `(batch, *input_shape)`.
    Output shape: `(batch, num_classes)`, each row sums to 1; with two classes `(batch, 1)`.

    Source: M. Pierini, Deep Learning lectures, Lecture 1.
    """
    inputs = keras.Input(input_shape, name="features")
    x = inputs
    if len(input_shape) > 1:
        x = preprocess_pixels(x, max_pixel, augment)
        x = layers.Flatten()(x)  # (batch, height * width * channels)
    x = hidden_layers(x, hidden, dropout, activation, l2)
    outputs = head(
        x, "softmax" if num_classes > 2 else "sigmoid", num_classes, name="probabilities"
    )
    return keras.Model(inputs, outputs, name="dense_classifier")


def dense_regressor(
    num_features,
    hidden=(64, 64),
    dropout=0.0,
    activation="tanh",
    l2=0.0,
    probabilistic=False,
    init_scale=0.0,
):
    """Dense network for one number, or for its mean and standard deviation.

    Args:
        num_features: width of a row.
        hidden, dropout, activation, l2: as in `dense_classifier`.
        probabilistic: whether to predict mean and standard deviation, for a Gaussian likelihood.
        init_scale: scale of the first layer's initial weights; 0 uses Keras' default. With the
            default the units are so flat that the network learns slow variations first and hardly
            any fast ones; 3 suits several oscillations in the range of the data.

    Input shape: `(batch, num_features)`, with mean 0 and standard deviation 1.
    Output shape: `(batch, 1)`, or `(batch, 2)` if probabilistic.

    Source: M. Pierini, Deep Learning lectures, Lecture 1 (the probabilistic view of regression);
    Rahaman et al., On the Spectral Bias of Neural Networks, arXiv:1806.08734.
    """
    inputs = keras.Input((num_features,), name="features")
    initial = {}
    if init_scale:
        # The biases place the units' kinks all over the range of the data.
        initial = {
            "kernel_initializer": initializers.RandomNormal(0.0, init_scale / num_features**0.5),
            "bias_initializer": initializers.RandomUniform(-2 * init_scale, 2 * init_scale),
        }
    x = hidden_layers(inputs, hidden[:1], dropout, activation, l2, **initial)
    x = hidden_layers(x, hidden[1:], dropout, activation, l2)
    outputs = head(x, "gaussian" if probabilistic else "linear")
    return keras.Model(inputs, outputs, name="dense_regressor")


def hidden_layers(x, hidden, dropout, activation, l2, **options):
    """Dense layers, each followed by dropout: `(batch, features)` to `(batch, hidden[-1])`.

    Args:
        x: `(batch, features)`.
        hidden, dropout, activation, l2: as in `dense_classifier`.
        options: further options of `keras.layers.Dense`.
    """
    regularizer = regularizers.L2(l2) if l2 else None
    for units in hidden:
        x = dense(x, units, activation, kernel_regularizer=regularizer, **options)
        if dropout:
            x = layers.Dropout(dropout)(x)
    return x
