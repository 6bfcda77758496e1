"""Operator networks besides the Fourier neural operator: DeepONet, POD-DeepONet and a CNN."""

import keras
import numpy as np
from keras import layers, ops

from models.fourier import AddCoordinates, gelu
from models.pinn import CoordinateFeatures


def add_scales(network, columns, targets):
    """Return the network with inputs and outputs in their own units.

    Args:
        network: from `(batch, *grid, inputs)` to `(batch, *grid, outputs)`.
        columns, targets: their means and standard deviations, `mean` and `std`.
    """
    means, stds = ([float(getattr(c, name)) for c in columns] for name in ("mean", "std"))
    inputs = keras.Input(network.input_shape[1:], name="functions")
    shift = [-mean / std for mean, std in zip(means, stds, strict=True)]
    x = layers.Rescaling([1 / std for std in stds], shift, name="scale")(inputs)
    x = network(x)
    means, stds = ([float(getattr(t, name)) for t in targets] for name in ("mean", "std"))
    outputs = layers.Rescaling(stds, means, name="units")(x)
    return keras.Model(inputs, outputs, name="operator")


def branch_network(shape, hidden, features):
    """Dense network of all values of the input functions, beside a linear function of them.

    Args:
        shape: shape of the input functions with their channels.
        hidden: units of each hidden layer.
        features: number of outputs.

    Returns: the inputs and the outputs of a graph, `(batch, *shape)` and `(batch, features)`.
    """
    inputs = keras.Input(shape, name="functions")
    flat = layers.Flatten()(inputs)
    x = flat
    for units in hidden:
        x = layers.Dense(units, activation=gelu)(x)
    x = layers.Concatenate(name="branch_features")([x, flat])
    return inputs, layers.Dense(features, name="coefficients")(x)


def deeponet(shape, points, outputs, hidden=(128, 128), features=100, periodic=0):
    """DeepONet: products of a branch network, of the input functions, and a trunk network, of the
    coordinates.

    Args:
        shape: shape of the input functions with their channels.
        points: coordinates of the outputs from 0 to 1, `(points, coordinates)`.
        outputs: number of output functions.
        hidden: units of each hidden layer of both networks.
        features: number of products for each output function.
        periodic: number of coordinates, the first ones, in which the outputs are periodic.

    Input shape: `(batch, *shape)`.
    Output shape: `(batch, points, outputs)`.

    Source: L. Lu et al., Learning nonlinear operators via DeepONet, arXiv:1910.03193. The branch
    has a linear part, which most operators need.
    """
    inputs, x = branch_network(shape, hidden, features * outputs)
    trunk = Trunk(*points.shape, hidden, features, outputs, periodic, name="trunk")
    outputs = trunk(x)
    trunk.points.assign(points)
    return keras.Model(inputs, outputs, name="deeponet")


def pod_deeponet(shape, basis, mean, hidden=(128, 128)):
    """DeepONet whose trunk is fixed: the mean and principal components of training outputs.

    Args:
        shape: shape of the input functions with their channels.
        basis: `(features, points, outputs)`, scaled so that the coefficients have variance 1 or
            less.
        mean: `(points, outputs)`.
        hidden: units of each hidden layer of the branch network.

    Input shape: `(batch, *shape)`.
    Output shape: `(batch, points, outputs)`.

    Source: L. Lu et al., arXiv:2111.05512.
    """
    inputs, x = branch_network(shape, hidden, len(basis))
    layer = Basis(*basis.shape, name="basis")
    outputs = layer(x)
    layer.set_weights([basis, mean])
    return keras.Model(inputs, outputs, name="pod_deeponet")


def cnn(shape, outputs, width=32, dilations=(1, 2, 4, 8, 4, 2, 1), periodic=False):
    """Convolutions with dilations, each added to what entered it.

    Args:
        shape: shape of the input functions with their channels, of one or two coordinates.
        outputs: number of output functions.
        width: number of channels.
        dilations: distance of the points that each convolution sees.
        periodic: whether the functions are periodic.

    Input shape: `(batch, *shape)`.
    Output shape: `(batch, *grid, outputs)`.
    """
    dimension = len(shape) - 1
    convolution = layers.Conv1D if dimension == 1 else layers.Conv2D
    inputs = keras.Input(shape, name="functions")
    x = inputs if periodic else AddCoordinates(name="coordinates")(inputs)
    x = layers.Dense(width)(x)
    for dilation in dilations:
        y = WrapAround(2 * dilation)(x) if periodic else x
        padding = "valid" if periodic else "same"
        y = convolution(width, 5, padding=padding, dilation_rate=dilation, activation=gelu)(y)
        x = layers.Add()([x, layers.Dense(width)(y)])
    x = layers.Dense(4 * width, activation=gelu)(x)
    return keras.Model(inputs, layers.Dense(outputs)(x), name="cnn")


