"""Language models: the probability of the next character, given those before it.

log p(text) = sum over t of log p(c_t | c_1 ... c_t-1)
"""

import keras
from keras import layers, ops

from models.attention import TransformerBlock

# Odd factors that scatter the codes of a few characters over the rows of a table.
FACTORS = (1, 40503, 2654435, 19349663, 83492791, 73856093, 15485863, 32452843)
RECURRENT = {"gru": layers.GRU, "lstm": layers.LSTM}


def transformer(
    alphabet, width=128, depth=2, heads=4, ngrams=4, rows=2**14, dropout=0.1, ngram_dropout=0.0
):
    """Transformer that reads each character together with the few before it.

    Args:
        alphabet: number of different characters.
        width: numbers that describe a position; a multiple of twice the heads.
        depth: number of blocks.
        heads: number of heads of each attention.
        ngrams: number of characters, the last one included, that are looked up in tables.
        rows: rows of each table for several characters.
        dropout: fraction dropped of what the blocks add.
        ngram_dropout: fraction dropped of the rows for several characters.

    Input shape: `(batch, time)`, characters by their number.
    Output shape: `(batch, time, alphabet)`, logits of the next character.
    """
    inputs = keras.Input((None,), dtype="int32", name="codes")
    x = NgramEmbedding(alphabet, width, ngrams, rows, ngram_dropout, name="embedding")(inputs)
    for number in range(depth):
        x = TransformerBlock(heads, dropout, name=f"block_{number + 1}")(x)
    x = layers.RMSNormalization(name="norm")(x)
    outputs = layers.Dense(alphabet, name="logits")(x)  # (batch, time, alphabet)
    return LanguageModel(inputs, outputs, name="transformer")


def recurrent(
    kind, alphabet, width=128, depth=1, ngrams=4, rows=2**14, dropout=0.1, ngram_dropout=0.0
):
    """GRU or LSTM layers, for the same input and output as `transformer`.

    Args:
        kind: "gru" or "lstm".
        alphabet, width, depth, ngrams, rows: as of `transformer`; each layer has `width` units.
        dropout, ngram_dropout: as of `transformer`.
    """
    inputs = keras.Input((None,), dtype="int32", name="codes")
    x = NgramEmbedding(alphabet, width, ngrams, rows, ngram_dropout, name="embedding")(inputs)
    for number in range(depth):
        x = RecurrentBlock(kind, dropout, name=f"{kind}_{number + 1}")(x)
    x = layers.RMSNormalization(name="norm")(x)
    outputs = layers.Dense(alphabet, name="logits")(x)
    return LanguageModel(inputs, outputs, name=kind)


@keras.saving.register_keras_serializable("models")
class NgramEmbedding(layers.Layer):
    """The last character, the last two, the last three, ...: a row of a table for each, added.

    There are more sequences of several characters than rows, so some share a row (hashing).

    Args:
        alphabet: number of different characters.
        width: width of the rows.
        ngrams: number of tables; the first one is for single characters.
        rows: rows of each of the others.
        dropout: fraction of their rows that are dropped in training. Frequent sequences would be
            learned by heart otherwise, and the network behind them would have nothing to learn.

    Input shape: `(batch, time)`. Output shape: `(batch, time, width)`.

    Source: Pagnoni et al., Byte Latent Transformer, arXiv:2412.09871, section 3.2.
    """

    def __init__(self, alphabet, width, ngrams=4, rows=2**14, dropout=0.0, **keywords):
        super().__init__(**keywords)
        self.alphabet, self.width, self.ngrams, self.rows = alphabet, width, ngrams, rows
        self.dropout = dropout
        self.drop = layers.Dropout(dropout, dtype=self.dtype_policy)

    def build(self, shape):
        self.tables = [
            self.add_weight(
                name=f"table_{number + 1}",
                shape=(self.rows if number else self.alphabet, self.width),
                initializer=keras.initializers.RandomNormal(stddev=0.02),
            )
            for number in range(self.ngrams)
        ]

    def call(self, codes):
        return self.look_up(ops.concatenate([self.empty_cache(ops.shape(codes)[0]), codes], 1))

    def step(self, codes, cache, position):
        """Read new characters, given the few before them: `(batch, ngrams - 1)`, -1 for none."""
        codes = ops.concatenate([cache, codes], axis=1)
        return self.look_up(codes), codes[:, ops.shape(codes)[1] - self.ngrams + 1 :]

    def empty_cache(self, batch):
        return ops.full((batch, self.ngrams - 1), -1, "int32")

    def look_up(self, codes):
        """Return the sums of rows for all characters but the first `ngrams - 1`."""
        time = ops.shape(codes)[1] - self.ngrams + 1
        key, x = 0, 0.0
        keep = self.drop(ops.ones((ops.shape(codes)[0], time, self.ngrams), self.compute_dtype))
        for number, table in enumerate(self.tables):
            first = self.ngrams - 1 - number
            code = codes[:, first : first + time]
            key = key + (code + 1) * FACTORS[number]
            rows = ops.take(table, ops.mod(key, self.rows) if number else code, axis=0)
            rows = ops.cast(rows, self.compute_dtype)
            x = x + (rows * keep[:, :, number, None] if number else rows)
        return x

    def compute_output_spec(self, codes):
        return keras.KerasTensor((*codes.shape, self.width), self.compute_dtype)

    def get_config(self):
        names = ("alphabet", "width", "ngrams", "rows", "dropout")
        return super().get_config() | {name: getattr(self, name) for name in names}


