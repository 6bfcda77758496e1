"""Which symmetry was applied to a picture: a network that answers well only for usual pictures.

Source: I. Golan, R. El-Yaniv, Deep Anomaly Detection Using Geometric Transformations, 2018,
arXiv:1805.10917.
"""

import keras
from keras import layers, ops


def apply_symmetries(pictures):
    """Return pictures turned and mirrored, `(symmetries, batch, height, width, channels)`.

    There are 8 symmetries of a square, and 4 of other pictures.
    """
    turns = (0, 1, 2, 3) if pictures.shape[1] == pictures.shape[2] else (0, 2)
    turned = [ops.rot90(pictures, k, axes=(1, 2)) for k in turns]
    return ops.stack(turned + [ops.flip(x, axis=2) for x in turned])


def symmetry_classifier(shape, symmetries, filters=(16, 32, 64)):
    """Small CNN from a picture to the symmetry that was applied to it.

    Args:
        shape: height, width and channels.
        symmetries: number of symmetries.
        filters: of each convolution; pictures are halved after it while they have 4 pixels.

    Input shape: `(batch, *shape)`, pixels from 0 to 1.
    Output shape: `(batch, symmetries)`, logarithms of probabilities up to a constant.
    """
    inputs = keras.Input(shape)
    x = inputs
    for count in filters:
        x = layers.Conv2D(count, 3, padding="same", activation="relu")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.MaxPooling2D()(x) if min(x.shape[1:3]) >= 4 else x
    x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, layers.Dense(symmetries)(x), name="symmetries")


def measure_surprise(classifier, pictures):
    """Return how badly the symmetries of each picture are recognised, `(batch,)`: the mean of
    -log of the probability of the one that was applied."""
    turned = apply_symmetries(pictures)
    count = turned.shape[0]
    logits = ops.stack([classifier(turned[k], training=False) for k in range(count)])
    recognised = ops.log_softmax(logits, axis=-1)
    return -ops.mean(ops.stack([recognised[k, :, k] for k in range(count)]), axis=0)
