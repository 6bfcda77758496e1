"""Long repeats of a text: what followed when the last characters stood earlier."""

import numpy as np
import tensorflow as tf

LENGTHS = (5, 6, 8, 10, 12, 16, 20, 24, 32)  # characters that must agree
FACTOR = 6364136223846793005  # Knuth's, for hashing in 64 bits
SHARES = 1 / (1 + np.exp(-np.linspace(-7, 7, 281)))


class Copies:
    """Predicts the next character by the last place where the same characters stood.

    The longest of the `LENGTHS` that is found counts. Its prediction gets a share of the
    probability, and the network the rest; how large a share depends on that length.

    Args:
        memory: characters before each text, by their number, `(characters,)`.
        shares: share for each length, `(lengths + 1,)`; the first is for no repeat, and 0.
    """

    def __init__(self, memory, shares):
        self.memory, self.shares = np.asarray(memory, "int32"), np.asarray(shares, "float32")

    def find(self, codes):
        """Return what earlier places predict for each character, and by which length.

        Args:
            codes: `(characters,)`.

        Returns: numbers of characters, -1 for none, and numbers of lengths, 0 for none.
        """
        whole = tf.concat([self.memory, codes], axis=0)
        count = tf.size(whole)
        padded = tf.pad(tf.cast(whole, "int64") + 1, [[LENGTHS[-1], 0]])
        key, factor = tf.zeros(count, "int64"), np.uint64(1)
        predicted, length = tf.fill([count], -1), tf.zeros(count, "int32")
        for back in range(1, LENGTHS[-1] + 1):
            start = LENGTHS[-1] - back
            key += padded[start : start + count] * factor.astype("int64")
            with np.errstate(over="ignore"):
                factor *= np.uint64(FACTOR)
            if back in LENGTHS:
                previous = find_previous(key)
                is_found = previous >= 0
                followed = tf.gather(whole, tf.maximum(previous, 0))
                predicted = tf.where(is_found, followed, predicted)
                length = tf.where(is_found, 1 + LENGTHS.index(back), length)
        return predicted[len(self.memory) :], length[len(self.memory) :]

    def mix(self, codes, probabilities):
        """Return the probabilities of a text with those of the copies.

        Args:
            codes: `(characters,)`.
            probabilities: probability of each by the network, `(characters,)`.
        """
        predicted, length = self.find(codes)
        share = tf.gather(self.shares, length)
        return (1 - share) * probabilities + share * tf.cast(predicted == codes, "float32")


def find_previous(keys):
    """Return the last earlier place with the same key for each place, -1 if there is none."""
    order = tf.argsort(keys, stable=True)
    ordered = tf.gather(keys, order)
    before = tf.where(ordered[1:] == ordered[:-1], order[:-1], -1)
    before = tf.concat([[-1], before], axis=0)
    return tf.scatter_nd(order[:, None], before + 1, tf.shape(keys)) - 1


def fit_shares(memory, codes, probabilities):
    """Return the share for each length under which a text is most probable.

    Args:
        memory: characters before the text, `(characters,)`.
        codes: the text, which the network was not trained on, `(characters,)`.
        probabilities: probability of each of its characters by the network, `(characters,)`.
    """
    nothing = np.zeros(len(LENGTHS) + 1)
    predicted, length = (np.asarray(x) for x in Copies(memory, nothing).find(codes))
    is_right, shares = predicted == codes, nothing
    for number in range(1, len(shares)):
        p, right = (x[length == number] for x in (np.asarray(probabilities), is_right))
        logs = np.log((1 - SHARES) * p[:, None] + SHARES * right[:, None])
        # As if it had been wrong once more: a few repeats are no proof.
        shares[number] = SHARES[np.argmax(logs.sum(axis=0) + np.log(1 - SHARES))]
    return shares
