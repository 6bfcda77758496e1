"""Fixed point: a network that an FPGA computes, with few bits for each number, by HGQ2."""

import keras
import numpy as np
from keras import layers, ops

from models.circuit import CIRCUIT, build_circuit, find_steps, float_circuit, zip_kernels

WIDEST = 16  # bits that are learned, behind the point and in all
BEHIND = {"kernel": 5, "values": 4}  # bits behind the point, before the widths are learned
BIAS = 16  # bits of a bias of a given width: it is added, not multiplied


def fixed_point(network, rows, bits=0, beta=0.0):
    """Quantise a trained network: the circuit in fixed point, scaling and head around it in floats.

    A fixed-point number has a sign where it can be negative, bits before the point and bits behind
    it. Numbers are rounded, and too large ones become the largest one. With a given width, the
    weights of a layer share the place of their point, and so do its inputs. Where widths are
    learned, each weight and each input channel has its own, and a weight of no bits is zero.

    Args:
        network: trained `keras.Model`, see `models.circuit.find_steps`.
        rows: some rows as the network takes them, which tell the range of the activations.
        bits: bits of each weight and each activation, with the sign; 0 learns them.
        beta: weight of the bit operations in the loss, where widths are learned.

    Input and output shapes: as of the network.

    Source: C. Sun et al., Gradient-based automatic mixed precision quantization, arXiv:2405.00645.
    """
    host, steps, head = find_steps(network)
    inputs = keras.Input(network.input_shape[1:], name=network.input.name)
    x = inputs
    for layer in host:
        x = type(layer).from_config(layer.get_config())(x)
    scaled = np.array(keras.Model(inputs, x)(rows, training=False) if host else rows)
    seen = find_inputs(float_circuit(network), scaled)
    circuit = build_circuit(
        steps, lambda step: quantised_layer(step, seen[step.layer.name], bits, beta)
    )
    for layer, step in zip_kernels(circuit, steps):
        layer._kernel.assign(step.kernel)
        layer.bias.assign(step.bias)
        set_points(layer.kq.quantizer, step.kernel, bits and bits - 1, BEHIND["kernel"])
        set_points(layer.bq.quantizer, step.bias, bits and BIAS - 1, BEHIND["kernel"])
        values = seen[layer.name]
        has_sign = int((values < 0).any())
        set_points(layer.iq.quantizer, values, bits and bits - has_sign, BEHIND["values"])
    x = circuit(x)
    outputs = x if head == "linear" else layers.Activation(head, name="probabilities")(x)
    return keras.Model(inputs, outputs, name=network.name)


def find_inputs(circuit, rows):
    """Return what reaches each kernel of a circuit, `{layer name: (rows, ...)}`."""
    kernels = [layer for layer in circuit.layers if hasattr(layer, "kernel")]
    inputs = keras.Model(circuit.input, [layer.input for layer in kernels])(rows, training=False)
    inputs = inputs if isinstance(inputs, list) else [inputs]
    return {layer.name: np.array(x) for layer, x in zip(kernels, inputs, strict=True)}


def quantised_layer(step, values, bits, beta):
    """Return HGQ2's dense layer or convolution for a step, given what reaches it."""
    from hgq.config import QuantizerConfig
    from hgq.constraints import MinMax
    from hgq.layers import QConv2D, QDense

    layer, has_sign = step.layer, bool((values < 0).any())

    def configure(place, width, together, sign=True):
        """Numbers of a width, or of learned widths; numbers along the axes `together` share it."""
        limits = MinMax(width, width) if width else MinMax(0, WIDEST)
        return QuantizerConfig(
            "kbi", place, k0=sign, bc=limits, homogeneous_axis=together,
            overflow_mode="SAT_SYM" if sign else "SAT", round_mode="RND",
        )  # fmt: skip

    rank = len(values.shape)
    if bits:
        every = tuple(range(len(step.kernel.shape))), (0,), tuple(range(rank))
        widths = bits - 1, BIAS - 1, bits - has_sign
    else:
        every, widths = ((), (), tuple(range(rank - 1))), (0, 0, 0)
    options = {
        "name": layer.name,
        "activation": step.activation,
        "beta0": beta,
        "kq_conf": configure("weight", widths[0], every[0]),
        "bq_conf": configure("bias", widths[1], every[1]),
        "iq_conf": configure("datalane", widths[2], every[2], has_sign),
    }
    if isinstance(layer, layers.Dense):
        return QDense(layer.units, **options)
    shape = {key: layer.get_config()[key] for key in ("kernel_size", "strides", "padding")}
    return QConv2D(layer.filters, **shape, **options)


