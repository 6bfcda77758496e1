"""Generative adversarial network: new rows and pictures by a game of two networks.

A generator x = G(z) turns normal numbers z into rows, and a discriminator D scores rows. Each
lowers a loss of its own, with P = 1 / (1 + exp(-D)) the probability that a row is real:

    D: -log P(x) - log(1 - P(G(z))) + penalty / 2 * |dD/dx|^2        G: -log P(G(z))

Neither loss says how good the samples are, so the training runs for all epochs. What is exported
is an average of G over the last steps.

For example: python train.py gan --data grid, or --data measurements.csv
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from errors import UserError
from tasks.generative import Generative
from tasks.options import ANY, UNITS, DenseOptions, check_range

ROWS_AN_EPOCH = 20_000  # at least; fewer rows are repeated
MEASURED = 4096  # validation rows whose distance to samples is measured
PICTURE_LATENT = 32
LARGE = 16  # pixels of a side, from which pictures need convolutions
LECTURE = {
    "penalty": 0.0,
    "averaging": 0.0,
    "activation": "leaky_relu",
    "learning_rate": 2e-4,
    "batch_size": 64,
}


@dataclass(frozen=True)
class Gan(DenseOptions, Generative):
    latent: int = 0
    """width of the latent space; 0 for the number of features of a table, or 32 for pictures"""
    loss: Literal["non-saturating", "hinge", "minimax"] = "non-saturating"
    """loss of the scores; in the minimax game the generator's gradient vanishes where it loses"""
    penalty: float | Literal["auto"] = "auto"
    """weight of the gradient penalty R1; auto is 0.1 for tables, and 1 for pictures"""
    spectral_normalisation: bool = False
    """keep the largest singular value of each layer of the discriminator at 1"""
    averaging: float = 0.999
    """share of the averaged weights that a step keeps; 0 exports the last weights"""
    filters: tuple[int, ...] = ()
    """channels of each convolution of the discriminator, and in reverse of the generator; if none
    are given, 32 64 for pictures of 16 pixels and more, and dense networks for all else"""
    label: str = ""
    """column of a table with the class: for scoring, and for --conditional"""
    conditional: bool = False
    """train with the labels of the rows, so that `generate` takes the label of what it draws"""
    lecture_settings: bool = False
    """use the lectures' literal settings: no penalty, no average, batch normalisation in the
    generator, leaky ReLU, Adam with a constant rate of 2e-4 and beta_1 0.5, batches of 64"""
    hidden: tuple[int, ...] = ()
    """units of each hidden layer; if none are given, 128 128 128, or 256 256 for pictures"""
    activation: Literal["relu", "leaky_relu", "elu", "tanh"] = "relu"
    epochs: int = 50
    patience: int = 12
    """epochs with a distance over 10 times the smallest one before training stops"""
    batch_size: int = 128
    learning_rate: float = 2e-3
    devices: Literal["one"] = "one"
    """a game with two optimisers is trained on one GPU"""

    monitor: ClassVar = ""  # trains for all epochs

    def check(self):
        super().check()
        check_range(self, latent=(0, 10**4), averaging=(0, 1), filters=(1, UNITS))
        if self.penalty != "auto":
            check_range(self, penalty=(0, ANY))

    def resolved(self):
        """Return the experiment with the lectures' settings if these are asked for."""
        return replace(self, **LECTURE) if self.lecture_settings else self

    def load(self):
        data = super().load()
        if self.conditional and not data.train.labels:
            raise UserError(
                "--conditional needs rows with labels: name the column of a table with --label"
            )
        return data

    def build(self, data):
        from models.gan import GAN

        shape = self.shape(data)
        is_picture = len(shape) > 1
        if self.filters and not is_picture:
            raise UserError("--filters needs pictures; rows of a table have no neighbours")
        is_dense = not is_picture or min(shape[:2]) < LARGE or self.hidden or self.lecture_settings
        categories = [1 + len(c.vocabulary) for c in data.columns if c.kind == "category"]
        return GAN(
            shape,
            self.latent or (PICTURE_LATENT if is_picture else shape[0]),
            self.loss,
            (1.0 if is_picture else 0.1) if self.penalty == "auto" else self.penalty,
            self.averaging,
            self.count_shares(data),
            self.hidden or ((256, 256) if is_picture else (128, 128, 128)),
            self.filters or (() if is_dense else (32, 64)),
            self.activation,
            categories,
            self.lecture_settings,
            self.spectral_normalisation,
            self.seed,
        )

    def training_arrays(self, data):
        """Repeat few rows: an epoch ends with a measurement, which needs some steps before it."""
        import numpy as np

        def repeat(x):
            return np.resize(x, (max(len(x), ROWS_AN_EPOCH), *x.shape[1:]))

        train, validation = super().training_arrays(data)
        if self.conditional:
            train, validation = (
                (*arrays, self.encode_labels(split, data))
                for arrays, split in ((train, data.train), (validation, data.validation))
            )
        return tuple(map(repeat, train)), tuple(x[:MEASURED] for x in validation)

    def compile(self, model, data):
        import keras

        def adam():
            if self.lecture_settings:
                return keras.optimizers.Adam(self.learning_rate, beta_1=0.5)
            rate = self.cosine_decay(max(data.train.rows, ROWS_AN_EPOCH))
            return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.99)

        model.discriminator_optimizer = adam()
        model.compile(adam())

    def callbacks(self, run, start_loss, margin):
        from training.callbacks import RestoreIfWorse

        usual = super().callbacks(run, start_loss, margin)
        if self.lecture_settings:
            return usual
        return [*usual, RestoreIfWorse("val_distance", self.patience)]

    def watch(self, model, data):
        from tasks.watched_samples import watch_samples

        return watch_samples(self.export(model, data), data)

    def list_labels(self, data):
        """Return the labels as text, in the order of their numbers; () if they are not used."""
        import numpy as np

        if not self.conditional:
            return ()
        (labels, *_) = data.train.labels.values()
        return tuple(map(str, np.unique(labels).tolist()))

    def count_shares(self, data):
        """Return the share of each class among the training rows; () if they are not used."""
        return tuple(self.encode_labels(data.train, data).mean(axis=0).tolist())

    def encode_labels(self, split, data):
        """Return the labels of a split one-hot, `(rows, classes)`; zeros where they are new."""
        import numpy as np

        names = np.array(self.list_labels(data))
        (labels, *_) = split.labels.values() or [np.zeros(split.rows)]
        return (np.asarray(labels).astype(str)[:, None] == names).astype("float32")

    def export(self, model, data):
        """Export `generate`, which draws rows in raw units, and `decode` of latent numbers."""
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        labels = self.list_labels(data)

        def find_number(inputs):
            """Return the number of the label that is given, -1 for "" or without labels."""
            if not labels:
                return -1
            names, given = tf.constant(["", *labels]), inputs["label"]
            is_given = names == given
            message = [f"label must be one of {', '.join(labels)}. Received:", given]
            with tf.control_dependencies([tf.debugging.Assert(tf.reduce_any(is_given), message)]):
                return tf.argmax(is_given, output_type="int32") - 1

        def generate(inputs):
            rows = model.draw(inputs["count"], inputs["seed"], find_number(inputs))
            return self.decode(rows, data)

        def decode(inputs):
            return self.decode(model.decode(inputs["latent"], find_number(inputs)), data)

        latent = Column("latent", "array", shape=(model.latent,))
        numbers = [Column(name, dtype="int32", per_row=False) for name in ("count", "seed")]
        label = Column("label", "category", vocabulary=labels, per_row=False, default="")
        label = (label,) if labels else ()
        drawing = Endpoint(generate, (*numbers, *label))
        decoding = Endpoint(decode, (latent, *label))
        return Export(model, {"serve": drawing, "generate": drawing, "decode": decoding})
