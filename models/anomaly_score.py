"""The score of an anomaly: several opinions, each in standard deviations of normal rows."""

import numpy as np
import tensorflow as tf

NEIGHBOURS = 10
BANK = 2000  # training rows that distances are measured to
RIDGE = 0.1  # added to the variances of scaled features
FLOOR = 1e-6


class AnomalyScore:
    """Scores rows that are encoded as features, by an autoencoder and normal rows.

    The opinions are: the error of the reconstruction; the mean distance of the latent code to those
    of the nearest normal training rows, as a multiple of the distances among these; for tables also
    the distance from the mean of the normal rows by their covariance (Mahalanobis), and how far out
    single columns are (`TailSurprise`); for pictures also the surprise of a network that recognises
    symmetries. Each is replaced by its logarithm and standardised on normal rows held out, and the
    score is their mean.

    The p-value of a row is the share of held-out normal rows that look at least as unusual, so
    false alarms are as frequent as asked, whatever the score is worth.

    Args:
        encoder, decoder: the halves of the autoencoder.
        train: features of normal training rows, `(rows, features)`.
        held_out: features of normal rows that were not trained on.
        surprise: function of features to `(rows,)`; None for tables.

    Source: M. Breunig et al., LOF, SIGMOD 2000 (distances relative to those of the neighbours);
    V. Vovk et al., Algorithmic Learning in a Random World, 2005 (p-value).
    """

    def __init__(self, encoder, decoder, train, held_out, surprise=None):
        self.encoder, self.decoder, self.surprise = encoder, decoder, surprise
        bank = train[np.random.default_rng(0).permutation(len(train))[:BANK]]
        self.bank = tf.constant(encoder.predict(bank, verbose=0, batch_size=1024))
        distances, _ = self.find_nearest(self.bank, NEIGHBOURS + 1)
        self.spacing = tf.reduce_mean(
            distances[:, 1:], axis=-1
        )  # without a row's distance to itself
        if surprise is None:
            self.mean = tf.constant(train.mean(axis=0))
            covariance = np.cov(train, rowvar=False).reshape(2 * train.shape[1:])
            inverse = np.linalg.inv(covariance + RIDGE * np.eye(len(covariance)))
            self.inverse = tf.constant(inverse.astype("float32"))
            self.tails = TailSurprise(train)
        found = self.measure_all(held_out)
        self.centre = tf.constant(found.mean(axis=0))
        self.scale = tf.constant(found.std(axis=0) + FLOOR)
        scores = ((found - self.centre.numpy()) / self.scale.numpy()).mean(axis=1)
        self.normal_scores = tf.constant(np.sort(scores).astype("float32"))

    def measure_all(self, rows, batch=1024):
        """Return the opinions about many rows as an array, `(rows, opinions)`."""
        starts = range(0, len(rows), batch)
        return np.concatenate([self.measure(tf.constant(rows[a : a + batch])) for a in starts])

    def measure(self, features):
        """Return the logarithm of each opinion, `(batch, opinions)`."""
        code = self.encoder(features)
        residual = tf.reduce_mean(tf.square(features - self.decoder(code)), axis=-1)
        distances, rows = self.find_nearest(code, NEIGHBOURS)
        spacing = tf.reduce_mean(tf.gather(self.spacing, rows), axis=-1)
        distance = tf.reduce_mean(distances, axis=-1) / (spacing + FLOOR)
        if self.surprise is None:
            shift = features - self.mean
            far = tf.reduce_mean(shift * tf.matmul(shift, self.inverse), axis=-1)
            further = [far, self.tails(features)]
        else:
            further = [self.surprise(features)]
        return tf.math.log(tf.stack([residual, distance, *further], axis=-1) + FLOOR)

    def find_nearest(self, code, count):
        """Return the distances to the nearest training rows, and their numbers, `(batch, count)`
        each, the nearest first."""
        # |a - b|^2 = |a|^2 - (2ab - |b|^2), without an array of (batch, bank, latent). The first
        # term is the same for all training rows, so it is added for the nearest ones alone.
        nearness = tf.matmul(code, 2 * self.bank, transpose_b=True)
        nearness -= tf.reduce_sum(tf.square(self.bank), axis=-1)
        nearest = tf.math.top_k(nearness, min(count, len(self.bank)))
        squares = tf.reduce_sum(tf.square(code), axis=-1, keepdims=True) - nearest.values
        return tf.sqrt(tf.maximum(squares, 0.0)), nearest.indices

    def score(self, features):
        """Return the score of each row, `(batch,)`; near 0 for normal rows."""
        return tf.reduce_mean((self.measure(features) - self.centre) / self.scale, axis=-1)

    def p_value(self, score):
        """Return the share of normal rows with such a score or a larger one, `(batch,)`."""
        held_out = len(self.normal_scores)
        below = tf.searchsorted(self.normal_scores, score, side="left")
        return tf.cast(held_out - below + 1, "float32") / (held_out + 1)


class TailSurprise:
    """How far out the columns of a row are: the sum of -log of their tail probabilities.

    The probability of a value is the share of the training rows beyond it, on the left or on the
    right. The surprise is the largest of three sums: over the left tails, over the right tails, and
    over the longer tail of each column, which its skewness tells. It has no parameters.

    Args:
        train: features of normal training rows, `(rows, features)`.

    Source: Z. Li et al., ECOD, arXiv:2201.00382.
    """

    def __init__(self, train):
        order = np.sort(train[np.random.default_rng(0).permutation(len(train))[:BANK]], axis=0)
        self.sorted = tf.constant(order.T)  # (features, rows)
        self.left_is_longer = tf.constant(((train - train.mean(axis=0)) ** 3).mean(axis=0) < 0)

    def __call__(self, features):
        """Return the surprise of each row, `(batch,)`."""
        count, values = self.sorted.shape[1], tf.transpose(features)
        below = tf.searchsorted(self.sorted, values, side="right")
        above = count - tf.searchsorted(self.sorted, values, side="left")
        left, right = (
            -tf.math.log(tf.cast(tf.transpose(rows) + 1, "float32") / (count + 1))
            for rows in (below, above)
        )
        longer = tf.where(self.left_is_longer, left, right)
        return tf.reduce_max([tf.reduce_sum(x, axis=-1) for x in (left, right, longer)], axis=0)
