"""Fourier neural operator: layers that act on the lowest Fourier modes of functions on a grid."""

import math

import keras
from keras import layers, ops


def fourier_operator(dimension, channels, outputs, modes=16, width=32, depth=4, periodic=True):
    """Fourier neural operator.

    Args:
        dimension: number of coordinates of the grid, 1 or 2.
        channels: number of input functions.
        outputs: number of output functions.
        modes: number of Fourier modes that each layer keeps in each coordinate.
        width: number of functions that the layers pass on.
        depth: number of Fourier layers.
        periodic: whether functions are periodic. Otherwise the grid includes both ends, the
            coordinates are further inputs, and the period is longer than the grid.

    Input shape: `(batch, *grid, channels)`, the same functions on a grid of any length.
    Output shape: `(batch, *grid, outputs)`.

    Source: Z. Li et al., Fourier Neural Operator for Parametric Partial Differential Equations,
    arXiv:2010.08895; without batch normalisation, and with a linear operator of the input modes
    beside the network, so that, for example, a mean that is conserved need not pass through it.
    """
    inputs = keras.Input((*(None,) * dimension, channels), name="functions")
    x = inputs if periodic else AddCoordinates(name="coordinates")(inputs)
    x = layers.Dense(width, name="lift")(x)  # (batch, *grid, width)
    for number in range(1, depth + 1):
        spectral = FourierModes(width, modes, periodic, name=f"modes_{number}")(x)
        x = layers.Add()([spectral, layers.Dense(width, name=f"points_{number}")(x)])
        if number < depth:
            x = layers.Activation(gelu)(x)
    x = layers.Dense(4 * width, activation=gelu, name="project")(x)
    x = layers.Dense(outputs, name="nonlinear")(x)
    linear = FourierModes(outputs, modes, periodic, name="linear")(inputs)
    outputs = layers.Add(name="answers")([x, linear])
    return keras.Model(inputs, outputs, name="fourier_operator")


@keras.saving.register_keras_serializable("operators")
def gelu(x):
    """Gaussian error linear unit by its formula with tanh, which every export format has."""
    return ops.gelu(x, approximate=True)


@keras.saving.register_keras_serializable("operators")
class AddCoordinates(layers.Layer):
    """Appends the coordinates of the grid, from 0 to 1, to the channels.

    Input shape: `(batch, *grid, channels)`.
    Output shape: `(batch, *grid, channels + dimension)`.
    """

    def call(self, x):
        parts, dimension = [x], len(x.shape) - 2
        for axis in range(dimension):
            points = find_points(ops.shape(x)[1 + axis], periodic=False)
            shape = [-1 if other == axis else 1 for other in range(dimension)]
            column = ops.reshape(points, (1, *shape, 1))
            parts.append(column + ops.zeros_like(x[..., :1]))
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], input_shape[-1] + len(input_shape) - 2)