def set_points(quantizer, values, width, behind):
    """Place the points of a quantizer so that it fits some values.

    With a width, the place with the smallest squared error is taken; without one, the largest value
    fits, and some bits are left behind the point.

    Args:
        quantizer: inner quantizer of HGQ2.
        values: weights, or activations `(rows, ...)`.
        width: bits without the sign, or 0 where they are learned.
        behind: bits behind the point where the width is learned.
    """
    axes = tuple(quantizer.bw_mapper.homogeneous_axis)
    largest = np.abs(values).max(axis=axes, keepdims=True)
    before = np.ceil(np.log2(np.maximum(largest, 2.0**-behind)) + 1e-6)
    if width:
        places = [before - down for down in range(6)]
        errors = [np.mean((round_values(values, i, width) - values) ** 2) for i in places]
        before = places[int(np.argmin(errors))]
    shape = quantizer._i.shape
    quantizer._i.assign(np.broadcast_to(before, shape))
    quantizer._b.assign(np.broadcast_to(width or np.clip(before + behind, 0, WIDEST), shape))


def round_values(values, before, width):
    """Round values to numbers of a width with this many bits before the point."""
    step = 2.0 ** (before - width)
    return np.clip(np.floor(values / step + 0.5) * step, -(2.0**before) + step, 2.0**before - step)


def count_ebops(circuit):
    """Count the effective bit operations of a row, and keep them in the layers of the circuit."""
    total = 0
    for layer in circuit.layers:
        if hasattr(layer, "ebops"):
            ebops = float(layer._compute_ebops((1, *layer.input.shape[1:])))
            layer._ebops.assign(round(ebops))
            total += round(ebops)
    return total


def freeze(network):
    """Return a network in fixed point with its weights rounded once, for the SavedModel.

    HGQ2's layers round them at each call, from variables for each width. The answers are the same
    to the last bit; the SavedModel is smaller and several times as fast.
    """
    inputs = keras.Input(network.input_shape[1:], name=network.input.name)
    x = inputs
    for layer in network.layers[1:]:
        x = freeze_circuit(layer, x) if layer.name == CIRCUIT else layer(x)
    return keras.Model(inputs, x, name=network.name)


def freeze_circuit(circuit, x):
    """Return the output of a circuit for x, by Keras' own layers."""
    for layer in circuit.layers[1:]:
        if not hasattr(layer, "qkernel"):
            x = layer(x)
            continue
        # Powers by NumPy, and no division: TensorFlow's are off by a last bit, and so are the
        # reciprocals that its graphs divide by.
        sign, before, behind = (np.array(part, "float64") for part in layer.iq.quantizer.kif)
        largest, shape = 2.0 ** (before + behind) - 1, (1, *x.shape[1:])  # in steps of 2^-behind
        low, high, step, rate = (
            np.broadcast_to(part, shape).astype("float32")
            for part in (-sign * largest, largest, 2.0**-behind, 2.0**behind)
        )
        x = ops.minimum(ops.maximum(ops.floor(x * rate + 0.5), low), high) * step
        kind = layers.Dense if isinstance(layer, layers.Dense) else layers.Conv2D
        kept = ("units", "filters", "kernel_size", "strides", "padding", "activation")
        config = layer.get_config()
        plain = kind(**{key: config[key] for key in kept if key in config})
        x = plain(x)
        plain.set_weights([np.array(layer.qkernel), np.array(layer.qbias)])
    return x
