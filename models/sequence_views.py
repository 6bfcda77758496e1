"""What a classifier of series saw: class activation maps of convolutions, gates of a cell."""

import keras
import tensorflow as tf

from models.ensemble import find_members
from models.gates import run_cell


def find_cell(network):
    """Return "lstm" or "gru" if that is the layer of the first network of an ensemble, or ""."""
    names = {layer.name for layer in find_members(network)[0].layers}
    return next((cell for cell in ("lstm", "gru") if cell in names), "")


def has_maps(network):
    """Return whether a network is one of `models.sequence.convolutional_classifier`."""
    return any(layer.name == "maps" for layer in find_members(network)[0].layers)


def class_activation_map(network):
    """Return a function from encoded series to the map of each class, `(batch, steps, classes)`.

    The last layer sees the average of the feature maps over the steps. By its weights a step adds
    to the score of each class: their mean over the steps, plus the bias, is the score.

    Args:
        network: from `models.sequence.convolutional_classifier`, or an ensemble of them, whose maps
            are averaged.

    Source: Zhou et al., arXiv:1512.04150; for series Wang, Yan and Oates, arXiv:1611.06455.
    """
    members = find_members(network)
    layers = [
        (keras.Model(one.input, one.get_layer("maps").output), one.get_layer("probabilities"))
        for one in members
    ]

    def draw(x):
        maps = []
        for maps_of, last in layers:
            kernel = last.kernel
            if kernel.shape[1] == 1:  # of two classes the difference of the scores is learned
                kernel = tf.concat([-kernel / 2, kernel / 2], axis=1)
            maps.append(maps_of(x, training=False) @ kernel)
        return tf.add_n(maps) / len(maps) * x[:, :, -1:]

    return draw


def gates_over_time(network):
    """Return a function from encoded series to the gates of the first network's LSTM or GRU.

    It answers `{name: (batch, steps, units)}`, see `models.gates`.
    """
    member, cell = find_members(network)[0], find_cell(network)
    layer = member.get_layer(cell)
    series, _ = layer.input  # and the mask
    x_of = keras.Model(member.input, series)

    def draw(x):
        weights = [tf.convert_to_tensor(weight) for weight in layer.weights]
        return run_cell(cell, x_of(x, training=False), weights)

    return draw