@keras.saving.register_keras_serializable("models")
class RecurrentBlock(layers.Layer):
    """A GRU or an LSTM, which adds to what it reads.

    Args:
        kind: "gru" or "lstm".
        dropout: fraction dropped of what is added.

    Input and output shape: `(batch, time, width)`.
    """

    def __init__(self, kind, dropout=0.0, **keywords):
        super().__init__(**keywords)
        self.kind, self.dropout = kind, dropout

    def build(self, shape):
        own = {"dtype": self.dtype_policy}
        self.norm = layers.RMSNormalization(**own)
        self.recurrent = RECURRENT[self.kind](
            shape[-1], return_sequences=True, return_state=True, **own
        )
        self.drop = layers.Dropout(self.dropout, **own)
        self.norm.build(shape)
        self.recurrent.build(shape)

    def call(self, x):
        read, *_ = self.recurrent(self.norm(x))
        return x + self.drop(read)

    def step(self, x, state, position):
        """Read new positions, given the state behind those before."""
        read, *state = self.recurrent(self.norm(x), initial_state=state)
        return x + read, state

    def empty_cache(self, batch):
        return self.recurrent.get_initial_state(batch)

    def get_config(self):
        return super().get_config() | {"kind": self.kind, "dropout": self.dropout}


@keras.saving.register_keras_serializable("models")
class LanguageModel(keras.Model):
    """A chain of layers from characters to the logits of the next one.

    Rows of `fit` are twice as long as a window: a step cuts all its windows at the same random
    place, so that no two epochs cut the text alike.
    """

    def __init__(self, *args, **kwargs):  # by these names Keras knows a functional model again
        super().__init__(*args, **kwargs)
        self.places = keras.random.SeedGenerator()

    def train_step(self, data):
        rows, *_ = keras.utils.unpack_x_y_sample_weight(data)  # (batch, 2 * window)
        window = rows.shape[1] // 2
        first = keras.random.randint((), 0, window, seed=self.places)
        codes = ops.slice(rows, (0, first), (rows.shape[0], window + 1))
        return super().train_step((codes[:, :-1], codes[:, 1:]))

    def step(self, codes, caches, position):
        """Read new characters, given what the layers keep of those before.

        Args:
            codes: `(batch, new)`.
            caches: from `empty_caches`, or from the step before.
            position: number of the first new character.

        Returns: logits of the characters behind each new one, `(batch, new, alphabet)`, and the
        new caches.
        """
        x, caches, kept = codes, iter(caches), []
        for layer in self.layers[1:]:
            if hasattr(layer, "step"):
                x, cache = layer.step(x, next(caches), position)
                kept.append(cache)
            else:
                x = layer(x)
        return x, kept

    @property
    def has_attention(self):
        return any(isinstance(layer, TransformerBlock) for layer in self.layers)

    def attention(self, codes):
        """Return how much positions read from each other: `(blocks, batch, heads, time, time)`."""
        x, weights = codes, []
        for layer in self.layers[1:]:
            if isinstance(layer, TransformerBlock):
                weights.append(layer.attention.weights_of(layer.norms[0](x)))
            x = layer(x)
        return ops.stack(weights)

    def empty_caches(self, batch):
        """Return what the layers keep of no character."""
        return [layer.empty_cache(batch) for layer in self.layers if hasattr(layer, "step")]
