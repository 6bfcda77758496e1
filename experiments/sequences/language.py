"""Language model: text one character at a time, by a transformer, a GRU or an LSTM.

A network learns the probability of the next character, given those before it, by the negative log
likelihood of a text,

    -log p(text) = -sum over t of log p(c_t | c_1 ... c_t-1),

here in bits per character: the size to which the text could be compressed. What it has learned it
can also write, by drawing one character after the other. The default text is the reference topics
of Python's own documentation. Expect 1.68 bits per character for its last tenth, and 1.31 with
--copies, which lets the score copy long repeats. Counts of five characters in succession need 1.74,
and xz, which finds long repeats as well, 1.41.

For example: python train.py language --data book.txt --seconds 900
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from errors import UserError
from tasks.options import UNITS, check_range
from tasks.text import TextTraining


@dataclass(frozen=True)
class NetworkOptions:
    """Options of the network."""

    option_group: ClassVar = "network"

    model: Literal["transformer", "gru", "lstm"] = "transformer"
    """what carries knowledge from one character to the next: attention, or a state"""
    width: int = 128
    """numbers that describe a position: units of each layer"""
    depth: int = 2
    """number of blocks"""
    heads: int = 4
    """number of heads of each attention; the width must be a multiple of twice this number"""
    ngrams: int = 6
    """number of characters in succession that are looked up in tables; 1 for single ones only"""
    dropout: float = 0.2
    """fraction dropped of what each block adds"""
    ngram_dropout: float = 0.6
    """fraction dropped of the rows that are looked up for several characters"""


@dataclass(frozen=True)
class Language(NetworkOptions, TextTraining):
    epochs: int = 6
    batch_size: int = 32
    learning_rate: float = 3e-3
    loop: Literal["auto", "xla", "graph", "keras"] = "graph"
    devices: Literal["one"] = "one"
    """a text is trained on one GPU"""

    def check(self):
        super().check()
        check_range(self, width=(2, UNITS), depth=(1, 1000), heads=(1, UNITS), ngrams=(1, 8))
        check_range(self, dropout=(0, 0.99), ngram_dropout=(0, 0.99))
        if self.width % (2 * self.heads):
            raise UserError(
                f"--width must be a multiple of twice --heads ({2 * self.heads}). "
                f"Received: {self.width}"
            )

    def build(self, data):
        from models.language import recurrent, transformer

        tables = {"ngrams": self.ngrams, "ngram_dropout": self.ngram_dropout}
        size = len(data.alphabet), self.width, self.depth
        if self.model == "transformer":
            return transformer(*size, self.heads, dropout=self.dropout, **tables)
        return recurrent(self.model, *size, dropout=self.dropout, **tables)

    def compile(self, model, data):
        import keras

        # Muon turns the step of a matrix so that all of its singular values are alike.
        rows = len(data.train) // self.window
        rate = self.learning_rate if self.seconds else self.cosine_decay(rows)
        model.compile(
            keras.optimizers.Muon(rate, exclude_layers=["logits"]),
            keras.losses.SparseCategoricalCrossentropy(
                from_logits=True, reduction="mean_with_sample_weight"
            ),
        )
