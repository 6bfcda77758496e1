"""Several networks that answer together."""

import keras
from keras import ops


def ensemble(networks):
    """Put networks of one shape side by side, to be fitted at once; they share only the input.

    Args:
        networks: list of `keras.Model`, each with one output or a dictionary of outputs.

    Input shape: that of each network.
    Output shape: for each output of the networks `(batch, networks, size)`.
    """
    inputs = keras.Input(networks[0].input_shape[1:], name="features")
    answers = []
    for number, network in enumerate(networks):
        network.name = f"member_{number + 1}"
        answers.append(network(inputs))
    if isinstance(answers[0], dict):
        outputs = {name: ops.stack([a[name] for a in answers], axis=1) for name in answers[0]}
    else:
        outputs = ops.stack(answers, axis=1)  # (batch, networks, size)
    return keras.Model(inputs, outputs, name="ensemble")


def average(network, heads):
    """Build one answer from those of an ensemble.

    Probabilities and numbers are averaged. Gaussians make a mixture: its mean, and its standard
    deviation, to which the members' disagreement adds.

    Args:
        network: from `ensemble`.
        heads: `{target: kind}` of each output, see `models.heads.head`.

    Output shape: `(batch, size)` each.

    Source: Lakshminarayanan et al., Deep Ensembles, arXiv:1612.01474.
    """

    def average_output(x, kind):
        mean = ops.mean(x, axis=1)
        if kind != "gaussian":
            return mean
        # As a sum of two squares, none of which is a difference of large numbers.
        spread = ops.mean(ops.square(x[:, :, 0] - mean[:, :1]), axis=1)
        std = ops.sqrt(ops.mean(ops.square(x[:, :, 1]), axis=1) + spread)
        return ops.stack([mean[:, 0], std], axis=-1)  # (batch, 2)

    if isinstance(network.output, dict):
        outputs = {name: average_output(network.output[name], kind) for name, kind in heads.items()}
    else:
        ((_, kind),) = heads.items()
        outputs = average_output(network.output, kind)
    return keras.Model(network.input, outputs, name=network.name)


def find_members(network):
    """Return the networks of an ensemble; a network alone is its only member."""
    parts = [layer for layer in network.layers if layer.name.startswith("member_")]
    return parts or [network]
