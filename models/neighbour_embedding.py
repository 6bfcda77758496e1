"""Neighbour embedding: codes in which a row is nearer to its neighbours than to other rows."""

import keras
import tensorflow as tf
from keras import layers, ops

from models.dense import hidden_layers

NEGATIVES = 512  # rows of a batch that are compared with; bounds the memory
# The time grows with the pixels times the square of the filters.
SMALL, FILTERS, LARGE_FILTERS = 16 * 16, (32, 64, 128), (16, 32, 64)
# Of pictures: the largest turn in radians, and the others as parts of the size.
TURN, SHIFT, ZOOM, SHEAR = 0.2, 0.08, 0.15, 0.15


def code_encoder(num_features, latent, hidden, activation="relu", shape=(), filters=()):
    """Encoder of rows by a dense network, or of flattened pictures by a convolutional one.

    Args:
        num_features: width of a row.
        latent: width of the code.
        hidden: units of the hidden layers; of pictures the last one follows the convolutions.
        activation: activation of the hidden layers; convolutions have a relu.
        shape: height, width and channels of a picture; () for other rows.
        filters: of each convolution; pictures are halved after it while they have 4 pixels. () for
            32, 64 and 128, or half as many if the picture is large.

    Input shape: `(batch, num_features)`.
    Output shape: `(batch, latent)`.
    """
    inputs = keras.Input((num_features,), name="features")
    x = inputs
    if shape:
        x = layers.Reshape(shape)(x)
        for count in filters or (FILTERS if shape[0] * shape[1] <= SMALL else LARGE_FILTERS):
            x = layers.Conv2D(count, 3, padding="same", activation="relu")(x)
            x = layers.MaxPooling2D()(x) if min(x.shape[1:3]) >= 4 else x
        x, hidden = layers.Flatten()(x), hidden[-1:]
    x = hidden_layers(x, hidden, dropout=0.0, activation=activation, l2=0.0)
    return keras.Model(inputs, layers.Dense(latent, name="code")(x), name="encoder")


class NeighbourEmbedding(keras.Model):
    """Trains an encoder so that the code of a row is near to those of its neighbours.

    For a row i, a neighbour j and the other rows k of the batch, with the similarity
    q_ij = 1 / (1 + |z_i - z_j|^2), the loss is the mean of

        -log(q_ij / (q_ij + sum over k of q_ik))

    In training, pictures are turned, shifted and zoomed at random, each of a pair in its own way,
    so that the code does not depend on it.

    Args:
        encoder: `keras.Model` from rows to codes.
        rows: features of all rows, `(rows, features)`; a batch has row numbers only.
        neighbours: row numbers of the neighbours of each row, `(rows, neighbours)`.
        shape: height, width and channels of a picture; () for other rows.

    Source: Damrich et al., From t-SNE to UMAP with Contrastive Learning, arXiv:2206.01816; of the
    turned pictures Boehm et al., t-SimCNE, arXiv:2210.09879.
    """

    def __init__(self, encoder, rows, neighbours, shape=(), **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.shape = encoder, tuple(shape)
        self.rows = tf.constant(rows)
        self.neighbours = tf.constant(neighbours, "int32")
        self.random = keras.random.SeedGenerator()
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.built = True

    def call(self, x):
        return self.encoder(x)

    def train_step(self, batch):
        numbers, *_ = keras.utils.unpack_x_y_sample_weight(batch)
        count = self.neighbours.shape[1]
        drawn = keras.random.randint(ops.shape(numbers), 0, count, seed=self.random)
        with tf.GradientTape() as tape:
            loss = self.measure(numbers, drawn, deform=bool(self.shape))
        weights = self.encoder.trainable_weights
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        self.loss_mean.update_state(loss, ops.shape(numbers)[0])
        return {"loss": self.loss_mean.result()}

    def test_step(self, batch):
        numbers, *_ = keras.utils.unpack_x_y_sample_weight(batch)
        loss = self.measure(numbers, numbers % self.neighbours.shape[1])
        self.loss_mean.update_state(loss, ops.shape(numbers)[0])
        return {"loss": self.loss_mean.result()}

    def measure(self, numbers, drawn, deform=False):
        """Return the loss of a batch.

        Args:
            numbers: row numbers, `(batch,)`.
            drawn: which of its neighbours each row is compared with, `(batch,)`.
            deform: whether to deform the rows, which are pictures, at random.
        """
        others = ops.take_along_axis(ops.take(self.neighbours, numbers, axis=0), drawn[:, None], 1)
        pairs = ops.take(self.rows, ops.concatenate([numbers, others[:, 0]]), axis=0)
        if deform:
            pairs = deform_pictures(pairs, self.shape, self.random)
        return contrast(*ops.split(self.encoder(pairs), 2))

    @property
    def metrics(self):
        return [self.loss_mean]


def contrast(a, b):
    """Return the loss of `NeighbourEmbedding` for codes of rows and of their neighbours.

    Args:
        a, b: `(batch, latent)` each.
    """
    near = -ops.log1p(ops.sum(ops.square(a - b), axis=-1))  # log of the similarity, (batch,)
    others = b[:NEGATIVES]
    # |a - b|^2 = |a|^2 - 2ab + |b|^2, without an array of (batch, negatives, latent).
    squares = ops.sum(ops.square(a), -1)[:, None] + ops.sum(ops.square(others), -1)
    squares = ops.maximum(squares - 2 * ops.matmul(a, ops.transpose(others)), 0.0)
    is_own = ops.arange(ops.shape(a)[0])[:, None] == ops.arange(ops.shape(others)[0])
    far = ops.where(is_own, -1e9, -ops.log1p(squares))
    return ops.mean(ops.logsumexp(ops.concatenate([near[:, None], far], 1), axis=1) - near)


def deform_pictures(rows, shape, seed):
    """Turn, zoom, shear and shift each flattened picture at random, `(batch, pixels)`.

    Args:
        rows: `(batch, pixels)`.
        shape: height, width and channels.
        seed: `keras.random.SeedGenerator`.
    """
    height, width, _ = shape
    drawn = keras.random.uniform((ops.shape(rows)[0], 5), -1, 1, seed=seed)
    turn, zoom, shear = TURN * drawn[:, 0], ops.exp(ZOOM * drawn[:, 1]), SHEAR * drawn[:, 2]
    cos, sin = zoom * ops.cos(turn), zoom * ops.sin(turn)
    # An output pixel (x, y) shows the input at (a x + b y + c, d x + e y + f); the middle stays.
    a, b, d, e = cos, shear - sin, sin, cos
    x, y = (width - 1) / 2, (height - 1) / 2
    c = x - a * x - b * y + SHIFT * width * drawn[:, 3]
    f = y - d * x - e * y + SHIFT * height * drawn[:, 4]
    zero = ops.zeros_like(a)
    pictures = ops.image.affine_transform(
        ops.reshape(rows, (-1, *shape)), ops.stack([a, b, c, d, e, f, zero, zero], axis=1)
    )
    return ops.reshape(pictures, ops.shape(rows))