@keras.saving.register_keras_serializable("operators")
class FourierModes(layers.Layer):
    """Multiplies each of the lowest Fourier modes by a matrix, and leaves out all others.

    The truncated Fourier transform is a product with a small real matrix that is made from the
    length of the grid: there are no complex numbers, any grid will do, and every export format has
    the operations.

    Args:
        units: number of output functions.
        modes: number of modes 0, 1, ... in each coordinate; of the first of two coordinates also
            those with negative wave numbers.
        periodic: as for `fourier_operator`.

    Input shape: `(batch, *grid, channels)`, one or two coordinates.
    Output shape: `(batch, *grid, units)`.
    """

    def __init__(self, units, modes, periodic=True, **kwargs):
        super().__init__(**kwargs)
        self.units, self.modes, self.periodic = units, modes, periodic

    def build(self, input_shape):
        *grid, channels = input_shape[1:]
        count = self.modes if len(grid) == 1 else self.modes * (2 * self.modes - 1)
        scale = 1 / math.sqrt(channels * 2)
        self.kernel = self.add_weight(
            shape=(2, count, channels, self.units),  # real and imaginary parts
            initializer=keras.initializers.RandomNormal(stddev=scale),
            name="kernel",
        )

    def call(self, x):
        return self.transform_line(x) if len(x.shape) == 3 else self.transform_plane(x)

    def transform_line(self, x):
        forward, backward = fourier_matrices(ops.shape(x)[1], self.modes, self.periodic)
        z = ops.einsum("ckn,bnw->ckbw", forward, x)
        z = self.multiply(z[0], z[1])
        return ops.einsum("nck,ckbw->bnw", backward, z)

    def transform_plane(self, x):
        """Transform the second coordinate, then the first one with wave numbers of both signs."""
        forward, backward = fourier_matrices(ops.shape(x)[2], self.modes, self.periodic)
        cos, sin, weights = signed_matrices(ops.shape(x)[1], self.modes, self.periodic)
        z = ops.einsum("ckn,bxnw->ckxbw", forward, x)
        to_cos, to_sin = cos * weights, sin * weights  # (signed modes, x)
        a, b = (ops.einsum("jx,ckxbw->ckjbw", matrix, z) for matrix in (to_cos, to_sin))
        real, imaginary = a[0] + b[1], a[1] - b[0]  # times exp(-i j x)
        shape = ops.shape(real)  # (modes, signed modes, batch, channels)
        flat = (-1, shape[2], real.shape[-1])
        z = self.multiply(ops.reshape(real, flat), ops.reshape(imaginary, flat))
        z = ops.reshape(z, (2, self.modes, 2 * self.modes - 1, shape[2], self.units))
        a, b = (ops.einsum("jx,ckjbw->ckxbw", matrix, z) for matrix in (cos, sin))
        z = ops.stack([a[0] - b[1], a[1] + b[0]])  # times exp(i j x)
        return ops.einsum("nck,ckxbw->bxnw", backward, z)

    def multiply(self, real, imaginary):
        """Multiply modes `(modes, batch, channels)` by their matrices: `(2, modes, batch, units)`.

        Both parts are multiplied at once, by a matrix of twice the size.
        """
        a, b = self.kernel[0], self.kernel[1]
        kernel = ops.concatenate(
            [ops.concatenate([a, b], axis=-1), ops.concatenate([-b, a], axis=-1)], axis=-2
        )
        z = ops.matmul(ops.concatenate([real, imaginary], axis=-1), kernel)
        return ops.stack([z[..., : self.units], z[..., self.units :]])

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.units)

    def get_config(self):
        options = {"units": self.units, "modes": self.modes, "periodic": self.periodic}
        return super().get_config() | options


def find_points(count, periodic):
    """Return the coordinates of a grid from 0 to 1, `(count,)`; a periodic one has no last end."""
    steps = ops.cast(count if periodic else count - 1, "float32")
    return ops.cast(ops.arange(count), "float32") / steps


def find_angles(count, wave_numbers, periodic):
    """Return angles `(wave numbers, points)` and the weight of each point in a mean.

    The period of functions that are not periodic is a quarter longer than the grid.
    """
    points = find_points(count, periodic)
    angles = 2 * math.pi * wave_numbers[:, None] * points / (1.0 if periodic else 1.25)
    weights = ops.ones_like(points)
    if not periodic:  # the trapezoidal rule
        inner = ops.logical_and(points > 0, points < 1)
        weights = ops.where(inner, weights, 0.5 * weights)
    return angles, weights / ops.sum(weights)


def fourier_matrices(count, modes, periodic):
    """Return the matrices of the truncated Fourier transform of real functions.

    Returns: from values to the real and imaginary parts of the modes, `(2, modes, points)`, and
    back, `(points, 2, modes)`.
    """
    angles, weights = find_angles(count, ops.arange(modes, dtype="float32"), periodic)
    cos, sin = ops.cos(angles), ops.sin(angles)
    twice = ops.where(ops.arange(modes) > 0, 2.0, 1.0)[:, None]  # of both signs
    backward = ops.stack([twice * cos, -twice * sin])
    return ops.stack([cos * weights, -sin * weights]), ops.transpose(backward, (2, 0, 1))


def signed_matrices(count, modes, periodic):
    """Return cosines and sines `(2 modes - 1, points)` and the weight of each point in a mean."""
    numbers = ops.arange(1 - modes, modes, dtype="float32")
    angles, weights = find_angles(count, numbers, periodic)
    return ops.cos(angles), ops.sin(angles), weights
