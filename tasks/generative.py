"""Generative models: new rows and pictures like those of the data, beside a Gaussian mixture."""

from dataclasses import dataclass

from tasks.features import encode_features, feature_encoder
from tasks.options import UnlabelledOptions
from tasks.training import BatchTraining


@dataclass(frozen=True)
class Generative(UnlabelledOptions, BatchTraining):
    """Draw rows or pictures from the distribution of the data.

    Networks see numbers with mean 0 and standard deviation 1, categories as 0 and 1 (one-hot), and
    pixels from -1 to 1, `(batch, features)` or `(batch, height, width, channels)`. A topic defines
    `build`; its model has `draw(count, seed)`, which returns such rows.
    """

    def load(self):
        from datasets.complete_rows import keep_complete

        return keep_complete(super().load(), ("number", "category"))

    def shape(self, data):
        """Return the shape of a row as the network sees it."""
        (column, *_) = data.columns
        return column.shape or feature_encoder(data.columns).output.shape[1:]

    def encode(self, inputs, data):
        """Return `{column: (rows, ...)}` as the network sees it, `(rows, *shape)`."""
        x = encode_features(data.columns, inputs)
        return 2 * x.reshape(-1, *self.shape(data)) - 1 if data.columns[0].shape else x

    def decode(self, x, data):
        """Return rows as the network draws them as `{column: (rows, ...)}` in raw units."""
        import tensorflow as tf

        from datasets.complete_rows import list_whole
        from models.column_decoder import decode_samples

        if data.columns[0].shape:
            x = tf.reshape((x + 1) / 2, (tf.shape(x)[0], -1))
        return decode_samples(x, data.columns, list_whole(data))

    def training_arrays(self, data):
        train, validation = (self.encode(p.inputs, data) for p in (data.train, data.validation))
        return (train,), (validation,)

    def export(self, model, data):
        """Export `generate`, which draws rows in raw units."""
        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        def generate(inputs):
            return self.decode(model.draw(inputs["count"], inputs["seed"]), data)

        numbers = [Column(name, dtype="int32", per_row=False) for name in ("count", "seed")]
        endpoint = Endpoint(generate, tuple(numbers))
        return Export(model, {"serve": endpoint, "generate": endpoint})

    def baselines(self, data):
        import numpy as np

        from evaluation.generators import fit_mixture_sampler

        def encode(inputs):
            return self.encode(inputs, data).reshape(len(next(iter(inputs.values()))), -1)

        def decode(x):
            rows = self.decode(x.reshape(-1, *self.shape(data)).astype("float32"), data)
            return {name: to_array(values) for name, values in rows.items()}

        def to_array(values):
            array = np.asarray(values)
            return np.char.decode(array.astype(bytes), "utf-8") if array.dtype == object else array

        return fit_mixture_sampler(data, encode, decode)

    def evaluate(self, run, data):
        from datasets.densities import DENSITIES
        from evaluation.generators import evaluate_generator
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)

        def encode(inputs):
            return encode_features(data.columns, inputs)

        truth = DENSITIES.get(self.data)
        return evaluate_generator(run, data, self.baselines(data), encode, truth)
