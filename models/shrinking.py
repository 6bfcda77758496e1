"""Shrinking: a network without the units and channels that matter least."""

import keras
import numpy as np
from keras import layers

from errors import UserError

WITH_UNITS = (layers.Dense, layers.Conv1D, layers.Conv2D)
UNCHANGED = (
    *(layers.Activation, layers.ReLU, layers.LeakyReLU, layers.ELU, layers.Dropout),
    *(layers.SpatialDropout1D, layers.SpatialDropout2D, layers.GaussianNoise),
    *(layers.MaxPooling1D, layers.MaxPooling2D, layers.AveragePooling1D, layers.AveragePooling2D),
    *(layers.GlobalAveragePooling1D, layers.GlobalAveragePooling2D),
    *(layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.ZeroPadding2D),
    *(layers.Rescaling, layers.RandomTranslation, layers.RandomRotation, layers.RandomFlip),
)


def shrink(network, sparsity):
    """Build the network without a share of the units of each hidden layer.

    The units of a layer are ranked by the norm of their weights; batch normalisation behind the
    layer multiplies it by gamma / sqrt(variance). The rows of the next layer's weights that belong
    to removed units go with them.

    Args:
        network: chain of dense layers or convolutions, batch normalisation, activations, dropout,
            pooling and flattening.
        sparsity: share of units to remove; each layer keeps at least one.

    Input and output shapes: those of the network.

    Raises: UserError if the network has other layers or is no chain.

    Source: H. Li et al., Pruning Filters for Efficient ConvNets, arXiv:1608.08710.
    """
    chain = find_chain(network)
    last = max(number for number, layer in enumerate(chain) if isinstance(layer, WITH_UNITS))
    inputs = keras.Input(network.input_shape[1:], name=network.input.name)
    x, kept = inputs, np.arange(inputs.shape[-1])  # indices of the last axis that are still there
    for number, layer in enumerate(chain):
        config, weights = layer.get_config(), layer.get_weights()
        if isinstance(layer, WITH_UNITS):
            kernel, *bias = weights
            kept_before, kept = kept, np.arange(kernel.shape[-1])
            if number < last:
                size = "units" if isinstance(layer, layers.Dense) else "filters"
                kept = choose_units(rank_units(kernel, chain[number + 1]), sparsity)
                config[size] = len(kept)
            weights = [kernel[..., kept_before, :][..., kept], *(b[kept] for b in bias)]
        elif isinstance(layer, layers.BatchNormalization):
            weights = [values[kept] for values in weights]
        elif isinstance(layer, layers.Flatten):
            shape = layer.input.shape[1:]
            kept = np.arange(np.prod(shape)).reshape(shape)[..., kept].ravel()
        smaller = type(layer).from_config(config)
        x = smaller(x)
        smaller.set_weights(weights)
    return keras.Model(inputs, x, name=network.name)


def find_chain(network):
    """Return the layers of a network in their order, without the input."""
    chain = [one for one in network.layers if not isinstance(one, layers.InputLayer)]
    known = (*WITH_UNITS, *UNCHANGED, layers.BatchNormalization, layers.Flatten)
    for before, layer in zip([None, *chain], chain, strict=False):
        follows = before is None or layer.input is before.output
        if not isinstance(layer, known) or not follows or getattr(layer, "groups", 1) > 1:
            raise UserError(
                "pruning by unit needs a chain of dense layers, convolutions, normalisation, "
                "activations, dropout, pooling and flattening. Received: the "
                f"{type(layer).__name__} layer {layer.name}"
                f"{'' if follows else ', which does not follow the layer before it'}. "
                "Use --by weight"
            )
    return chain


def rank_units(kernel, following):
    """Return the norm of the weights of each unit, `(units,)`.

    Args:
        kernel: `(..., inputs, units)`.
        following: the next layer, which may be batch normalisation.
    """
    norms = np.sqrt(np.square(kernel).reshape(-1, kernel.shape[-1]).sum(axis=0))
    if isinstance(following, layers.BatchNormalization):
        norms /= np.sqrt(np.array(following.moving_variance) + following.epsilon)
        if following.scale:
            norms *= np.abs(np.array(following.gamma))
    return norms


def choose_units(norms, sparsity):
    """Return the indices of the units that stay, in their order."""
    count = max(1, round((1 - sparsity) * len(norms)))
    return np.sort(np.argsort(-norms, kind="stable")[:count])
