"""Networks for differential equations: coordinates in, the unknown functions out."""

import math

import keras
import tensorflow as tf
from keras import initializers, layers, ops

from models import taylor
from models.scaling import to_numbers, to_values

# Harmonic k is scaled by k^-1.5, between the series of a step and of a kink: otherwise high
# harmonics start as noise.
DECAY = 1.5


def pinn(
    low, high, num_unknowns, hidden=(20, 20, 20), activation="tanh", periodic=(), harmonics=3,
    fourier_features=0, trial=None, dtype="float64", init_scale=0.0,
):  # fmt: skip
    """Dense network on the box of the coordinates, with a trial solution around it.

    Args:
        low, high: corners of the box, in the coordinates' units.
        num_unknowns: number of unknown functions.
        hidden: units of each hidden layer.
        activation: smooth activation of the hidden layers, a name in `models.taylor.ACTIVATIONS`.
        periodic: indices of the coordinates in which the network is exactly periodic, with the
            box's width as the period.
        harmonics: number of sines and cosines of a periodic coordinate.
        fourier_features: number of random Fourier features of the other coordinates; 0 uses the
            scaled coordinates themselves.
        trial: layer that turns coordinates and network N into G + B N; None for N itself.
        dtype: "float64", which second-order optimisers need, or "float32".
        init_scale: scale of the first layer's initial weights; 0 uses Keras' default, 3 suits
            long time ranges.

    Input shape: `(batch, coordinates)`.
    Output shape: `(batch, unknowns)`.

    Source: Raissi et al., arXiv:1711.10561; Lagaris et al., arXiv:physics/9705023 (trial
    solution); Dong and Ni, arXiv:2007.07442 (periodic features); Tancik et al., arXiv:2006.10739
    (Fourier features).
    """
    inputs = keras.Input((len(low),), dtype=dtype, name="coordinates")
    x = CoordinateFeatures(
        low, high, periodic, harmonics, fourier_features, dtype=dtype, name="features"
    )(inputs)
    activation = sin if activation == "sin" else activation
    steep = {
        "kernel_initializer": initializers.RandomNormal(0.0, init_scale / x.shape[-1] ** 0.5),
        # Spread the units' steps all over the box.
        "bias_initializer": initializers.RandomUniform(-init_scale, init_scale),
    }
    for number, units in enumerate(hidden):
        start = steep if init_scale and number == 0 else {"kernel_initializer": "glorot_normal"}
        x = layers.Dense(units, activation, dtype=dtype, **start)(x)
    outputs = layers.Dense(
        num_unknowns, kernel_initializer="glorot_normal", dtype=dtype, name="network"
    )(x)
    if trial is not None:
        outputs = trial([inputs, outputs])
    return keras.Model(inputs, outputs, name="pinn")


@keras.saving.register_keras_serializable(package="pinn")
def sin(x):
    """Sine as an activation, for which Keras has no name."""
    return ops.sin(x)


def add_units(network, coordinates, unknowns):
    """Return the network with inputs and outputs in units of their own.

    Args:
        network: model from numbers `(batch, coordinates)` to numbers `(batch, unknowns)`.
        coordinates, unknowns: for each of them its `size` and `offset`; a value is
            offset + size * number.
    """
    sizes, offsets = zip(*((unit.size, unit.offset) for unit in coordinates), strict=True)
    out_sizes, out_offsets = zip(*((unit.size, unit.offset) for unit in unknowns), strict=True)
    if {*sizes, *out_sizes} == {1.0} and not any(offsets + out_offsets):
        return network
    dtype = network.input.dtype
    inputs = keras.Input(network.input_shape[1:], dtype="float64", name="coordinates")
    x = to_numbers(inputs, sizes, offsets)
    x = network(ops.cast(x, dtype))
    outputs = to_values(x, out_sizes, out_offsets)
    return keras.Model(inputs, outputs, name="solution_in_units")


