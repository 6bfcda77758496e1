"""Features without answers: an encoder and a decoder, beside principal components."""

import functools
from dataclasses import dataclass

from errors import UserError
from tasks.options import check_range
from tasks.training import BatchTraining

ERROR = "reconstruction_error"  # output of `serve` beside the columns
WIDTH = 8  # of the latent space, if none is given and the rows have twice as many features


@dataclass(frozen=True)
class Reconstruction(BatchTraining):
    """Restore rows or pictures from a few numbers.

    The network begins as a principal component analysis (PCA) of the same width, so it is never
    worse than PCA on the validation rows. A topic defines `load`, which returns a `Dataset` without
    targets, and `build_network`.
    """

    latent: int = 0
    """width of the latent space; 0 chooses 8, or half the number of features if that is smaller"""

    def check(self):
        super().check()
        check_range(self, latent=(0, 10**4))

    def build_network(self, shape, latent):
        """Build a network as `models.autoencoder.autoencoder` does.

        Args:
            shape: width of a row, `(features,)`, or height, width and channels of a picture.
            latent: width of the latent space.
        """
        raise NotImplementedError

    def build(self, data):
        return self.build_network(find_shape(data), self.choose_width(data))

    def choose_width(self, data):
        """Return the width of the latent space: a code as wide as the row would learn nothing.

        Raises: UserError if it is larger than the number of features.
        """
        features = count_features(data)
        if self.latent > features:
            raise UserError(
                f"--latent must be at most {features}, the number of features. "
                f"Received: {self.latent}"
            )
        return self.latent or max(1, min(WIDTH, features // 2))

    def compile(self, model, data):
        import keras

        model.compile(keras.optimizers.Adam(self.learning_rate), "mean_squared_error")

    def training_arrays(self, data):
        """The target of a row is the row itself."""
        splits = (data.train, data.validation)
        train, validation = (encode_features(data.columns, split.inputs) for split in splits)
        return (train, train), (validation, validation)

    def warm_start(self, model, train, validation, data):
        from evaluation.features import PrincipalComponents
        from models.autoencoder import start_from_pca

        latent = model.get_layer("encoder").output.shape[-1]
        pca = PrincipalComponents(train[0], latent)
        start_from_pca(model, pca.mean, pca.components)
        return 0.0


@dataclass(frozen=True)
class FeatureLearning(Reconstruction):
    """Features: the few numbers from which rows or pictures are restored."""

    noise: float = 0.0
    """standard deviation of the noise from which clean rows are restored: as a share of the largest
    pixel, or in standard deviations of each number; 0 for none"""
    widths: tuple[int, ...] = (2, 4, 8, 16)
    """widths of further autoencoders, for the picture of error against width"""

    def check(self):
        super().check()
        check_range(self, widths=(1, 10**4), noise=(0, 10))

    def training_arrays(self, data):
        """With noise, the validation rows are noisy too, always in the same way."""
        import numpy as np

        train, (x, clean) = super().training_arrays(data)
        if self.noise:
            random = np.random.default_rng(0)
            x = x + self.noise * random.normal(size=x.shape).astype("float32")
            x = x.clip(0, 1) if data.columns[0].shape else x
        return train, (x, clean)

    def fit(self, model, data, run):
        """Fit the network, then networks of other widths for the picture of error against width."""
        import keras

        from evaluation.features import squared_error
        from training.interrupt import is_interrupted

        train, validation = self.training_arrays(data)
        features = train[0].shape[1]
        width = self.choose_width(data)
        fit = self.fit_arrays(model, train, validation, data, run, run.snapshot)
        fitted = {width: fit.model}
        further = [k for k in sorted(set(self.widths) - {width}) if k <= features]
        for latent in further if not is_interrupted(fit.model) else ():
            print(f"\nwidth       {latent}, for the picture of error against width")
            keras.utils.set_random_seed(self.seed)
            network = self.build_network(find_shape(data), latent)
            other = self.fit_arrays(network, train, validation, data, run).model
            if is_interrupted(other):  # its error would be too large
                break
            fitted[latent] = other
        x, clean = validation
        errors = [
            squared_error(clean, fitted[k].predict(x, verbose=0)).mean() for k in sorted(fitted)
        ]
        run.write_table("widths", {"latent": sorted(fitted), "network": errors})
        return fit

    def export(self, model, data):
        """Export the whole and both halves, raw values in and out."""
        import keras
        import tensorflow as tf

        from datasets.dataset import Column
        from models.column_decoder import decode_columns
        from runs.endpoint import Endpoint, Export
        from training.arrays import feed_network

        features = feature_encoder(data.columns)
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")

        def encode(inputs):
            return {"latent": encoder(features(feed_network(inputs, data.columns)))}

        def decode(inputs):
            return decode_columns(decoder(inputs["latent"]), data.columns)

        def serve(inputs):
            x = features(feed_network(inputs, data.columns))
            restored = model(x)
            error = tf.reduce_mean(tf.square(restored - x), axis=-1)
            return decode_columns(restored, data.columns) | {ERROR: error}

        latent = Column("latent", "array", shape=(self.choose_width(data),))
        whole = keras.Model(features.input, model(features.output), name="autoencoder")
        endpoints = {
            "serve": Endpoint(serve, data.columns),
            "encode": Endpoint(encode, data.columns),
            "decode": Endpoint(decode, (latent,)),
        }
        return Export(whole, endpoints)

    def baselines(self, data):
        from evaluation.features import fit_components

        return fit_components(
            lambda inputs: encode_features(data.columns, inputs), data, self.choose_width(data)
        )

    def evaluate(self, run, data):
        from evaluation.features import evaluate_features
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_features(
            run,
            data,
            self.baselines(data),
            lambda inputs: encode_features(data.columns, inputs),
            self.training_arrays(data)[1],
            self.noise,
        )


def refuse_outputs(data, outputs):
    """Raise UserError if a column or the label has the name of an output of `serve`: a file with
    the answers beside the user's columns would have two columns of this name."""
    from datasets.complete_rows import refuse_names
    from datasets.dataset import Column

    refuse_names([*data.columns, *map(Column, data.test.labels)], outputs)


def count_features(data):
    """Return the width of a row as a network takes it."""
    return feature_encoder(data.columns).output.shape[-1]


def find_noise(data):
    """Return the distance of neighbouring values of each feature, `(features,)`, 0 unless they are
    whole numbers: these are spread by noise, since their density would be infinite."""
    import numpy as np

    from datasets.complete_rows import list_whole

    whole, noise = list_whole(data), np.zeros(count_features(data), "float32")
    if data.columns[0].shape:
        return noise + bool(whole) / data.columns[0].max_pixel
    numbers = [column for column in data.columns if column.kind == "number"]
    for index, column in enumerate(numbers):  # the first features
        noise[index] = (column.name in whole) / column.std
    return noise


def find_shape(data):
    """Return `(features,)`, or height, width and channels of a picture."""
    return data.columns[0].shape or (count_features(data),)


@functools.lru_cache(maxsize=1)
def feature_encoder(columns):
    """Return the `keras.Model` from named raw columns to a vector of features.

    It has no weights, so building it again would only cost time.
    """
    from models.column_decoder import flatten_encoder
    from tasks.supervised import encoder_of

    return flatten_encoder(encoder_of(columns), columns)


def encode_features(columns, inputs):
    """Return `{column: (rows, ...)}` as features, `(rows, features)`."""
    import numpy as np

    from models.columns import make_input_names

    # Keras takes text as objects only, and a SavedModel answers with NumPy's own text.
    values = (
        np.asarray(inputs[column.name], object if column.kind == "category" else None)
        for column in columns
    )
    named = zip(make_input_names(columns), values, strict=True)
    return np.asarray(feature_encoder(columns).predict(dict(named), verbose=0, batch_size=4096))
