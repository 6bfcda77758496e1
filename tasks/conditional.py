"""Generative models that may be told the class of what they draw."""

from dataclasses import dataclass

from errors import UserError
from tasks.generative import Generative


@dataclass(frozen=True)
class Conditional(Generative):
    """Draw rows or pictures from latent numbers and, if wanted, of a class.

    The model of a topic has `draw(count, seed, label)` and `decode(latent, label)`, where `label`
    is the number of a class, or -1 for a random one.
    """

    conditional: bool = False
    """train with the labels of the rows, so that `generate` takes the label of what it draws"""

    def load(self):
        data = super().load()
        if self.conditional and not data.train.labels:
            raise UserError(
                "--conditional needs rows with labels: name the column of a table with --label"
            )
        return data

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

    def training_arrays(self, data):
        """Return `((x,), (x,))`, or with labels `((x, labels), (x, labels))`, one-hot."""
        pairs = zip(super().training_arrays(data), (data.train, data.validation), strict=True)
        if not self.conditional:
            return tuple(arrays for arrays, _ in pairs)
        return tuple((x, self.encode_labels(split, data)) for (x,), split in pairs)

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
        label = [
            Column(name, "category", vocabulary=labels, per_row=False, default="")
            for name in ("label",) * self.conditional
        ]
        drawing = Endpoint(generate, (*numbers, *label))
        decoding = Endpoint(decode, (latent, *label))
        return Export(model, {"serve": drawing, "generate": drawing, "decode": decoding})
