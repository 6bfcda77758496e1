"""Normalizing flow: an invertible network from data to a standard normal, by couplings."""

import math

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from models.couplings import AffineCoupling, SplineCoupling

SHRINKAGES = (1e-6, 1e-3, 0.01, 0.1, 0.3, 1.0)  # shares of the diagonal in a covariance


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
        x, *_ = keras.utils.unpack_x_y_sample_weight(batch)
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
        x, *_ = keras.utils.unpack_x_y_sample_weight(batch)
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
