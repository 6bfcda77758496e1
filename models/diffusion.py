"""Diffusion: a network that moves noise to data along a path, fitted by flow matching."""

import math

import keras
import numpy as np
import tensorflow as tf
from keras import ops

ROWS_AT_ONCE, PICTURES_AT_ONCE = 2**15, 256  # that are drawn, to bound the memory
DENSITY_STEPS = 20  # along the path to a log density


@keras.saving.register_keras_serializable(package="diffusion")
class Diffusion(keras.Model):
    """Moves noise to data: the velocity of each row on a quarter circle from noise to data.

    Noise and data, both with mean 0 and standard deviation 1, are mixed at an angle a from 0 (noise
    alone) to pi/2 (data alone):

        x = cos(a) noise + sin(a) data,    dx/da = cos(a) data - sin(a) noise.

    The network F(x, a) learns the mean of dx/da over all pairs of noise and data that meet at x.
    Rows that follow dx/da = F from noise end as samples of the data. F = 0 is the best answer that
    does not depend on x, and moves nothing: a Gaussian. Its loss is 1.

    Args:
        network: from `models.diffusion_networks`.
        mean, std: mean and standard deviation of the data, a number or one for each feature.
        noise: width of the uniform noise that is added to each feature in training; () for none.
        decay: decay of the moving average of the weights. It begins smaller, so that the initial
            weights are forgotten.
        seed: seed of the noise and the times.

    Input shapes: `(batch, *shape)` and the time, `(batch, 1)`.
    Output shape: `(batch, *shape)`, the velocity by the averaged weights.

    Source: Y. Lipman et al., Flow Matching for Generative Modeling, arXiv:2210.02747; the circle
    from M. Albergo, E. Vanden-Eijnden, arXiv:2209.15571; the average from Y. Song, S. Ermon,
    arXiv:2006.09011.
    """

    def __init__(
        self, network, mean=0.0, std=1.0, noise=(), decay=0.999, seed=0, name="diffusion", **kwargs
    ):
        super().__init__(name=name, **kwargs)
        self.options = {
            "mean": mean,
            "std": std,
            "noise": list(noise),
            "decay": decay,
            "seed": seed,
        }
        self.network, self.decay = network, decay
        self.average = keras.models.clone_model(network)
        self.average.set_weights(network.get_weights())
        self.average.trainable = False
        self.shape = network.output.shape[1:]
        self.center, self.scale = np.asarray(mean, "float32"), np.asarray(std, "float32")
        self.noise = np.asarray(noise, "float32")
        self.random = keras.random.SeedGenerator(seed)
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.built = True

    def call(self, x, time):
        return self.average([x, time])

    def standardise(self, x):
        return (x - self.center) / self.scale

    def mix(self, x, noise, time):
        """Return noise and data mixed at a time, and the velocity there, `(batch, *shape)` each."""
        a = ops.reshape(find_angle(time), (-1, *[1] * len(self.shape)))
        data = self.standardise(x)
        return ops.cos(a) * noise + ops.sin(a) * data, ops.cos(a) * data - ops.sin(a) * noise

    def train_step(self, batch):
        x, *_ = keras.utils.unpack_x_y_sample_weight(batch)
        if self.noise.any():
            spread = keras.random.uniform(ops.shape(x), -0.5, 0.5, seed=self.random)
            x = x + self.noise * spread
        noise = keras.random.normal(ops.shape(x), seed=self.random)
        time = keras.random.uniform((ops.shape(x)[0], 1), seed=self.random)
        mixed, velocity = self.mix(x, noise, time)
        with tf.GradientTape() as tape:
            found = self.network([mixed, time], training=True)
            loss = ops.mean(ops.square(found - velocity))
        weights = self.network.trainable_weights
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.average_weights()
        self.loss_mean.update_state(loss, ops.shape(x)[0])
        return {"loss": self.loss_mean.result()}

    def average_weights(self):
        """Move the average a little to the present weights."""
        step = ops.cast(self.optimizer.iterations, "float32")
        decay = ops.minimum(self.decay, (1 + step) / (10 + step))
        for average, weight in zip(self.average.weights, self.network.weights, strict=True):
            average.assign(decay * average + (1 - decay) * weight)

    def test_step(self, batch):
        """Score the averaged weights, with the same noise and times in every epoch."""
        x, *_ = keras.utils.unpack_x_y_sample_weight(batch)
        rows = ops.shape(x)[0]
        noise = tf.random.stateless_normal(ops.shape(x), (0, 0))
        time = (ops.arange(rows, dtype="float32")[:, None] + 0.5) / ops.cast(rows, "float32")
        mixed, velocity = self.mix(x, noise, time)
        loss = ops.mean(ops.square(self(mixed, time) - velocity))
        self.loss_mean.update_state(loss, rows)
        return {"loss": self.loss_mean.result()}

    def velocity(self, x, angle):
        """Return F at an angle that all rows share, `(batch, *shape)`."""
        return self(x, tf.fill([tf.shape(x)[0], 1], find_time(angle)))

    def step(self, x, number, steps):
        """Return x after step `number` of `steps` steps from noise to data."""
        (x,) = runge_kutta(lambda state, a: [self.velocity(*state, a)], [x], number, steps)
        return x

    def draw_noise(self, count, seed, temperature=1.0):
        """Return the noise at which samples begin, `(count, *shape)`."""
        shape = tf.stack([count, *self.shape])
        return temperature * tf.random.stateless_normal(shape, tf.stack([seed, 0]))

    def draw(self, count, seed, steps, temperature=1.0):
        """Return samples, `(count, *shape)`.

        Args:
            count, seed, steps: integer scalars.
            temperature: standard deviation of the noise; samples vary less if it is below 1.
        """

        def follow(x):
            return tf.foldl(lambda x, k: self.step(x, k, steps), tf.range(steps), x)

        at_once = PICTURES_AT_ONCE if len(self.shape) == 3 else ROWS_AT_ONCE
        x = apply_in_parts(follow, self.draw_noise(count, seed, temperature), at_once)
        return self.center + self.scale * x

    def follow_path(self, count, seed, steps, temperature=1.0):
        """Return the whole path of each sample, noise first, `(count, steps + 1, *shape)`."""
        noise = self.draw_noise(count, seed, temperature)
        path = tf.scan(lambda x, k: self.step(x, k, steps), tf.range(steps), noise)
        path = tf.concat([noise[None], path], axis=0)  # (steps + 1, count, *shape)
        rest = range(2, 2 + len(self.shape))
        return self.center + self.scale * tf.transpose(path, [1, 0, *rest])

    def denoise(self, x, level):
        """Return the mean of the data given noisy rows, `(batch, *shape)`.

        Args:
            x: data with Gaussian noise, `(batch, *shape)`.
            level: standard deviation of the noise, in standard deviations of the data.
        """
        a = np.pi / 2 - tf.atan(level)
        mixed = tf.sin(a) * self.standardise(x)
        data = tf.sin(a) * mixed + tf.cos(a) * self.velocity(mixed, a)
        return self.center + self.scale * data

    def log_prob(self, x, steps=DENSITY_STEPS):
        """Return the log density of rows in nats, `(batch,)`.

        Along the path, d log p(x)/da = -div F. Both are integrated back to the noise, where the
        density is known; the divergence is exact.
        """

        def find_rates(state, angle):
            x, _ = state
            with tf.GradientTape(persistent=True) as tape:
                tape.watch(x)
                found = self.velocity(x, angle)
                parts = tf.unstack(found, axis=1)
            slopes = [tape.gradient(part, x)[:, k] for k, part in enumerate(parts)]
            return found, tf.add_n(slopes)

        def step(state, number):
            return tuple(runge_kutta(find_rates, state, steps - number, steps, forward=-1))

        x = tf.cast(self.standardise(x), "float32")
        noise, total = tf.foldl(step, tf.range(steps), (x, tf.zeros_like(x[:, 0])))
        normal = -0.5 * tf.reduce_sum(tf.square(noise) + math.log(2 * math.pi), axis=1)
        return normal + total - np.log(self.scale * np.ones(self.shape)).sum()

    @property
    def metrics(self):
        return [self.loss_mean]

    def get_config(self):
        network = keras.saving.serialize_keras_object(self.network)
        return {"network": network, **self.options, "name": self.name}

    @classmethod
    def from_config(cls, config):
        network = keras.saving.deserialize_keras_object(config.pop("network"))
        return cls(network, **config)


