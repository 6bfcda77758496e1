"""Normalizing flow: an invertible network from data to a standard normal, by couplings."""

import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from models.dense import hidden_layers

EDGE = 4.0  # in standard deviations; a spline is the identity outside of [-EDGE, EDGE]
SMALLEST = 1e-3  # width and height of a bin as a fraction of the interval; derivative at a knot
SHRINKAGES = (1e-6, 1e-3, 0.01, 0.1, 0.3, 1.0)
LARGEST_LOG = 2.0  # of the scale of an affine coupling


@keras.saving.register_keras_serializable(package="flow")
class Flow(keras.Model):
    """Invertible network x -> z with z standard normal: log p(x) = log N(z) + log|det dz/dx|.

    A triangular linear layer, then couplings. Each coupling transforms half of the columns, with
    parameters that a dense network computes from the other half; the order of the columns changes
    in between. The couplings begin as the identity, so with `start_from_gaussian` the flow begins
    as the Gaussian of the data.

    Args:
        features: number of columns.
        couplings: number of couplings.
        hidden, activation: units and activation of the hidden layers of each coupling.
        coupling: "spline" (monotonic, rational-quadratic) or "affine" (scale and shift).
        bins: bins of a spline.
        noise: width of the uniform noise added to each column in training, `(features,)`; () for
            none. It spreads whole numbers, whose density would be infinite.
        seed: seed of the orders of the columns and of the noise.

    Input shape: `(batch, features)`, with mean 0 and standard deviation 1.
    Output: z, `(batch, features)`, and log|det dz/dx|, `(batch,)`.

    Source: Dinh et al., Density Estimation Using Real NVP, arXiv:1605.08803; Durkan et al., Neural
    Spline Flows, arXiv:1906.04032.
    """

    def __init__(
        self, features, couplings=6, hidden=(64, 64), activation="relu", coupling="spline",
        bins=16, noise=(), seed=0, name="flow", **kwargs,
    ):  # fmt: skip
        super().__init__(name=name, **kwargs)
        self.options = {
            "features": features, "couplings": couplings, "hidden": tuple(hidden),
            "activation": activation, "coupling": coupling, "bins": bins,
            "noise": tuple(noise), "seed": seed,
        }  # fmt: skip
        self.features, self.noise = features, tuple(noise)
        self.linear = Triangular(features, name="linear")
        kind = {"spline": SplineCoupling, "affine": AffineCoupling}[coupling]
        size = {"bins": bins} if coupling == "spline" else {}
        self.couplings = [
            kind(order, hidden, activation, name=f"coupling_{number}", **size)
            for number, order in enumerate(choose_orders(features, couplings, seed), start=1)
        ]
        self.random = keras.random.SeedGenerator(seed)
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.build((None, features))

    def build(self, input_shape):
        for layer in (self.linear, *self.couplings):
            layer.build(input_shape)
        self.built = True

    def call(self, x):
        log_determinant = ops.zeros_like(x[:, 0])
        for layer in (self.linear, *self.couplings):
            x, change = layer(x)
            log_determinant += change
        return x, log_determinant

    def inverse(self, z):
        """Return x, `(batch, features)`, for z, in closed form."""
        for layer in (*reversed(self.couplings), self.linear):
            z = layer.inverse(z)
        return z

    def log_prob(self, x):
        """Return the log density of each row in nats, `(batch,)`."""
        z, log_determinant = self(x)
        normal = -0.5 * ops.sum(ops.square(z), axis=-1)
        return normal - 0.5 * self.features * math.log(2 * math.pi) + log_determinant

    def train_step(self, batch):
        (x,) = batch
        if any(self.noise):
            noise = keras.random.uniform(ops.shape(x), seed=self.random)
            x = x + noise * ops.convert_to_tensor(self.noise, x.dtype)
        with tf.GradientTape() as tape:
            loss = -ops.mean(self.log_prob(x))  # negative log likelihood
        weights = self.trainable_weights
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.loss_mean.update_state(loss, ops.shape(x)[0])
        return {"loss": self.loss_mean.result()}

    def test_step(self, batch):
        (x,) = batch
        self.loss_mean.update_state(-ops.mean(self.log_prob(x)), ops.shape(x)[0])
        return {"loss": self.loss_mean.result()}

    @property
    def metrics(self):
        return [self.loss_mean]

    def get_config(self):
        return {**self.options, "name": self.name}


