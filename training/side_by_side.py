"""Many small dense classifiers trained side by side, as one computation.

The first axis of every array of weights counts the networks. Each has its own settings, draws
its own rows, and minimises its own loss: the sum of all losses has the gradients of each.
"""

from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

EPSILON, MOMENTUM = 1e-3, 0.9  # of batch normalisation


class Settings(NamedTuple):
    """Settings of each network, arrays `(networks,)`.

    Args:
        l2: lambda of the loss term lambda * (sum of squared weights).
        dropout: fraction of units dropped after each hidden layer.
        scale: factor of the initial weights, 1 as in He et al., arXiv:1502.01852.
        normalise: whether batch normalisation stands before each activation.
        units: units of each hidden layer that take part; the others answer 0.
    """

    l2: np.ndarray
    dropout: np.ndarray
    scale: np.ndarray
    normalise: np.ndarray
    units: np.ndarray


PLAIN = {"l2": 0.0, "dropout": 0.0, "scale": 1.0, "normalise": False, "units": 10**6}


def make_settings(networks, **values):
    """Return settings as in `PLAIN`, except for those given; a number stands for all networks."""
    return Settings(*(np.broadcast_to(value, networks) for value in (PLAIN | values).values()))


class SideBySide:
    """Dense networks with ReLU, of the same shape.

    Args:
        features, hidden, classes: numbers of inputs, of units of each hidden layer, of classes.
        settings: `Settings`.
        seed: seed of the initial weights, of the rows and of dropout.
        learning_rate: learning rate of Adam.
    """

    def __init__(self, features, hidden, classes, settings, seed=0, learning_rate=1e-3):
        self.settings, self.hidden = settings, hidden
        self.networks = len(settings.l2)
        random = np.random.default_rng(seed)
        self.kernels, self.biases, self.gains, self.means, self.variances = [], [], [], [], []
        for below, units in zip((features, *hidden), (*hidden, classes), strict=True):
            # The units that take part count, not those that answer 0.
            inputs = np.minimum(below, settings.units) if self.kernels else below
            std = settings.scale * np.sqrt(2 / inputs)
            shape = (self.networks, below, units)
            kernel = random.normal(size=shape) * np.reshape(std, (-1, 1, 1))
            self.kernels.append(keras.Variable(kernel, dtype="float32"))
            self.biases.append(self.make(np.zeros, units))
        for units in hidden:
            self.gains.append(self.make(np.ones, units))
            self.means.append(self.make(np.zeros, units, trainable=False))
            self.variances.append(self.make(np.ones, units, trainable=False))
        self.weights = [*self.kernels, *self.biases, *self.gains]
        self.state = [*self.weights, *self.means, *self.variances]
        self.optimizer = keras.optimizers.Adam(learning_rate)
        self.optimizer.build(self.weights)
        self.random = tf.random.Generator.from_seed(seed)
        self.best, self.lowest = None, np.full(self.networks, np.inf)

    def make(self, fill, units, trainable=True):
        return keras.Variable(fill((self.networks, units)), trainable=trainable, dtype="float32")

    def each(self, values, rank=3):
        """Return a setting as a tensor that fits `(networks, batch, units)`."""
        return tf.reshape(tf.constant(values, "float32"), [-1] + [1] * (rank - 1))

    def forward(self, x, training=False):
        """Return logits `(networks, batch, classes)` of inputs `(networks, batch, features)`."""
        settings = self.settings
        for layer, units in enumerate(self.hidden):
            z = x @ self.kernels[layer].value + self.biases[layer].value[:, None]
            if settings.normalise.any():
                z = tf.where(
                    self.each(settings.normalise) > 0, self.normalise(layer, z, training), z
                )
            taking_part = np.arange(units) < settings.units[:, None]
            x = tf.nn.relu(z) * tf.constant(taking_part[:, None], "float32")
            if training and settings.dropout.any():
                rate = self.each(settings.dropout)
                kept = self.random.uniform(tf.shape(x)) >= rate
                x = tf.where(kept, x / (1 - rate), 0.0)
        return x @ self.kernels[-1].value + self.biases[-1].value[:, None]

    def normalise(self, layer, z, training):
        # The bias that is there anyway would be lost, so it is added after the division.
        mean, variance = self.means[layer], self.variances[layer]
        bias = self.biases[layer].value[:, None]
        if training:
            now, spread = tf.nn.moments(z - bias, axes=[1])  # (networks, units)
            mean.assign(MOMENTUM * mean.value + (1 - MOMENTUM) * now)
            variance.assign(MOMENTUM * variance.value + (1 - MOMENTUM) * spread)
        else:
            now, spread = mean.value, variance.value
        scale = self.gains[layer].value * tf.math.rsqrt(spread + EPSILON)
        return (z - bias - now[:, None]) * scale[:, None] + bias

    def compile(self, draw):
        """Return a function that trains for some steps.

        Args:
            draw: function of a `tf.random.Generator` that returns a batch,
                `(networks, batch, features)` and labels `(networks, batch)`.
        """

        @tf.function
        def train(steps):
            for _ in tf.range(steps):
                x, y = draw(self.random)
                with tf.GradientTape() as tape:
                    logits = self.forward(x, training=True)
                    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
                    squares = [tf.reduce_sum(k.value**2, axis=[1, 2]) for k in self.kernels]
                    loss = tf.reduce_sum(tf.reduce_mean(losses, axis=1))
                    loss += tf.reduce_sum(self.each(self.settings.l2, 1) * tf.add_n(squares))
                gradients = tape.gradient(
                    loss, [v.value for v in self.weights], unconnected_gradients="zero"
                )
                self.optimizer.apply(gradients, self.weights)

        # Traced once for any number of steps.
        traced = train.get_concrete_function(tf.TensorSpec((), "int32"))
        return lambda steps: traced(tf.constant(steps))

    def keep_best(self, losses):
        """Keep the weights of the networks whose validation loss `(networks,)` is the lowest."""
        improved = losses < self.lowest
        self.lowest = np.where(improved, losses, self.lowest)
        now = [variable.numpy() for variable in self.state]
        if self.best is None:
            self.best = now
        self.best = [
            np.where(improved.reshape([-1] + [1] * (new.ndim - 1)), new, old)
            for new, old in zip(now, self.best, strict=True)
        ]

    def to_dense(self, best=False):
        """Return `[(W, b), ...]`, `(networks, inputs, units)` and `(networks, units)`.

        Batch normalisation becomes part of the weights; `best` takes the weights of early stopping.
        """
        state = self.best if best else [variable.numpy() for variable in self.state]
        layers, deep = [], len(self.hidden)
        kernels, rest = state[: deep + 1], state[deep + 1 :]
        biases, gains, means, variances = (
            rest[: deep + 1],
            *(rest[deep + 1 + n * deep : deep + 1 + (n + 1) * deep] for n in range(3)),
        )
        for layer, (W, b) in enumerate(zip(kernels, biases, strict=True)):
            if layer < deep:
                scale = gains[layer] / np.sqrt(variances[layer] + EPSILON)
                normalise = self.settings.normalise[:, None]
                b = np.where(normalise, b - means[layer] * scale, b)
                W = np.where(normalise[..., None], W * scale[:, None], W)
                taking_part = np.arange(W.shape[-1]) < self.settings.units[:, None]
                W, b = W * taking_part[:, None], b * taking_part
            layers.append((W, b))
        return layers


def measure(logits, labels, mask=None):
    """Return cross-entropy and accuracy of each network, `(networks,)` each.

    Args:
        logits: `(networks, rows, classes)`.
        labels: `(rows,)` or `(networks, rows)`.
        mask: rows that count, `(networks, rows)`; None for all.
    """
    logits = np.asarray(logits, "float64")
    labels = np.broadcast_to(labels, logits.shape[:2])
    mask = np.ones(labels.shape) if mask is None else mask
    shifted = logits - logits.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    losses = -np.take_along_axis(logs, labels[..., None], axis=-1)[..., 0]
    right = logits.argmax(axis=-1) == labels
    count = mask.sum(axis=1)
    return (losses * mask).sum(axis=1) / count, (right * mask).sum(axis=1) / count
