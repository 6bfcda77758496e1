"""Density estimation: the log density of rows of numbers, and new rows, beside simpler methods."""

from dataclasses import dataclass

from tasks.options import NameOrPath, UnlabelledOptions
from tasks.training import BatchTraining


@dataclass(frozen=True)
class DensityEstimation(UnlabelledOptions, BatchTraining):
    """Learn the density that rows of numbers were drawn from, by maximum likelihood.

    A topic defines `build`; its model has `log_prob`, `inverse` and a call that returns the latent
    row first, all for rows with mean 0 and standard deviation 1.
    """

    data: NameOrPath = "moons"

    def load(self):
        from datasets.number_rows import keep_numbers

        return keep_numbers(super().load())

    def training_arrays(self, data):
        """Rows of whole numbers n train at n, to which the model adds noise, and validate with
        noise that is drawn once."""
        import numpy as np

        from datasets.number_rows import find_units, find_whole, spread_whole, stack_columns

        offsets, sizes = find_units(data)
        train, validation = (
            stack_columns(part.inputs, data.columns) for part in (data.train, data.validation)
        )
        validation = spread_whole(validation, find_whole(data), np.random.default_rng(0))
        return tuple((((x - offsets) / sizes).astype("float32"),) for x in (train, validation))

    def export(self, model, data):
        """Export log density, samples and both directions, raw columns in and out."""
        import keras
        import numpy as np
        import tensorflow as tf

        from datasets.dataset import Column
        from datasets.number_rows import choose_shifts, find_middle, find_units, find_whole
        from models.scaling import to_numbers, to_values
        from runs.endpoint import Endpoint, Export

        (offsets, sizes), whole = find_units(data), find_whole(data)
        columns, log_sizes, shifts = data.columns, float(np.log(sizes).sum()), choose_shifts(whole)
        widths = [int(np.prod(c.shape)) for c in columns]

        def stack(inputs):
            parts = [tf.cast(inputs[c.name], "float64") for c in columns]
            pairs = zip(parts, widths, strict=True)
            return tf.concat([tf.reshape(x, (-1, width)) for x, width in pairs], axis=1)

        def scale(x):
            return tf.cast(to_numbers(x, sizes, offsets), "float32")

        def log_prob(inputs):
            x = stack(inputs)
            found = [model.log_prob(scale(x + shift)) for shift in shifts]
            # The density of the scaled rows times |d scaled / d raw|, averaged over their cells.
            log_mean = keras.ops.logsumexp(tf.stack(found), axis=0) - float(np.log(len(shifts)))
            return {"log_prob": log_mean - log_sizes}

        def encode(inputs):
            return {"latent": model(scale(find_middle(stack(inputs), whole)))[0]}

        def decode(inputs):
            values = to_values(model.inverse(inputs["latent"]), sizes, offsets)
            values = tf.where(whole, tf.floor(values), values)
            rows = {}
            for column, x in zip(columns, tf.split(values, widths, axis=1), strict=True):
                x = tf.reshape(x, (-1, *column.shape))
                x = tf.clip_by_value(x, 0, column.max_pixel) if column.shape else x
                rows[column.name] = tf.cast(x, column.dtype)
            return rows

        def generate(inputs):
            shape = tf.stack([inputs["count"], sum(widths)])
            seed = tf.stack([inputs["seed"], 0])
            return decode({"latent": tf.random.stateless_normal(shape, seed)})

        latent = Column("latent", "array", shape=(sum(widths),))
        numbers = [Column(name, dtype="int32", per_row=False) for name in ("count", "seed")]
        endpoints = {
            "serve": Endpoint(log_prob, columns),
            "log_prob": Endpoint(log_prob, columns),
            "generate": Endpoint(generate, tuple(numbers)),
            "encode": Endpoint(encode, columns),
            "decode": Endpoint(decode, (latent,)),
        }
        return Export(model, endpoints)

    def watch(self, model, data):
        from tasks.watched_samples import watch_samples

        return watch_samples(self.export(model, data), data)

    def baselines(self, data):
        from evaluation.densities import fit_densities

        return fit_densities(data)

    def evaluate(self, run, data):
        from datasets.densities import DENSITIES
        from evaluation.densities import evaluate_density
        from tasks.features import encode_features
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        truth = DENSITIES.get(self.data)

        def encode(inputs):
            return encode_features(data.columns, inputs)

        return evaluate_density(run, data, self.baselines(data), encode, truth)