def start_from_gaussian(model, rows, validation):
    """Make a flow begin as the Gaussian with the covariance of rows.

    The covariance is shrunk towards its diagonal by the share that suits other rows best: that of
    few rows with many columns is singular.

    Args:
        model: `Flow` whose couplings are the identity.
        rows, validation: `(rows, features)`, as the model takes them for training and testing.
    """
    covariance = np.atleast_2d(np.cov(rows, rowvar=False))
    covariance += np.diag(np.resize(model.noise or 0.0, model.features) ** 2 / 12)
    diagonal = np.diag(np.diag(covariance))

    def whiten(shrinkage):  # z = L^-1 x
        shrunk = (1 - shrinkage) * covariance + shrinkage * diagonal
        return np.linalg.inv(np.linalg.cholesky(shrunk))

    def loss(matrix):
        z = validation @ matrix.T
        return np.square(z).sum(axis=1).mean() / 2 - np.log(np.diag(matrix)).sum()

    matrix = min(map(whiten, SHRINKAGES), key=loss)
    model.linear.set_weights([np.log(np.diag(matrix)), np.tril(matrix, -1)])


def choose_orders(features, couplings, seed):
    """Return the order of the columns for each coupling, tuples of column numbers.

    The first half is kept and the second half transformed. Each second order is the one before it
    in reverse, so that two couplings transform every column.
    """
    random = np.random.default_rng(seed)
    orders, order = [], list(range(features))
    for number in range(couplings):
        if number % 2:
            order = order[::-1]
        elif number:
            order = random.permutation(features).tolist()
        orders.append(tuple(order))
    return orders


@keras.saving.register_keras_serializable(package="flow")
class Triangular(layers.Layer):
    """z = L x with a lower triangular L whose diagonal is positive; it begins as the identity.

    Args:
        features: number of columns.

    Input shape: `(batch, features)`.
    Output: `(batch, features)`, and the log determinant, `(batch,)`.
    """

    def __init__(self, features, **kwargs):
        super().__init__(**kwargs)
        self.features = features

    def build(self, input_shape):
        self.log_diagonal = self.add_weight(shape=(self.features,), initializer="zeros")
        self.below = self.add_weight(shape=(self.features, self.features), initializer="zeros")

    def matrix(self):
        below = self.below * np.tril(np.ones((self.features, self.features), "float32"), -1)
        return below + ops.diag(ops.exp(self.log_diagonal))

    def call(self, x):
        log_determinant = ops.sum(self.log_diagonal) + ops.zeros_like(x[:, 0])
        return ops.matmul(x, ops.transpose(self.matrix())), log_determinant

    def inverse(self, z):
        x = tf.linalg.triangular_solve(self.matrix(), tf.transpose(z), lower=True)
        return tf.transpose(x)  # (batch, features)

    def get_config(self):
        return {**super().get_config(), "features": self.features}


