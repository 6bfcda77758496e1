"""A language model that reads and writes text: characters, their bits, and new characters."""

import numpy as np
import tensorflow as tf

CODE_POINTS = 1_114_112  # characters that Unicode has room for
WINDOWS_AT_ONCE = 64
OLD_SHARE = 2  # all but the first window predict their last half: that much has been read before


class TextModel:
    """Text in and out, for a language model that knows the characters by their number.

    A character that is not in the alphabet gets a small probability, 1 / (`seen` + 1), shared by
    all characters of Unicode: the probabilities of all texts of a length add up to 1. The network
    reads it as the usual character.

    Args:
        model: `models.language.LanguageModel`.
        alphabet: str of the characters that the model knows, sorted.
        usual: number of the most frequent character.
        window: characters that the model reads at once at most; an even number.
        seen: characters that the model was trained on.
        copies: `models.copies.Copies` that take part in `score`; None for none.
    """

    def __init__(self, model, alphabet, usual, window, seen, copies=None):
        self.model, self.usual, self.window, self.copies = model, usual, window, copies
        self.points = np.array([ord(letter) for letter in alphabet], "int32")
        # A text is read as if a line had ended before it.
        self.start = alphabet.index("\n") if "\n" in alphabet else usual
        self.bits_of_known = -float(np.log2(seen / (seen + 1)))
        self.bits_of_unknown = float(np.log2(seen + 1) + np.log2(CODE_POINTS))

    def read(self, text):
        """Return the number of each character, `(characters,)`, and whether it is known."""
        points, alphabet = tf.strings.unicode_decode(text, "UTF-8"), tf.constant(self.points)
        codes = tf.minimum(tf.searchsorted(alphabet, points), len(self.points) - 1)
        is_known = tf.gather(alphabet, codes) == points
        return tf.where(is_known, codes, self.usual), is_known

    def write(self, codes):
        """Return the text of numbers, `(characters,)`."""
        return tf.strings.unicode_encode(tf.gather(self.points, codes), "UTF-8")

    def logits(self, text):
        """Return the logits of each character of a text, given those before: `(characters, V)`."""
        return self.read_all(self.read(text)[0])

    def score(self, text):
        """Return the bits of each character, those by the network alone, which are others if there
        are copies, and whether it is known, each `(characters,)`."""
        codes, is_known = self.read(text)
        nats = tf.nn.sparse_softmax_cross_entropy_with_logits(codes, self.read_all(codes))
        alone = self.to_bits(nats, is_known)
        if not self.copies:
            return alone, alone, is_known
        mixed = -tf.math.log(self.copies.mix(codes, tf.exp(-nats)))
        return self.to_bits(mixed, is_known), alone, is_known

    def to_bits(self, nats, is_known):
        bits = nats / np.log(2) + self.bits_of_known
        return tf.where(is_known, bits, self.bits_of_unknown)

    def attention(self, text):
        """Return how much each of the first characters reads from each, within a window.

        Output shape: `(blocks, heads, characters, characters)`.
        """
        codes = self.read(text)[0][: self.window]
        return self.model.attention(codes[None])[:, 0]

    def read_all(self, codes):
        """Return the logits of each character, of a text of any length: `(characters, V)`.

        Windows begin half a window apart. The first predicts all of its characters, the others the
        last half, so that each character is predicted from at least half a window, or from all
        there is.
        """
        half = self.window // OLD_SHARE
        count = tf.size(codes)
        windows = 1 + tf.maximum(0, -(-(count - self.window) // half))
        places = tf.range(windows)[:, None] * half + tf.range(self.window)  # (windows, window)
        read = tf.concat([[self.start], codes], axis=0)[:count]  # what is read before each
        read = tf.pad(read, [[0, places[-1, -1] + 1 - count]])

        def predict(first):
            return self.model(tf.gather(read, places[first : first + WINDOWS_AT_ONCE]))

        def body(first, parts):
            return first + WINDOWS_AT_ONCE, tf.concat([parts, predict(first)], axis=0)

        size = len(self.points)
        shape = tf.TensorShape([None, self.window, size])
        _, logits = tf.while_loop(
            lambda first, _: first < windows,
            body,
            (0, tf.zeros((0, self.window, size))),
            (tf.TensorShape([]), shape),
            parallel_iterations=1,
        )  # (windows, window, V)
        first, others = logits[0], logits[1:, self.window - half :]
        return tf.concat([first, tf.reshape(others, (-1, size))], axis=0)[:count]

    def generate(self, prompt, count, temperature, top_k, seed):
        """Return `count` new characters that go on after a prompt, `(characters,)`.

        The model keeps what it has read (keys and values, or states) and reads one character a
        step. At the end of a window it reads the last half of it again, as the first half of the
        next one.

        Args:
            prompt: text to go on after; only its last half window is read.
            count: number of characters.
            temperature: the logits are divided by it; 0 takes the most probable character.
            top_k: number of characters, the most probable ones, among which to draw; 0 for all.
            seed: seed of the draws.
        """
        codes = self.read(prompt)[0]
        written = tf.concat([[self.start], codes], axis=0)
        total = tf.size(written) + count

        def write_window(written):
            read = written[-(self.window // OLD_SHARE) :]
            logits, caches = self.model.step(read[None], self.model.empty_caches(1), 0)
            first, length = tf.size(read), tf.size(written)
            most = tf.minimum(self.window - first, total - length)
            new = tf.TensorArray("int32", most, element_shape=())

            def body(number, logits, caches, new):
                index = tf.stack([seed, length + number])
                code = draw(logits, temperature, top_k, index)
                logits, caches = self.model.step(code[None, None], caches, first + number)
                return number + 1, logits[0, -1], caches, new.write(number, code)

            # The keys and values of attention grow along their second axis.
            shapes = tf.nest.map_structure(
                lambda x: tf.TensorShape([1, None, *x.shape[2:]] if x.shape.rank > 2 else x.shape),
                caches,
            )
            _, _, _, new = tf.while_loop(
                lambda number, *_: number < most,
                body,
                (0, logits[0, -1], caches, new),
                (tf.TensorShape([]), tf.TensorShape([len(self.points)]), shapes, None),
                parallel_iterations=1,
            )
            return (tf.concat([written, new.stack()], axis=0),)

        (written,) = tf.while_loop(
            lambda written: tf.size(written) < total,
            write_window,
            (written,),
            (tf.TensorShape([None]),),
            parallel_iterations=1,
        )
        return written[1 + tf.size(codes) :]


def draw(logits, temperature, top_k, seed):
    """Return the number of a character drawn from logits, `(V,)`."""
    size = tf.size(logits)
    most = tf.where(top_k < 1, size, tf.minimum(top_k, size))
    smallest = tf.sort(logits, direction="DESCENDING")[most - 1]
    kept = tf.where(logits >= smallest, logits, -np.inf)
    # Scaled from the largest one down: tiny temperatures overflow else.
    scaled = (kept - tf.reduce_max(logits)) / tf.maximum(temperature, 1e-6)
    drawn = tf.random.stateless_categorical(scaled[None], 1, seed, dtype="int32")[0, 0]
    return tf.where(temperature > 0, drawn, tf.argmax(logits, output_type="int32"))
