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
    `build` and `export`, with an endpoint `generate`.
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

    def baselines(self, data):
        from evaluation.generators import fit_mixture_sampler
        from runs.saved_model import to_numpy

        def encode(inputs):
            return self.encode(inputs, data).reshape(len(next(iter(inputs.values()))), -1)

        def decode(x):
            rows = self.decode(x.reshape(-1, *self.shape(data)).astype("float32"), data)
            return {name: to_numpy(values) for name, values in rows.items()}

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
