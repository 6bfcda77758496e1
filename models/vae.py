"""Variational autoencoder: from a row to a distribution of codes, and back to one of rows."""

import keras
import tensorflow as tf
from keras import layers, ops

from models.dense import hidden_layers
from models.likelihoods import Gaussian, Likelihood

LARGEST_LOG_STD = 6.0  # of a code, up or down: neither the code nor its divergence overflows
LOWEST = -1e30  # of a log weight, before the first one is known
DRAWS_AT_ONCE = 10  # of the codes of each row, which bounds the memory


@keras.saving.register_keras_serializable(package="vae")
class VAE(keras.Model):
    """Encoder q(z|x) = N(mean, std) and decoder p(x|z), fitted by the evidence lower bound.

    The loss of a row is -E_q[log p(x|z)] + beta * KL(q(z|x) || N(0, 1)) in nats: a sum over
    features and latent units, and a mean over rows.

    Args:
        blocks: distributions of the features, see `models.likelihoods.Likelihood`.
        latent: width of the latent space.
        hidden, activation: hidden layers of the encoder; the decoder has them in reverse order.
        spread: whether a number has the same standard deviation in all rows ("column"), or the
            decoder returns one for each row ("row").
        beta: factor of the divergence.
        free_bits: nats of the divergence of each latent unit that cost nothing in training.
        warm_up: steps in which the divergence's factor grows from 0 to beta.
        noise: width of the uniform noise added to each feature in training, `(features,)`; () for
            none. It spreads whole numbers, whose density would be infinite.
        seed: seed of the codes and of the noise.

    Input shape: `(batch, features)`; numbers with mean 0 and standard deviation 1, pixels from 0
    to 1, categories as 0 and 1.
    Output shape: `(batch, features)`, the restored rows.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, arXiv:1312.6114; Higgins et al.,
    beta-VAE (2017); free bits from Kingma et al., arXiv:1606.04934.
    """

    def __init__(
        self, blocks, latent=8, hidden=(500, 500), activation="relu", spread="column", beta=1.0,
        free_bits=0.0, warm_up=0, noise=(), seed=0, name="vae", **kwargs,
    ):  # fmt: skip
        super().__init__(name=name, **kwargs)
        self.options = {
            "blocks": tuple(map(tuple, blocks)), "latent": latent, "hidden": tuple(hidden),
            "activation": activation, "spread": spread, "beta": beta, "free_bits": free_bits,
            "warm_up": warm_up, "noise": tuple(noise), "seed": seed,
        }  # fmt: skip
        self.likelihood, self.latent, self.noise = Likelihood(blocks), latent, tuple(noise)
        self.beta, self.free_bits, self.warm_up = beta, free_bits, warm_up
        features = sum(self.likelihood.widths)
        self.encoder = build_encoder(features, latent, hidden, activation)
        self.decoder = build_decoder(latent, self.likelihood, hidden[::-1], activation, spread)
        self.random = keras.random.SeedGenerator(seed)
        names = "loss", "reconstruction", "divergence"
        self.means = {name: keras.metrics.Mean(name=name) for name in names}
        self.build((None, features))

    def build(self, input_shape):
        self.built = True  # both parts are, as they are Functional models

    def call(self, x):
        return self.likelihood.centre(self.decoder(self.encoder(x)[0]))

    def measure(self, x, normal):
        """Return log p(x|z), `(batch,)`, and the divergence of each unit, `(batch, latent)`.

        Args:
            x: `(batch, features)`.
            normal: standard normal numbers, `(batch, latent)`.
        """
        mean, log_std = self.encoder(x)
        z = mean + ops.exp(log_std) * normal
        return self.likelihood.log_prob(x, self.decoder(z)), divergence(mean, log_std)

    def train_step(self, batch):
        x, *_ = keras.utils.unpack_x_y_sample_weight(batch)
        if any(self.noise):
            uniform = keras.random.uniform(ops.shape(x), -0.5, 0.5, seed=self.random)
            x = x + uniform * ops.convert_to_tensor(self.noise, x.dtype)
        normal = keras.random.normal((ops.shape(x)[0], self.latent), seed=self.random)
        with tf.GradientTape() as tape:
            log_prob, unit_divergence = self.measure(x, normal)
            costs = ops.maximum(ops.mean(unit_divergence, axis=0), self.free_bits)  # (latent,)
            loss = -ops.mean(log_prob) + self.divergence_factor() * ops.sum(costs)
        weights = self.trainable_weights
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return self.update_means(log_prob, unit_divergence)

    def spread_whole(self, x, shape, seed):
        """Return rows with uniform noise of a shape added to whole numbers, if there are any."""
        if not any(self.noise):
            return x
        uniform = tf.random.stateless_uniform(shape, seed, -0.5, 0.5)
        return x + uniform * tf.constant(self.noise, x.dtype)

    def test_step(self, batch):
        """Measure the loss without warm-up and free bits, with the same codes in every epoch."""
        x, *_ = keras.utils.unpack_x_y_sample_weight(batch)
        normal = tf.random.stateless_normal((tf.shape(x)[0], self.latent), (0, 0))
        return self.update_means(*self.measure(x, normal))

    def divergence_factor(self):
        if not self.warm_up:
            return self.beta
        steps = ops.cast(self.optimizer.iterations, "float32")
        return self.beta * ops.minimum(1.0, steps / self.warm_up)

    def update_means(self, log_prob, unit_divergence):
        reconstruction = -ops.mean(log_prob)
        total = ops.mean(ops.sum(unit_divergence, axis=-1))
        values = reconstruction + self.beta * total, reconstruction, total
        for metric, value in zip(self.metrics, values, strict=True):
            metric.update_state(value, ops.shape(log_prob)[0])
        return {name: metric.result() for name, metric in self.means.items()}

    def score(self, x, draws):
        """Return what the model says about rows, in nats: a dictionary of `(batch,)`.

        All rows have the same random numbers, so a row's score is the same in every batch and
        process; whole numbers are spread as in training. `elbo` is `reconstruction` minus
        `divergence`, a lower bound of log p(x). `log_prob` is the importance-weighted estimate,
        log 1/K sum_k p(x|z_k) p(z_k) / q(z_k|x), a bound that rises to log p(x) with K.

        Args:
            x: `(batch, features)`.
            draws: number K of codes for each row, a multiple of `DRAWS_AT_ONCE`.

        Source: Burda et al., Importance Weighted Autoencoders, arXiv:1509.00519.
        """
        mean, log_std = self.encoder(x)

        def add(number, total, largest, weights):
            normal = tf.random.stateless_normal((DRAWS_AT_ONCE, 1, self.latent), [0, number])
            rows = self.spread_whole(x, (DRAWS_AT_ONCE, 1, x.shape[-1]), [1, number])
            z = mean + tf.exp(log_std) * normal  # (draws at once, batch, latent)
            flat = self.decoder(tf.reshape(z, (-1, self.latent)))
            parameters = tf.reshape(flat, (DRAWS_AT_ONCE, -1, flat.shape[-1]))
            log_prob = self.likelihood.log_prob(rows, parameters)
            prior = tf.reduce_sum(tf.square(normal) - tf.square(z), axis=-1) / 2
            log_weight = log_prob + prior + tf.reduce_sum(log_std, axis=-1)
            most = tf.maximum(largest, tf.reduce_max(log_weight, axis=0))
            new = tf.reduce_sum(tf.exp(log_weight - most), axis=0)
            weights = weights * tf.exp(largest - most) + new
            return number + 1, total + tf.reduce_sum(log_prob, axis=0), most, weights

        zeros = tf.zeros_like(x[:, 0])
        start = 0, zeros, zeros + LOWEST, zeros
        calls = draws // DRAWS_AT_ONCE
        _, total, largest, weights = tf.while_loop(lambda number, *sums: number < calls, add, start)
        reconstruction = total / draws
        total_divergence = tf.reduce_sum(divergence(mean, log_std), axis=-1)
        return {
            "elbo": reconstruction - total_divergence,
            "log_prob": largest + tf.math.log(weights / draws),
            "reconstruction": reconstruction,
            "divergence": total_divergence,
        }

    @property
    def metrics(self):
        return list(self.means.values())

    def get_config(self):
        return {**self.options, "name": self.name}