class Coupling(layers.Layer):
    """Transforms some columns, with parameters that a dense network computes from the others.

    A subclass defines `transform` and `restore`, and how many parameters they take.

    Args:
        order: column numbers; the first half is kept, the second half transformed. A single column
            is transformed with parameters that are the same for all rows.
        hidden, activation: units and activation of the hidden layers.
        parameters: parameters of each transformed column.

    Input shape: `(batch, features)`.
    Output: `(batch, features)`, and the log determinant, `(batch,)`.
    """

    def __init__(self, order, hidden, activation, parameters, **kwargs):
        super().__init__(**kwargs)
        self.order, self.hidden, self.activation = tuple(order), tuple(hidden), activation
        self.kept, self.changed = self.order[: len(order) // 2], self.order[len(order) // 2 :]
        self.back = tuple(np.argsort(self.order).tolist())
        inputs = keras.Input((max(1, len(self.kept)),))
        x = hidden_layers(inputs, hidden, dropout=0.0, activation=activation, l2=0.0)
        x = layers.Dense(len(self.changed) * parameters, kernel_initializer="zeros")(x)
        outputs = layers.Reshape((len(self.changed), parameters))(x)
        self.conditioner = keras.Model(inputs, outputs, name=f"{self.name}_conditioner")

    def build(self, input_shape):
        self.built = True

    def split(self, x):
        """Return the columns to keep, those to change, and the parameters of the latter."""
        kept, changed = take(x, self.kept), take(x, self.changed)
        known = kept if self.kept else ops.ones_like(x)
        return kept, changed, self.conditioner(known)  # (batch, changed, parameters)

    def join(self, kept, changed):
        """Return the columns in their usual order."""
        return take(ops.concatenate([kept, changed], axis=-1), self.back)

    def call(self, x):
        kept, changed, parameters = self.split(x)
        changed, log_derivative = self.transform(changed, parameters)
        return self.join(kept, changed), ops.sum(log_derivative, axis=-1)

    def inverse(self, z):
        """Return x, `(batch, features)`, for the layer's output."""
        kept, changed, parameters = self.split(z)
        return self.join(kept, self.restore(changed, parameters))

    def get_config(self):
        options = {"order": self.order, "hidden": self.hidden, "activation": self.activation}
        return super().get_config() | options


def take(x, columns):
    """Return some columns of `(batch, features)`, in this order."""
    if not columns:
        return x[:, :0]
    return ops.concatenate([x[:, column : column + 1] for column in columns], axis=-1)


@keras.saving.register_keras_serializable(package="flow")
class AffineCoupling(Coupling):
    """z = exp(s) x + t with s bounded, since the inverse divides by exp(s)."""

    def __init__(self, order, hidden, activation, **kwargs):
        super().__init__(order, hidden, activation, parameters=2, **kwargs)

    def transform(self, x, parameters):
        log_scale = LARGEST_LOG * ops.tanh(parameters[..., 0])
        return x * ops.exp(log_scale) + parameters[..., 1], log_scale

    def restore(self, z, parameters):
        return (z - parameters[..., 1]) * ops.exp(-LARGEST_LOG * ops.tanh(parameters[..., 0]))


@keras.saving.register_keras_serializable(package="flow")
class SplineCoupling(Coupling):
    """A monotonic spline of rational quadratic pieces on [-EDGE, EDGE], the identity outside.

    With the position t from 0 to 1 in a bin of width w, height h and slope s = h/w, and the
    derivatives d0 and d1 at its knots,

        z = z0 + h (s t^2 + d0 t(1-t)) / (s + (d0 + d1 - 2s) t(1-t)).

    Args:
        bins: number of bins.
    """

    def __init__(self, order, hidden, activation, bins, **kwargs):
        self.bins = bins
        super().__init__(order, hidden, activation, parameters=3 * bins - 1, **kwargs)

    def get_config(self):
        return super().get_config() | {"bins": self.bins}

    def find_knots(self, parameters):
        """Return widths and heights of the bins, `(..., bins)`, and derivatives at their left and
        right knots; the outermost derivatives are 1, so that the tails continue smoothly."""
        widths, heights, inner = ops.split(parameters, [self.bins, 2 * self.bins], axis=-1)
        share = 1 - self.bins * SMALLEST
        widths, heights = (
            2 * EDGE * (SMALLEST + share * ops.softmax(sizes)) for sizes in (widths, heights)
        )
        # Zero parameters give derivatives of 1: the identity.
        inner = SMALLEST + (1 - SMALLEST) / math.log(2) * ops.softplus(inner)
        one = ops.ones_like(widths[..., :1])
        left, right = (ops.concatenate(parts, axis=-1) for parts in ((one, inner), (inner, one)))
        return widths, heights, left, right

    def find_bin(self, values, sizes, parameters):
        """Return w, h, d0, d1 of the bin that each value is in, and where the bin begins.

        Args:
            values: `(batch, changed)`, in [-EDGE, EDGE].
            sizes: 0 if the values are measured along the widths, 1 if along the heights.
            parameters: `(batch, changed, 3 * bins - 1)`.
        """
        knots = self.find_knots(parameters)
        starts = [ops.cumsum(x, axis=-1) - x - EDGE for x in knots[:2]]  # (batch, changed, bins)
        reached = ops.cast(values[..., None] >= starts[sizes][..., 1:], values.dtype)
        one = ops.ones_like(reached[..., :1])
        # 1 for the last knot that the value has reached; sums are faster than gathering.
        chosen = ops.concatenate([one, reached], axis=-1) - ops.concatenate(
            [reached, ops.zeros_like(one)], axis=-1
        )
        return [ops.sum(chosen * x, axis=-1) for x in (*knots, *starts)]

    def transform(self, x, parameters):
        inside = ops.abs(x) < EDGE
        w, h, d0, d1, x0, z0 = self.find_bin(ops.clip(x, -EDGE, EDGE), 0, parameters)
        # Also clipped: outside, the unused branch must not give infinite gradients.
        t = ops.clip((x - x0) / w, 0.0, 1.0)
        s, product = h / w, t * (1 - t)
        below = s + (d0 + d1 - 2 * s) * product
        z = z0 + h * (s * t * t + d0 * product) / below
        above = d1 * t * t + 2 * s * product + d0 * (1 - t) ** 2
        log_derivative = 2 * ops.log(s) + ops.log(above) - 2 * ops.log(below)
        return ops.where(inside, z, x), ops.where(inside, log_derivative, 0.0)

    def restore(self, z, parameters):
        inside = ops.abs(z) < EDGE
        w, h, d0, d1, x0, z0 = self.find_bin(ops.clip(z, -EDGE, EDGE), 1, parameters)
        y, s = ops.clip((z - z0) / h, 0.0, 1.0), h / w
        curvature = d0 + d1 - 2 * s
        # The root of a t^2 + b t + c = 0 in [0, 1], in the form that loses no digits.
        a, b, c = s - d0 + y * curvature, d0 - y * curvature, -s * y
        t = 2 * c / (-b - ops.sqrt(ops.maximum(b * b - 4 * a * c, 0.0)))
        return ops.where(inside, x0 + w * t, z)