def find_angle(time):
    """Return the angle at a time from 0 (noise) to 1 (data).

    Even times are dense near the data, where the details are decided.
    """
    return np.pi / 2 * (1 - (1 - time) ** 2)


def find_time(angle):
    """Return the time at which `find_angle` is an angle."""
    return 1 - tf.sqrt(tf.maximum(1 - angle / (np.pi / 2), 0))


def runge_kutta(find_rates, state, number, steps, forward=1):
    """Return a state after one of `steps` steps of Runge and Kutta's method of fourth order.

    Args:
        find_rates: function from a state and an angle to the derivatives of the state.
        state: list of tensors.
        number: number of the step, at which the state is given.
        steps: number of steps from noise to data, at even times.
        forward: 1 towards the data, -1 back.
    """
    first, last = (
        find_angle(tf.cast(n, "float32") / tf.cast(steps, "float32"))
        for n in (number, number + forward)
    )
    turn = last - first

    def move(rates, turn):
        return [x + turn * rate for x, rate in zip(state, rates, strict=True)]

    rates_1 = find_rates(state, first)
    rates_2 = find_rates(move(rates_1, turn / 2), first + turn / 2)
    rates_3 = find_rates(move(rates_2, turn / 2), first + turn / 2)
    rates_4 = find_rates(move(rates_3, turn), last)
    rates = zip(rates_1, rates_2, rates_3, rates_4, strict=True)
    return move([(k1 + 2 * k2 + 2 * k3 + k4) / 6 for k1, k2, k3, k4 in rates], turn)


def apply_in_parts(function, x, at_once):
    """Return `function(x)`, applied to at most `at_once` rows at a time."""
    rows = tf.shape(x)[0]
    parts = tf.maximum(1, -(-rows // at_once))
    size = -(-rows // parts)
    missing = [[0, parts * size - rows], *[[0, 0]] * (x.shape.rank - 1)]
    x = tf.reshape(tf.pad(x, missing), tf.concat([[parts, size], tf.shape(x)[1:]], axis=0))
    y = tf.map_fn(function, x, parallel_iterations=1)
    return tf.reshape(y, (-1, *y.shape[2:]))[:rows]
