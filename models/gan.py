"""Generative adversarial network: a generator and a discriminator, trained against each other."""

import keras
import tensorflow as tf
from keras import ops

from models.gan_networks import build_discriminator, build_generator

WARM_UP = 10  # steps; the average begins with few of them, or it would keep the initial weights


@keras.saving.register_keras_serializable(package="gan")
class GAN(keras.Model):
    """A generator G draws rows, and a discriminator D scores them: real rows high, drawn ones low.

    Each step moves D, then G, with an optimiser each. What draws in the end is an average of G over
    the last steps, because G itself moves around its best weights.

    Args:
        shape: shape of a row: `(features,)` or `(height, width, channels)`.
        latent: width of the latent space.
        loss: "non-saturating", "hinge" or "minimax", see `score_losses`.
        penalty: weight of the gradient penalty R1, penalty / 2 * E|dD/dx|^2 at real rows.
        averaging: share of the average that a step keeps; 0 for no average.
        shares: share of each class among the rows; () if rows have no class.
        hidden, filters, activation, categories, batch_normalisation, spectral_normalisation: see
            `models.gan_networks`.
        seed: seed of the latent rows of the training.

    Input shapes: latent rows, `(batch, latent)`, and, with classes, `(batch, classes)`, one-hot.
    Output shape: `(batch, *shape)`.

    Source: Goodfellow et al., Generative Adversarial Networks, arXiv:1406.2661; Mescheder et al.,
    arXiv:1801.04406 (R1); Yazici et al., arXiv:1806.04498 (averaging).
    """

    def __init__(
        self, shape, latent, loss="non-saturating", penalty=0.1, averaging=0.999, shares=(),
        hidden=(128, 128, 128), filters=(), activation="relu", categories=(),
        batch_normalisation=False, spectral_normalisation=False, seed=0, name="gan", **kwargs,
    ):  # fmt: skip
        super().__init__(name=name, **kwargs)
        self.options = {
            "shape": tuple(shape), "latent": latent, "loss": loss, "penalty": penalty,
            "averaging": averaging, "shares": tuple(shares), "hidden": tuple(hidden),
            "filters": tuple(filters), "activation": activation, "categories": tuple(categories),
            "batch_normalisation": batch_normalisation,
            "spectral_normalisation": spectral_normalisation, "seed": seed,
        }  # fmt: skip
        self.latent, self.kind, self.penalty = latent, loss, penalty
        self.averaging, self.shares = averaging, tuple(shares)
        layout = tuple(shape), latent, len(shares), hidden, filters[::-1], activation
        last = tuple(categories), batch_normalisation
        self.generator = build_generator(*layout, *last)
        self.average = build_generator(*layout, *last, name="average")
        self.average.set_weights(self.generator.get_weights())
        self.discriminator = build_discriminator(
            tuple(shape), len(shares), hidden, filters, activation, spectral_normalisation
        )
        self.random = keras.random.SeedGenerator(seed)
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.discriminator_mean = keras.metrics.Mean(name="discriminator_loss")
        self.distance_mean = keras.metrics.Mean(name="distance")
        self.built = True

    def call(self, inputs):
        return self.average(inputs, training=False)

    def train_step(self, batch):
        """Move the discriminator, then the generator, then the average.

        Args:
            batch: rows, or `(rows, class)` with the class one-hot.
        """
        x, label = unpack(batch)
        count = ops.shape(x)[0]
        drawn = self.generator([self.draw_latent(count), *label], training=True)
        with tf.GradientTape() as tape:
            with tf.GradientTape() as slope_tape:
                slope_tape.watch(x)
                real = self.discriminator([x, *label], training=True)
            slope = ops.reshape(slope_tape.gradient(real, x), (count, -1))
            drawn = self.discriminator([drawn, *label], training=True)
            loss, _ = score_losses(self.kind, real, drawn)
            penalty = self.penalty / 2 * ops.mean(ops.sum(ops.square(slope), axis=-1))
            total = loss + penalty
        weights = self.discriminator.trainable_weights
        self.discriminator_optimizer.apply(tape.gradient(total, weights), weights)
        self.discriminator_mean.update_state(loss, count)

        latent = self.draw_latent(count)
        with tf.GradientTape() as tape:
            drawn = self.generator([latent, *label], training=True)
            scores = self.discriminator([drawn, *label], training=True)
            _, loss = score_losses(self.kind, real, scores)
        weights = self.generator.trainable_weights
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.loss_mean.update_state(loss, count)
        self.update_average()
        return {metric.name: metric.result() for metric in self.metrics[:2]}

    def test_step(self, batch):
        """Measure the distance of as many samples to rows, always of the same latent rows."""
        x, label = unpack(batch)
        latent = tf.random.stateless_normal((ops.shape(x)[0], self.latent), (0, 0))
        self.distance_mean.update_state(energy_distance(x, self([latent, *label])), ops.shape(x)[0])
        return {"distance": self.distance_mean.result()}

    def draw_latent(self, count):
        return keras.random.normal((count, self.latent), seed=self.random)

    def update_average(self):
        steps = ops.cast(self.optimizer.iterations, "float32")
        kept = ops.minimum(self.averaging, steps / (steps + WARM_UP))
        trainable = {id(weight) for weight in self.average.trainable_weights}
        for average, weight in zip(self.average.weights, self.generator.weights, strict=True):
            moving = id(average) in trainable  # what batch normalisation counts is an average
            average.assign(weight + kept * (average - weight) if moving else weight)

    def draw(self, count, seed, label=-1):
        """Return new rows, `(count, *shape)`: the same ones for the same seed.

        Args:
            count, seed: int32 tensors.
            label: number of the class, int32; -1 draws classes as often as the training rows have
                them.
        """
        return self.decode(tf.random.stateless_normal([count, self.latent], [seed, 0]), label, seed)

    def decode(self, latent, label=-1, seed=0):
        """Return the rows of latent rows, `(batch, *shape)`; arguments as for `draw`."""
        if not self.shares:
            return self([latent])
        logits, count = tf.math.log([self.shares]), tf.shape(latent)[0]
        drawn = tf.random.stateless_categorical(logits, count, [seed, 1], "int32")[0]
        classes = tf.where(label < 0, drawn, label)  # (batch,)
        return self([latent, tf.one_hot(classes, len(self.shares))])

    @property
    def metrics(self):
        return [self.loss_mean, self.discriminator_mean, self.distance_mean]

    def get_metrics_result(self):
        """Return the losses while training, and the distance while testing."""
        return {metric.name: metric.result() for metric in self.metrics if metric.count > 0}

    def get_config(self):
        return {**self.options, "name": self.name}

    def get_compile_config(self):
        """Keep no optimiser in `model.keras`: Keras knows how to restore one of the two only."""


