"""Networks for differential equations: coordinates in, the unknown functions out."""

import math

import keras
import tensorflow as tf
from keras import initializers, layers, ops

from models import taylor

FALL = 1.5  # harmonic k counts as k^-1.5, between those of a step and of a kink: else many of them begin as noise


def pinn(
    low, high, num_unknowns, hidden=(20, 20, 20), activation="tanh", periodic=(), harmonics=3, fourier=0, trial=None,
    dtype="float64", spread=0.0,
):  # fmt: skip
    """Dense network on the box of the coordinates, with what is known of the solution built in.

    Args:
        low, high: corners of the box, in the coordinates' units.
        num_unknowns: number of unknown functions.
        hidden: units of each hidden layer.
        activation: smooth, a name in `models.taylor.ACTIVATIONS`.
        periodic: places of the coordinates in which the network is exactly periodic, with the box's width as the period.
        harmonics: sines and cosines of a periodic coordinate.
        fourier: random Fourier features of the other coordinates; 0 for the scaled coordinates themselves.
        trial: layer that turns the network N into G + B N; None for N itself.
        dtype: "float64", which second-order optimisers need, or "float32".
        spread: steepness of the first layer's units at the start; 0 for Keras' own, 3 suits long time ranges.

    Input shape: `(batch, coordinates)`.
    Output shape: `(batch, unknowns)`.

    Source: Raissi et al., arXiv:1711.10561; Lagaris et al., arXiv:physics/9705023 (trial solution); Dong and Ni,
    arXiv:2007.07442 (periodic features); Tancik et al., arXiv:2006.10739 (Fourier features).
    """
    inputs = keras.Input((len(low),), dtype=dtype, name="coordinates")
    x = CoordinateFeatures(low, high, periodic, harmonics, fourier, dtype=dtype, name="features")(
        inputs
    )
    activation = sin if activation == "sin" else activation
    steep = {
        "kernel_initializer": initializers.RandomNormal(0.0, spread / x.shape[-1] ** 0.5),
        "bias_initializer": initializers.RandomUniform(-spread, spread),  # steps all over the box
    }
    for number, units in enumerate(hidden):
        start = steep if spread and number == 0 else {"kernel_initializer": "glorot_normal"}
        x = layers.Dense(units, activation, dtype=dtype, **start)(x)
    outputs = layers.Dense(
        num_unknowns, kernel_initializer="glorot_normal", dtype=dtype, name="network"
    )(x)
    if trial is not None:
        outputs = trial([inputs, outputs])
    return keras.Model(inputs, outputs, name="pinn")


@keras.saving.register_keras_serializable(package="pinn")
def sin(x):
    """The activation that Keras has no name for."""
    return ops.sin(x)


def named(network, coordinates, unknowns):
    """The network with a name for each coordinate and each unknown: `{coordinate: (batch,)}` to `{unknown: (batch,)}`.

    All numbers are float64 outside, whatever the network computes in.
    """
    inputs = {name: keras.Input((), dtype="float64", name=name) for name in coordinates}
    x = ops.stack(list(inputs.values()), axis=-1)  # (batch, coordinates)
    outputs = ops.cast(network(ops.cast(x, network.input.dtype)), "float64")  # (batch, unknowns)
    return keras.Model(
        inputs, {name: outputs[:, place] for place, name in enumerate(unknowns)}, name="solution"
    )


@keras.saving.register_keras_serializable(package="pinn")
class CoordinateFeatures(layers.Layer):
    """Coordinates scaled to [-1, 1]; a periodic one becomes sines and cosines, so that it is periodic whatever follows. The
    higher harmonics are smaller, as they are in the series of a smooth function.

    Args: see `pinn`.

    Input shape: `(batch, coordinates)`.
    Output shape: `(batch, features)`.
    """

    def __init__(self, low, high, periodic=(), harmonics=3, fourier=0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.periodic = tuple(low), tuple(high), tuple(periodic)
        self.harmonics, self.fourier = harmonics, fourier

    def build(self, input_shape):
        def scale(place, turns):
            """A row that maps a coordinate of the box to `turns` times its width."""
            row = [0.0] * len(self.low)
            row[place] = turns / (self.high[place] - self.low[place])
            return row

        open_ended = [place for place in range(len(self.low)) if place not in self.periodic]
        straight = [scale(place, 2.0) for place in open_ended]
        waves = [
            scale(place, 2 * math.pi * k)
            for place in self.periodic
            for k in range(1, self.harmonics + 1)
        ]
        middle = [(a + b) / 2 for a, b in zip(self.low, self.high, strict=True)]
        self.middle = tf.constant(middle, self.dtype)
        self.straight = tf.constant(straight, self.dtype, shape=(len(straight), len(middle)))
        self.waves = tf.constant(waves, self.dtype, shape=(len(waves), len(middle)))
        self.heights = tf.constant(
            [k**-FALL for _ in self.periodic for k in range(1, self.harmonics + 1)], self.dtype
        )
        if self.fourier:
            self.spread = self.add_weight(
                shape=(len(straight), self.fourier), initializer=initializers.RandomNormal(0.0, 1.0), trainable=False,
                name="frequencies",
            )  # fmt: skip

    def call(self, coordinates):
        zero = (0,) * len(self.low)
        return tf.transpose(self.series({zero: tf.transpose(coordinates)}, [zero])[zero])

    def series(self, x, indices):
        """The Taylor series of the features, `(features, points)`, from those of the coordinates, see `models.taylor`."""
        zero = indices[0]
        x = {
            index: value - self.middle[:, None] if index == zero else value
            for index, value in x.items()
        }
        straight = taylor.linear(x, tf.transpose(self.straight))
        waves = taylor.linear(x, tf.transpose(self.waves))
        parts = []
        if self.fourier:
            angle = taylor.linear(straight, tf.convert_to_tensor(self.spread))
            parts += [
                taylor.activate("cos", angle, indices),
                taylor.activate("sin", angle, indices),
            ]
        elif len(self.periodic) < len(self.low):
            parts.append(straight)
        if self.periodic:
            sines = (taylor.activate("cos", waves, indices), taylor.activate("sin", waves, indices))
            parts += [
                {index: self.heights[:, None] * value for index, value in sine.items()}
                for sine in sines
            ]
        shown = [index for index in indices if any(index in part for part in parts)]
        zeros = [tf.zeros_like(part[zero]) for part in parts]
        return {
            index: tf.concat(
                [part.get(index, nothing) for part, nothing in zip(parts, zeros, strict=True)],
                axis=0,
            )
            for index in shown
        }

    def get_config(self):
        shape = {"low": self.low, "high": self.high, "periodic": self.periodic}
        return super().get_config() | shape | {"harmonics": self.harmonics, "fourier": self.fourier}
