"""Several networks that answer together."""

import keras
from keras import ops


def ensemble(networks):
    """Put networks of one shape side by side, to be fitted at once: they share the input and nothing else.

    Input shape: that of each network.
    Output shapes: for each output of the networks `(batch, networks, size)`; a list if there are several.
    """
    inputs = keras.Input(networks[0].input_shape[1:], name="features")
    answers = []
    for number, network in enumerate(networks):
        network.name = f"member_{number + 1}"
        answers.append(as_list(network(inputs)))
    outputs = [
        ops.stack(members, axis=1) for members in zip(*answers, strict=True)
    ]  # (batch, networks, size)
    return keras.Model(inputs, outputs if len(outputs) > 1 else outputs[0], name="ensemble")


def average(network, heads):
    """One answer from those of an ensemble.

    Probabilities and numbers are averaged. Gaussians make a mixture: its mean, and its standard deviation, to which
    the members' disagreement adds.

    Args:
        network: from `ensemble`.
        heads: kind of each output, see `models.heads.head`.

    Output shapes: `(batch, size)` each.

    Source: Lakshminarayanan et al., Deep Ensembles, arXiv:1612.01474.
    """
    outputs = []
    for kind, x in zip(heads, as_list(network.output), strict=True):
        mean = ops.mean(x, axis=1)
        if kind == "gaussian":
            variance = ops.mean(
                ops.square(x[:, :, 1]) + ops.square(x[:, :, 0]), axis=1
            ) - ops.square(mean[:, 0])
            mean = ops.stack([mean[:, 0], ops.sqrt(variance)], axis=-1)  # (batch, 2)
        outputs.append(mean)
    return keras.Model(
        network.input, outputs if len(outputs) > 1 else outputs[0], name=network.name
    )


def members(network):
    """The networks of an ensemble; a network alone is its only member."""
    parts = [layer for layer in network.layers if layer.name.startswith("member_")]
    return parts or [network]


def as_list(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]
