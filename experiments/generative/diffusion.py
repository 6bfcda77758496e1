"""Diffusion: new rows and pictures out of noise, by a network that moves them step by step.

Noise and data are mixed on a quarter circle, x = cos(a) noise + sin(a) data. A network F(x, a)
learns the mean velocity dx/da of all pairs of noise and data that meet at x, by the mean squared
error (flow matching). Samples follow dx/da = F from noise to data in --steps steps.

The best velocity that ignores x is 0, and its loss is 1. On the two moons expect a loss of 0.85:
most of a velocity is chance, and only its mean matters.

For example: python train.py diffusion --data digits, or --data measurements.csv
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from tasks.features import find_noise
from tasks.generative import Generative
from tasks.options import ANY, UNITS, Activation, DenseOptions, NameOrPath, check_range

EPOCH_ROWS = 1500  # fewer rows are repeated within an epoch, each time with different noise
WORSE = 1.005  # times the smallest loss is clearly above it; less is chance
PICTURES_A_STEP = 32  # if --batch-size is not given: steps count for more than rows
PICTURE_TEMPERATURE = 0.9  # drawn digits are then as near to the training digits as held-out ones
MOST_COLUMNS = 32  # for which the log density is exported: each one costs a gradient


@dataclass(frozen=True)
class Diffusion(DenseOptions, Generative):
    data: NameOrPath = "moons"
    steps: int = 10
    """number of steps from noise to data, each of which asks the network four times; the endpoint
    generate takes any other number as well"""
    temperature: float | Literal["auto"] = "auto"
    """standard deviation of the noise that `generate` begins with; auto is 1 for rows, and 0.9 for
    pictures, which would vary a little more than the data otherwise"""
    filters: tuple[int, ...] = ()
    """channels of the network for pictures at each resolution; empty chooses them by the size"""
    hidden: tuple[int, ...] = (128, 128, 128)
    activation: Activation = "relu"
    waves: int = 8
    """number of sines and cosines of each feature that the network for rows sees"""
    dropout: float = 0.1
    """fraction of channels dropped in each block of the network for pictures"""
    decay: float = 0.999
    """decay of the moving average of the weights, which is what is exported"""
    epochs: int = 200
    batch_size: int = 128
    learning_rate: float = 2e-3
    patience: int = 20
    """epochs with a validation loss clearly above the smallest one before training stops"""

    is_scheduled: ClassVar = True

    def check(self):
        super().check()
        check_range(self, steps=(1, 10_000), filters=(1, UNITS), waves=(0, 100))
        check_range(self, dropout=(0, 0.99), decay=(0, 1), epochs=(1, ANY))
        if self.temperature != "auto":
            check_range(self, temperature=(0, ANY))

    def build(self, data):
        from models.diffusion import Diffusion
        from models.diffusion_networks import dense_velocity, unet_velocity

        shape = self.shape(data)
        x = self.encode(data.train.inputs, data)
        if len(shape) == 3:
            filters = self.filters or ((32, 64) if min(shape[:2]) < 16 else (16, 32, 64))
            network = unet_velocity(shape, filters, self.dropout)
            units = {"mean": float(x.mean()), "std": float(x.std()) or 1.0}
        else:
            network = dense_velocity(shape[0], self.hidden, self.activation, self.waves)
            noise = find_noise(data)
            stds = (x.var(axis=0) + noise**2 / 12) ** 0.5
            stds[stds < 1e-6] = 1.0  # a feature that never changes
            units = {"mean": x.mean(axis=0).tolist(), "std": stds.tolist()}
            units["noise"] = noise.tolist()
        return Diffusion(network, **units, decay=self.decay, seed=self.seed)

    def fit(self, model, data, run):
        adapted = self
        if data.columns[0].shape and self.batch_size == type(self).batch_size:
            print(f"pictures    batch size {PICTURES_A_STEP}")
            adapted = replace(self, batch_size=PICTURES_A_STEP)
        return super(Diffusion, adapted).fit(model, data, run)

    def callbacks(self, run, start_loss, margin):
        """Keep the last weights: the loss is too noisy to choose among epochs that are alike."""
        from training.callbacks import RestoreIfWorse, standard_callbacks

        options = {"monitor": "", "tensorboard": self.tensorboard}
        usual = standard_callbacks(run.folder, self.patience, None, **options)
        return [*usual, RestoreIfWorse(self.monitor, self.patience, WORSE)]

    def training_arrays(self, data):
        import numpy as np

        (train,), (validation,) = super().training_arrays(data)
        random = np.random.default_rng(0)
        train, validation = (
            np.tile(x, (-(-EPOCH_ROWS // len(x)), *[1] * (x.ndim - 1))) for x in (train, validation)
        )
        if not data.columns[0].shape:
            noise = find_noise(data) * random.uniform(-0.5, 0.5, validation.shape)
            validation = (validation + noise).astype("float32")
        return (train,), (validation,)

    def compile(self, model, data):
        import keras

        rate = self.cosine_decay(max(data.train.rows, EPOCH_ROWS))
        model.compile(keras.optimizers.Adam(rate))

    def export(self, model, data):
        """Export samples and their paths, denoised rows, and the log density of numbers."""
        import tensorflow as tf

        from datasets.dataset import Column
        from models.column_decoder import decode_samples
        from runs.endpoint import Endpoint, Export
        from tasks.features import feature_encoder
        from training.arrays import feed_network

        features = feature_encoder(data.columns)
        # Noise on a picture is not whole.
        columns = tuple(replace(c, dtype="float32") if c.shape else c for c in data.columns)

        def generate(inputs):
            return self.decode(model.draw(**inputs), data)

        def follow_path(inputs):
            path = model.follow_path(**inputs)
            rows = self.decode(tf.reshape(path, (-1, *self.shape(data))), data)
            shape = inputs["count"], inputs["steps"] + 1
            return {
                c.name: tf.reshape(rows[c.name], tf.stack([*shape, *c.shape])) for c in data.columns
            }

        def encode(inputs):
            x = tf.cast(features(feed_network(inputs, columns)), "float32")
            return 2 * tf.reshape(x, (-1, *columns[0].shape)) - 1 if columns[0].shape else x

        def denoise(inputs):
            x = model.denoise(encode(inputs), inputs["level"])
            x = tf.reshape((x + 1) / 2, (tf.shape(x)[0], -1)) if columns[0].shape else x
            return decode_samples(x, columns, whole=())

        count, seed = (Column(name, dtype="int32", per_row=False) for name in ("count", "seed"))
        steps = Column("steps", dtype="int32", per_row=False, default=self.steps)
        usual = PICTURE_TEMPERATURE if columns[0].shape else 1.0
        usual = usual if self.temperature == "auto" else self.temperature
        temperature = Column("temperature", per_row=False, default=usual)
        request = count, seed, steps, temperature
        level = Column("level", per_row=False)
        endpoints = {
            "serve": Endpoint(generate, request),
            "generate": Endpoint(generate, request),
            "path": Endpoint(follow_path, request),
            "denoise": Endpoint(denoise, (*columns, level)),
        }
        if self.has_density(data):
            log_prob = self.export_density(model, data, encode)
            endpoints["log_prob"] = Endpoint(log_prob, data.columns)
        return Export(model, endpoints, features)

    def has_density(self, data):
        """Return whether the log density of a row is exported."""
        return len(data.columns) <= MOST_COLUMNS and all(c.kind == "number" for c in data.columns)

    def export_density(self, model, data, encode):
        """Return the function from raw rows to their log density in raw units."""
        import keras
        import numpy as np

        from datasets.number_rows import choose_shifts, find_whole
        from models.column_decoder import hide_incomplete

        log_sizes = float(np.log([column.std for column in data.columns]).sum())
        # The training spreads a whole number n over [n - 1/2, n + 1/2).
        shifts = (choose_shifts(find_whole(data)) - 0.5) * find_noise(data)

        def log_prob(inputs):
            x = encode(inputs)
            found = [model.log_prob(x + shift.astype("float32")) for shift in shifts]
            log_mean = keras.ops.logsumexp(keras.ops.stack(found), axis=0) - float(
                np.log(len(shifts))
            )
            return {"log_prob": hide_incomplete(log_mean - log_sizes, inputs, data.columns)}

        return log_prob

    def evaluate(self, run, data):
        from datasets.densities import DENSITIES
        from evaluation.diffusion import add_density, add_path, warn_of_trivial_loss

        evaluation = add_path(super().evaluate(run, data), run, data)
        if self.has_density(data):
            evaluation = add_density(evaluation, run, data, DENSITIES.get(self.data))
        return warn_of_trivial_loss(evaluation, run)