@keras.saving.register_keras_serializable("operators")
class Trunk(layers.Layer):
    """Products of coefficients with functions of the coordinates, which a network learns.

    Args:
        count: number of points.
        dimension: number of coordinates.
        hidden: units of each hidden layer.
        features: number of functions for each output.
        outputs: number of outputs.
        periodic: number of coordinates, the first ones, in which the functions are periodic.

    Input shape: `(batch, outputs * features)`.
    Output shape: `(batch, points, outputs)`.
    """

    def __init__(self, count, dimension, hidden, features, outputs, periodic=0, **kwargs):
        super().__init__(**kwargs)
        self.options = {
            **{"count": count, "dimension": dimension, "hidden": tuple(hidden)},
            **{"features": features, "outputs": outputs, "periodic": periodic},
        }
        inputs = keras.Input((dimension,), name="points")
        waves = tuple(range(periodic))
        x = CoordinateFeatures((0.0,) * dimension, (1.0,) * dimension, waves, 6)(inputs)
        for units in hidden:
            x = layers.Dense(units, activation="tanh")(x)
        x = layers.Dense(features * outputs)(x)
        self.network = keras.Model(inputs, x, name="trunk_network")

    def build(self, input_shape):
        shape = self.options["count"], self.options["dimension"]
        self.points = self.add_weight(
            shape=shape, initializer="zeros", trainable=False, name="points"
        )
        self.bias = self.add_weight(
            shape=(self.options["outputs"],), initializer="zeros", name="bias"
        )

    def call(self, coefficients, points=None):
        points = self.points if points is None else points
        return self.multiply(coefficients, self.network(points)) + self.bias

    def multiply(self, coefficients, functions):
        """Return the sums of products, `(batch, points, outputs)`.

        Args:
            coefficients: `(batch, outputs * features)`.
            functions: `(points, outputs * features)`.
        """
        outputs, features = self.options["outputs"], self.options["features"]
        coefficients = ops.reshape(coefficients, (-1, outputs, features))
        functions = ops.reshape(functions, (-1, outputs, features))
        return ops.einsum("bof,pof->bpo", coefficients, functions) / features**0.5

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.options["count"], self.options["outputs"])

    def get_config(self):
        return super().get_config() | self.options


@keras.saving.register_keras_serializable("operators")
class Basis(layers.Layer):
    """A mean function and sums of fixed functions.

    Args:
        features: number of functions.
        count: number of points.
        outputs: number of outputs.

    Input shape: `(batch, features)`.
    Output shape: `(batch, points, outputs)`.
    """

    def __init__(self, features, count, outputs, **kwargs):
        super().__init__(**kwargs)
        self.options = {"features": features, "count": count, "outputs": outputs}

    def build(self, input_shape):
        shape = tuple(self.options.values())
        self.basis = self.add_weight(shape=shape, trainable=False, name="basis")
        self.mean = self.add_weight(shape=shape[1:], trainable=False, name="mean")

    def call(self, coefficients):
        return self.mean + ops.einsum("bf,fpo->bpo", coefficients, self.basis)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.options["count"], self.options["outputs"])

    def get_config(self):
        return super().get_config() | self.options


@keras.saving.register_keras_serializable("operators")
class WrapAround(layers.Layer):
    """Continues periodic functions beyond both ends of each coordinate.

    Args:
        width: number of points at each end.

    Input shape: `(batch, *grid, channels)`.
    """

    def __init__(self, width, **kwargs):
        super().__init__(**kwargs)
        self.width = width

    def call(self, x):
        for axis in range(1, len(x.shape) - 1):
            count = x.shape[axis]
            places = np.arange(-self.width, count + self.width) % count
            x = ops.take(x, places, axis=axis)
        return x

    def compute_output_shape(self, shape):
        return (shape[0], *(n + 2 * self.width for n in shape[1:-1]), shape[-1])

    def get_config(self):
        return super().get_config() | {"width": self.width}


def find_components(values, tolerance=1e-6, most=200):
    """Return principal components of functions, as `pod_deeponet` takes them.

    Args:
        values: `(functions, points, outputs)`, scaled.
        tolerance: share of the variance that is left out.
        most: maximum number of components.

    Returns: the components `(components, points, outputs)` times the standard deviations of their
    coefficients, and the mean.
    """
    mean = values.mean(axis=0)
    flat = (values - mean).reshape(len(values), -1)
    _, sizes, components = np.linalg.svd(flat, full_matrices=False)
    left = 1 - np.cumsum(sizes**2) / np.sum(sizes**2)
    count = int(min(1 + np.sum(left > tolerance), most, len(sizes)))
    deviations = sizes[:count] / len(values) ** 0.5
    return (deviations[:, None] * components[:count]).reshape(count, *values.shape[1:]), mean
