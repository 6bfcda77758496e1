"""What of a network an FPGA computes, and what the host computes before and after it."""

from typing import NamedTuple

import keras
import numpy as np
from keras import layers

from errors import UserError

CIRCUIT = "circuit"  # name of the inner network that the FPGA computes
HOST = (layers.Rescaling, layers.RandomTranslation, layers.RandomRotation, layers.RandomFlip)
KERNELS = (layers.Dense, layers.Conv2D)
COPIED = (layers.MaxPooling2D, layers.Flatten, layers.Dropout)
HEADS = ("softmax", "sigmoid", "linear")


class Step(NamedTuple):
    """A layer of a circuit; a kernel has the normalisation behind it folded in."""

    layer: keras.Layer
    kernel: np.ndarray | None = None
    bias: np.ndarray | None = None
    activation: str = "linear"


def find_steps(network):
    """Split a network into what the host computes and what a circuit computes.

    Args:
        network: chain of dense layers and 2D convolutions with ReLU, batch normalisation before it,
            dropout, max pooling and flattening; scaling of pixels may be in front.

    Returns: the layers of the host, the `Step`s of the circuit, and the activation of the head,
        which the host computes.

    Raises: UserError if the network has other layers or is no chain.
    """
    host, steps, before = [], [], None
    for layer in network.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        if before is not None and layer.input is not before.output:
            raise refuse(layer, ", which does not follow the layer before it")
        before = layer
        if isinstance(layer, HOST) and not steps:
            host.append(layer)
        elif isinstance(layer, COPIED):
            steps.append(Step(layer))
        elif isinstance(layer, KERNELS) and getattr(layer, "groups", 1) == 1:
            kernel = np.array(layer.kernel)
            bias = np.array(layer.bias) if layer.use_bias else np.zeros(kernel.shape[-1], "float32")
            steps.append(Step(layer, kernel, bias, layer.activation.__name__))
        elif isinstance(layer, layers.BatchNormalization) and is_linear(steps):
            steps[-1] = fold(steps[-1], layer)
        elif isinstance(layer, (layers.Activation, layers.ReLU)) and is_linear(steps):
            name = getattr(layer, "activation", keras.activations.relu).__name__
            steps[-1] = steps[-1]._replace(activation=name)
        else:
            raise refuse(layer)
    kernels = [step for step in steps if step.kernel is not None]
    for step in kernels[:-1]:
        if step.activation not in ("relu", "linear"):
            raise refuse(step.layer, f" with the activation {step.activation}")
    if not kernels or kernels[-1] is not steps[-1] or kernels[-1].activation not in HEADS:
        raise refuse(network.layers[-1], " at the end")
    steps[-1] = steps[-1]._replace(activation="linear")
    return host, steps, kernels[-1].activation


def is_linear(steps):
    """Return whether the last step is a kernel without an activation."""
    return bool(steps) and steps[-1].kernel is not None and steps[-1].activation == "linear"


def refuse(layer, why=""):
    return UserError(
        "fixed point needs a chain of dense layers and 2D convolutions with ReLU, with batch "
        "normalisation before it, dropout, max pooling and flattening. Received: the "
        f"{type(layer).__name__} layer {layer.name}{why}"
    )


def fold(step, layer):
    """Return a kernel with the batch normalisation behind it: without training both are linear."""
    scale = 1 / np.sqrt(np.array(layer.moving_variance) + layer.epsilon)
    if layer.scale:
        scale = scale * np.array(layer.gamma)
    shift = np.array(layer.beta) if layer.center else 0.0
    bias = (step.bias - np.array(layer.moving_mean)) * scale + shift
    return step._replace(kernel=step.kernel * scale, bias=bias)


def float_circuit(network):
    """Return the circuit of a network in floats, with normalisation folded into the kernels.

    Input shape: that of the network. Output shape: logits, or numbers.
    """
    _, steps, _ = find_steps(network)
    circuit = build_circuit(steps, float_layer)
    for layer, step in zip_kernels(circuit, steps):
        layer.set_weights([step.kernel, step.bias])
    return circuit


def build_circuit(steps, make):
    """Build the network of the steps, with kernels from `make(step)`."""
    inputs = keras.Input(steps[0].layer.input.shape[1:], name="scaled")
    x = inputs
    for step in steps:
        layer = step.layer
        copy = type(layer).from_config(layer.get_config()) if step.kernel is None else make(step)
        x = copy(x)
    return keras.Model(inputs, x, name=CIRCUIT)


def zip_kernels(circuit, steps):
    """Return `(layer of the circuit, step)` for each kernel."""
    found = [layer for layer in circuit.layers if hasattr(layer, "kernel")]
    return list(zip(found, [step for step in steps if step.kernel is not None], strict=True))


def float_layer(step):
    config = step.layer.get_config() | {"use_bias": True, "activation": step.activation}
    return type(step.layer).from_config(config)


def split_circuit(network):
    """Return the host's network in front of the circuit, and the circuit itself.

    Of a network in fixed point it is its inner network, of another one its copy in floats.

    Returns: a `keras.Model` or None where nothing is computed in front, and the `keras.Model` of
        the circuit.
    """
    names = [layer.name for layer in network.layers]
    if CIRCUIT in names:
        circuit, front = network.get_layer(CIRCUIT), network.layers[: names.index(CIRCUIT)]
    else:
        front, circuit = find_steps(network)[0], float_circuit(network)
    front = [layer for layer in front if not isinstance(layer, layers.InputLayer)]
    return keras.Model(network.input, front[-1].output) if front else None, circuit
