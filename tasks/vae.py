"""Latent variables: rows and pictures as draws from a distribution that a code determines."""

import math
from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.features import encode_features, feature_encoder, find_noise
from tasks.options import ANY, UnlabelledOptions, check_range
from tasks.training import BatchTraining

WIDTH = 8  # of the latent space, if none is given and the rows have as many features
SCORE_DRAWS, SERVE_DRAWS = 500, 20  # codes of each row in `score`, and in `serve`


@dataclass(frozen=True)
class LatentVariables(UnlabelledOptions, BatchTraining):
    """Learn a code of each row and the distribution of the rows of each code.

    A topic defines `build`; its model has an `encoder`, a `decoder`, a `likelihood` and `score`,
    see `models.vae.VAE`.
    """

    latent: int = 0
    """width of the latent space; 0 chooses 8, or the number of features if there are fewer"""
    likelihood: Literal["auto", "bernoulli", "binomial", "logistic", "gaussian"] = "auto"
    """distribution of a pixel; auto: bernoulli for 0 and 1, logistic (rounded) for other whole
    values, gaussian for fractions; bernoulli with grey values is keras.io's loss"""
    binarise: Literal["no", "threshold", "random"] = "no"
    """pixels become 0 or 1: above the middle, or drawn once with the grey value as probability"""
    beta: float = 1.0
    """factor of the divergence in the loss"""
    free_bits: float = 0.0
    """nats of each latent unit's divergence that cost nothing in training, against collapse"""
    warm_up: int = 0
    """epochs in which the factor of the divergence grows from 0, against collapse"""
    spread: Literal["column", "row"] = "column"
    """standard deviation of a number given its code: one for its column, or one for each row"""
    pixels: Literal["mean", "drawn"] = "mean"
    """pixels of generated pictures: the mean of their distribution, or drawn from it"""

    def check(self):
        super().check()
        check_range(self, latent=(0, 10**4), beta=(0, ANY), free_bits=(0, ANY), warm_up=(0, ANY))

    def load(self):
        from datasets.complete_rows import TAKEN, keep_complete
        from datasets.pictures import binarise_pictures

        # Restored rows have their lower bound beside their columns.
        data = keep_complete(super().load(), ("number", "category"), (*TAKEN, "elbo", "log_prob"))
        if self.binarise == "no":
            return data
        if not data.columns[0].shape:
            raise UserError(f"--binarise is for pictures; {data.source} has columns")
        return binarise_pictures(data, self.binarise == "random")

    def choose_blocks(self, data):
        """Return the distributions of the features, see `models.likelihoods.Likelihood`.

        Raises: UserError if the likelihood does not suit the data.
        """
        from datasets.complete_rows import list_whole

        (column, *_), likelihood = data.columns, self.likelihood
        if not column.shape:
            if likelihood not in ("auto", "gaussian"):
                raise UserError(f"--likelihood {likelihood} is for pictures; a table needs auto")
            known = data.train.inputs
            numbers = sum(column.kind == "number" for column in data.columns)
            # The first feature of a category stands for all that the vocabulary has not.
            blocks = [
                ("categorical", 1 + len(c.vocabulary), int(set(known[c.name]) <= {*c.vocabulary}))
                for c in data.columns
                if c.kind == "category"
            ]
            return (*([("gaussian", numbers)] if numbers else []), *blocks)
        whole, levels = bool(list_whole(data)), int(column.max_pixel)
        if likelihood == "auto":
            likelihood = "gaussian" if not whole else "logistic"
            if self.binarise != "no" or (whole and levels == 1):
                likelihood = "bernoulli"
        if likelihood in ("binomial", "logistic") and (not whole or self.binarise != "no"):
            raise UserError(
                f"--likelihood {likelihood} is for grey pixels with whole values. Choose bernoulli "
                "for pixels of 0 and 1, or gaussian"
            )
        size = math.prod(column.shape)
        if likelihood == "gaussian":
            return (("gaussian", size),)
        return (
            ("logistic", size, levels)
            if likelihood == "logistic"
            else ("binomial", size, 1 if likelihood == "bernoulli" else levels),
        )

    def is_cross_entropy(self, data):
        """Return whether the loss is that of keras.io: grey values as if they were 0 or 1."""
        grey = self.binarise == "no" and data.columns[0].max_pixel > 1
        return self.likelihood == "bernoulli" and grey

    def find_noise(self, data):
        """Return the width of the noise that spreads whole numbers, `(features,)`, or ()."""
        noise = find_noise(data)
        is_density = self.choose_blocks(data)[0][0] == "gaussian"
        return tuple(noise.tolist()) if is_density and noise.any() else ()

    def choose_width(self, data):
        """Return the width of the latent space.

        Raises: UserError if it is larger than the number of features.
        """
        features = sum(width for _, width, *_ in self.choose_blocks(data))
        if self.latent > features:
            raise UserError(
                f"--latent must be at most {features}, the number of features. "
                f"Received: {self.latent}"
            )
        return self.latent or min(WIDTH, features)

    def log_size(self, data):
        """Return nats in units of the columns minus nats of the features."""
        (kind, width, *_), *_ = self.choose_blocks(data)
        if kind != "gaussian":
            return 0.0
        if data.columns[0].shape:
            return width * math.log(data.columns[0].max_pixel)
        return sum(math.log(c.std) for c in data.columns if c.kind == "number")

    def encode(self, inputs, data):
        """Return `{column: (rows, ...)}` as the network sees it, `(rows, features)`."""
        x = encode_features(data.columns, inputs)
        return (x > 0.5).astype("float32") if self.binarise != "no" else x

    def training_arrays(self, data):
        """Whole numbers n train at n, to which the model adds noise, and validate with noise that
        is drawn once."""
        import numpy as np

        train, validation = (self.encode(p.inputs, data) for p in (data.train, data.validation))
        if noise := self.find_noise(data):
            uniform = np.random.default_rng(0).uniform(-0.5, 0.5, size=validation.shape)
            validation = (validation + uniform * noise).astype("float32")
        return (train,), (validation,)

    def compile(self, model, data):
        import keras

        # A row far from the others may give a large gradient.
        model.compile(keras.optimizers.Adam(self.learning_rate, clipnorm=1000.0))

    def fit(self, model, data, run):
        from evaluation.vae import check_codes

        fit = super().fit(model, data, run)
        rows = self.encode(data.validation.inputs, data)
        check_codes(fit.model.encoder.predict(rows, verbose=0)[0])
        return fit

    def export(self, model, data):
        """Export both halves, scores and new rows, raw columns in and out."""
        import keras
        import tensorflow as tf

        from datasets.complete_rows import list_whole
        from datasets.dataset import Column
        from models.column_decoder import decode_samples, hide_incomplete
        from runs.endpoint import Endpoint, Export
        from training.arrays import feed_network

        features, whole = feature_encoder(data.columns), list_whole(data)
        log_size, width = self.log_size(data), model.latent
        draws = not data.columns[0].shape or self.pixels == "drawn"

        def read(inputs):
            x = features(feed_network(inputs, data.columns))
            return tf.cast(x > 0.5, x.dtype) if self.binarise != "no" else x

        def write(x):
            return decode_samples(x, data.columns, whole)

        def score_rows(inputs, draws):
            scores = model.score(read(inputs), draws)
            for name in ("elbo", "log_prob", "reconstruction"):
                scores[name] -= log_size
            return {k: hide_incomplete(x, inputs, data.columns) for k, x in scores.items()}

        def serve(inputs):
            return write(model(read(inputs))) | {"elbo": score_rows(inputs, SERVE_DRAWS)["elbo"]}

        def score(inputs):
            return score_rows(inputs, SCORE_DRAWS)

        def encode(inputs):
            mean, log_std = model.encoder(read(inputs))
            return {"mean": mean, "std": tf.exp(log_std)}

        def decode(inputs):
            return write(model.likelihood.centre(model.decoder(inputs["latent"])))

        def generate(inputs):
            shape, seed = tf.stack([inputs["count"], width]), inputs["seed"]
            normal = tf.random.stateless_normal(shape, tf.stack([seed, 0]))
            parameters = model.decoder(inputs["temperature"] * normal)
            if draws:
                return write(model.likelihood.draw(parameters, seed))
            return write(model.likelihood.centre(parameters))

        latent = Column("latent", "array", shape=(width,))
        numbers = [Column(name, dtype="int32", per_row=False) for name in ("count", "seed")]
        temperature = Column("temperature", per_row=False, default=1.0)
        endpoints = {
            "serve": Endpoint(serve, data.columns),
            "score": Endpoint(score, data.columns),
            "log_prob": Endpoint(score, data.columns),
            "encode": Endpoint(encode, data.columns),
            "decode": Endpoint(decode, (latent,)),
            "generate": Endpoint(generate, (*numbers, temperature)),
        }
        return Export(keras.Model(features.input, model(features.output)), endpoints)

    def baselines(self, data):
        from datasets.complete_rows import list_whole
        from evaluation.likelihood_baselines import fit_likelihoods
        from models.column_decoder import decode_samples
        from runs.saved_model import to_numpy

        def decode(x):
            rows = decode_samples(x.astype("float32"), data.columns, list_whole(data))
            return {name: to_numpy(values) for name, values in rows.items()}

        return fit_likelihoods(
            data,
            self.choose_blocks(data),
            self.choose_width(data),
            self.find_noise(data),
            lambda inputs: self.encode(inputs, data),
            decode,
            self.log_size(data),
        )

    def evaluate(self, run, data):
        from datasets.densities import DENSITIES
        from evaluation.vae import evaluate_vae
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_vae(
            run,
            data,
            self.baselines(data),
            lambda inputs: self.encode(inputs, data),
            self.is_cross_entropy(data),
            DENSITIES.get(self.data),
        )