def divergence(mean, log_std):
    """Return KL(N(mean, std) || N(0, 1)) of each latent unit in nats."""
    return 0.5 * (ops.square(mean) + ops.exp(2 * log_std) - 1) - log_std


def build_encoder(features, latent, hidden, activation):
    """Dense network from a row to the mean and the logarithm of the std of its code."""
    inputs = keras.Input((features,), name="features")
    x = hidden_layers(inputs, hidden, dropout=0.0, activation=activation, l2=0.0)
    mean = layers.Dense(latent, name="mean")(x)
    log_std = layers.Dense(latent, name="raw_log_std")(x)
    log_std = LARGEST_LOG_STD * ops.tanh(log_std / LARGEST_LOG_STD)
    return keras.Model(inputs, [mean, log_std], name="encoder")


def build_decoder(latent, likelihood, hidden, activation, spread):
    """Dense network from a code to the parameters of the likelihood."""
    inputs = keras.Input((latent,), name="latent")
    x = hidden_layers(inputs, hidden, dropout=0.0, activation=activation, l2=0.0)
    outputs = []
    for number, block in enumerate(likelihood.blocks):
        if isinstance(block, Gaussian) and spread == "column":
            means = layers.Dense(block.width, name=f"means_{number}")(x)
            outputs += [means, Constant(block.width, name=f"log_std_{number}")(x)]
        else:
            outputs.append(layers.Dense(block.parameters, name=f"parameters_{number}")(x))
    outputs = layers.Concatenate()(outputs) if len(outputs) > 1 else outputs[0]
    return keras.Model(inputs, outputs, name="decoder")


@keras.saving.register_keras_serializable(package="vae")
class Constant(layers.Layer):
    """The same numbers for all rows, which are learned: a Dense layer's bias without its kernel.

    Args:
        units: how many numbers.

    Input shape: `(batch, ...)`.
    Output shape: `(batch, units)`.
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        self.values = self.add_weight(shape=(self.units,), initializer="zeros", name="values")

    def call(self, x):
        return self.values + ops.zeros((ops.shape(x)[0], self.units), self.values.dtype)

    def get_config(self):
        return {**super().get_config(), "units": self.units}
