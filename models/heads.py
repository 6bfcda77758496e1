"""Last layers: what a network answers, and in which form."""

import keras
import numpy as np
from keras import layers, ops

from models.columns import make_input_names
from models.scaling import to_values

SMALLEST_STD = 1e-3


def head(x, kind, size=1, name=None):
    """The output layer for a kind of answer.

    Args:
        x: `(batch, features)`.
        kind: "softmax" (probabilities of `size` classes), "sigmoid" (probability of the second of
            two classes), "linear" (`size` numbers) or "gaussian" (mean and standard deviation of
            one number).
        size: number of classes or numbers.
        name: name of the dense layer.

    Returns: `(batch, size)`; for "gaussian" `(batch, 2)`: mean, standard deviation.

    Source: M. Pierini, Deep Learning lectures (softmax, sigmoid, the likelihood view of
    regression); Nix and Weigend, Estimating the mean and variance of the target probability
    distribution, 1994.
    """
    if kind == "softmax":
        return layers.Dense(size, activation="softmax", name=name)(x)
    if kind == "sigmoid":
        return layers.Dense(1, activation="sigmoid", name=name)(x)
    if kind == "linear":
        return layers.Dense(size, name=name)(x)
    if kind == "gaussian":
        mean = layers.Dense(1, name=name)(x)
        std = layers.Dense(1, activation="softplus")(x)
        return layers.Concatenate()([mean, std + SMALLEST_STD])
    raise ValueError(f"kind must be softmax, sigmoid, linear or gaussian. Received: {kind!r}")


def answer(x, target):
    """Turn the output of a head into probabilities of every class, or numbers in user units.

    Args:
        x: output of `head`.
        target: description with `head`, `classes`, `class_weights`, `mean`, `std` and `shape`; the
            network's numbers are (value - mean) / std.

    Returns: `(batch, classes)`, `(batch, 1)`, `(batch, *shape)` or, for "gaussian", `(batch, 2)`.
    """
    if target.classes:
        if target.head == "sigmoid":
            x = ops.concatenate([1.0 - x, x], axis=-1)  # (batch, 2)
        return undo_class_weights(x, target.class_weights)
    if target.head == "gaussian":
        return to_values(x, [target.std, target.std], [target.mean, 0.0])
    x = to_values(x, target.std, target.mean)  # in float64: 1e-40 is 0 in float32
    return layers.Reshape(target.shape)(x) if target.shape else x


def undo_class_weights(probabilities, weights):
    """Correct the probabilities of a network that was trained with weights of the classes.

    Training with a weight w of a class multiplies its odds by w.

    Source: M. Saerens, P. Latinne, C. Decaestecker, Adjusting the outputs of a classifier to new
    a priori probabilities, 2002.
    """
    if not weights:
        return probabilities
    x = ops.divide(probabilities, np.array(weights, "float32"))
    return x / ops.sum(x, axis=-1, keepdims=True)


def complete_network(encoder, network, targets):
    """Put the network between raw inputs and answers in user units.

    Args:
        encoder: `keras.Model` from named raw inputs to the network's input.
        network: `keras.Model` with one output, or a dictionary of outputs by target.
        targets: descriptions of the outputs.

    Returns: `keras.Model` from the encoder's inputs to `{target name: answer}`.
    """
    outputs = network(encoder.output)
    if isinstance(outputs, dict):
        outputs = [outputs[name] for name in make_input_names(targets)]
    else:
        outputs = [outputs]
    answers = {t.name: answer(x, t) for t, x in zip(targets, outputs, strict=True)}
    return keras.Model(encoder.input, answers, name=network.name)