def add_names(network, coordinates, unknowns):
    """Return a model from `{coordinate: (batch,)}` to `{unknown: (batch,)}`.

    Its inputs and outputs are float64, whatever the network computes in.
    """
    inputs = {name: keras.Input((), dtype="float64", name=name) for name in coordinates}
    x = ops.stack(list(inputs.values()), axis=-1)  # (batch, coordinates)
    outputs = ops.cast(network(ops.cast(x, network.input.dtype)), "float64")  # (batch, unknowns)
    return keras.Model(
        inputs, {name: outputs[:, number] for number, name in enumerate(unknowns)}, name="solution"
    )


@keras.saving.register_keras_serializable(package="pinn")
class CoordinateFeatures(layers.Layer):
    """Coordinates scaled to [-1, 1], or sines and cosines of them.

    A periodic coordinate becomes sines and cosines, so that the network is periodic whatever
    follows. The higher harmonics are smaller, as in the series of a smooth function.

    Args: see `pinn`.

    Input shape: `(batch, coordinates)`.
    Output shape: `(batch, features)`.
    """

    def __init__(self, low, high, periodic=(), harmonics=3, fourier_features=0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.periodic = tuple(low), tuple(high), tuple(periodic)
        self.harmonics, self.fourier_features = harmonics, fourier_features

    def build(self, input_shape):
        def scale(coordinate, width):
            """Return a row that scales the box to this width along a coordinate."""
            row = [0.0] * len(self.low)
            row[coordinate] = width / (self.high[coordinate] - self.low[coordinate])
            return row

        others = [number for number in range(len(self.low)) if number not in self.periodic]
        multiples = range(1, self.harmonics + 1)
        lines = [scale(number, 2.0) for number in others]
        waves = [scale(number, 2 * math.pi * k) for number in self.periodic for k in multiples]
        middle = [(a + b) / 2 for a, b in zip(self.low, self.high, strict=True)]
        self.middle = tf.constant(middle, self.dtype)
        self.lines = tf.constant(lines, self.dtype, shape=(len(lines), len(middle)))
        self.waves = tf.constant(waves, self.dtype, shape=(len(waves), len(middle)))
        self.heights = tf.constant(
            [k**-DECAY for _ in self.periodic for k in multiples], self.dtype
        )
        if self.fourier_features:
            self.frequencies = self.add_weight(
                shape=(len(lines), self.fourier_features),
                initializer=initializers.RandomNormal(0.0, 1.0),
                trainable=False,
                name="frequencies",
            )
        compiled = tf.function(self.expand_points, autograph=False)
        # A plain function around it: a SavedModel would export a `tf.function`.
        self.expand_fast = lambda points, indices: compiled(points, tuple(indices))

    def call(self, coordinates):
        zero = (0,) * len(self.low)
        return tf.transpose(self.expand({zero: tf.transpose(coordinates)}, [zero])[zero])

    def prepare(self, points, indices):
        """Return the Taylor series of the features, see `models.taylor_network`."""
        return self.expand_fast(tf.constant(points.T, self.dtype), indices)

    def series(self, inputs, indices, prepared):
        return prepared

    def expand_points(self, points, indices):
        """Return the series of the features at points, `(coordinates, points)`."""
        return self.expand(taylor.coordinate_series(points, indices), indices)

    def expand(self, x, indices):
        """Return the series of the features, `(features, points)`, from those of coordinates."""
        zero = indices[0]
        x = {
            index: value - self.middle[:, None] if index == zero else value
            for index, value in x.items()
        }
        lines = taylor.linear(x, tf.transpose(self.lines))
        parts = []
        if self.fourier_features:
            angle = taylor.linear(lines, tf.convert_to_tensor(self.frequencies))
            parts += [taylor.activate(name, angle, indices) for name in ("cos", "sin")]
        elif len(self.periodic) < len(self.low):
            parts.append(lines)
        if self.periodic:
            angle = taylor.linear(x, tf.transpose(self.waves))
            for name in ("cos", "sin"):
                wave = taylor.activate(name, angle, indices)
                parts.append({index: self.heights[:, None] * y for index, y in wave.items()})
        return taylor.concatenate(parts, indices)

    def get_config(self):
        return super().get_config() | {
            "low": self.low,
            "high": self.high,
            "periodic": self.periodic,
            "harmonics": self.harmonics,
            "fourier_features": self.fourier_features,
        }