def unpack(batch):
    """Return rows, and a list of their classes, empty without classes."""
    x, label, _ = keras.utils.unpack_x_y_sample_weight(batch)
    return x, [] if label is None else [label]


def score_losses(kind, real, drawn):
    """Return the losses of the discriminator and of the generator, given scores.

    With the probability P = 1 / (1 + exp(-score)) that a row is real:

        minimax         D: -log P(real) - log(1 - P(drawn))     G: log(1 - P(drawn))
        non-saturating  D: the same                             G: -log P(drawn)
        hinge           D: max(0, 1 - real) + max(0, 1 + drawn) G: -drawn

    The generator's loss of the minimax game is flat where the discriminator is sure.
    "non-saturating" is binary cross-entropy with the label "real" for drawn rows.

    Args:
        kind: "non-saturating", "hinge" or "minimax".
        real, drawn: scores, `(batch, 1)`.

    Source: Goodfellow et al., arXiv:1406.2661; Lim and Ye, arXiv:1705.02894 (hinge).
    """
    if kind == "hinge":
        return ops.mean(ops.relu(1 - real)) + ops.mean(ops.relu(1 + drawn)), -ops.mean(drawn)
    losses = ops.mean(ops.softplus(-real)) + ops.mean(ops.softplus(drawn))
    if kind == "minimax":
        return losses, -ops.mean(ops.softplus(drawn))
    return losses, ops.mean(ops.softplus(-drawn))


def energy_distance(first, second):
    """Return 2 E|x - y| - E|x - x'| - E|y - y'|, over all pairs of rows; it is never negative.

    Args:
        first, second: `(rows, ...)`. Rows of the same distribution have a distance of about
            E|x - x'| * (1 / rows + 1 / other rows).

    Source: Szekely and Rizzo, Energy Statistics, Journal of Statistical Planning and Inference
    143 (2013).
    """
    first, second = (ops.reshape(x, (ops.shape(x)[0], -1)) for x in (first, second))

    def mean_distance(x, y):
        squares = ops.sum(ops.square(x), axis=1)[:, None] + ops.sum(ops.square(y), axis=1)
        return ops.mean(ops.sqrt(ops.relu(squares - 2 * ops.matmul(x, ops.transpose(y)))))

    within = mean_distance(first, first) + mean_distance(second, second)
    return 2 * mean_distance(first, second) - within
