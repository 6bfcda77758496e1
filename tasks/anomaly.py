"""Anomalies: an autoencoder of normal rows and two further opinions, joined into one score."""

import functools
from dataclasses import dataclass, replace

from tasks.features import (
    Reconstruction,
    count_features,
    encode_features,
    feature_encoder,
    find_shape,
)
from tasks.options import check_range

OUTPUTS = ("score", "p_value", "is_anomaly")  # of `serve`, beside the columns of the user's file

# Of the network that recognises symmetries, which sees every picture in each of them.
SYMMETRY_EPOCHS, SYMMETRY_PATIENCE, SYMMETRY_BATCH = 12, 3, 128


@dataclass(frozen=True)
class AnomalyDetection(Reconstruction):
    """Learn what is normal; a topic defines `load`, see `datasets.normal_rows.keep_normal`, and
    `build_network`."""

    false_alarms: float = 0.01
    """share of the normal rows that may be called anomalies"""
    latent: int = 16
    """width of the latent space, at most half of the features"""

    def check(self):
        super().check()
        check_range(self, false_alarms=(1e-6, 0.5), latent=(1, 10**4))

    def build(self, data):
        features = count_features(data)
        return self.build_network(find_shape(data), min(self.latent, max(1, features // 2)))

    def fit(self, model, data, run):
        """Fit the autoencoder and, for pictures, the network that recognises symmetries."""
        import keras

        from training.interrupt import is_interrupted

        fit = super().fit(model, data, run)
        shape = data.columns[0].shape
        if not shape:
            return fit
        stopped = is_interrupted(model)
        found = self.fit_symmetries(data, run, epochs=1 if stopped else SYMMETRY_EPOCHS)
        recognised = found.model(keras.layers.Reshape(shape)(model.input))
        ending = fit.ending if stopped or not is_interrupted(found.model) else found.ending
        both = keras.Model(model.input, [model.output, recognised])
        return fit._replace(model=both, ending=ending)

    def fit_symmetries(self, data, run, epochs):
        """Fit a network that recognises how normal pictures were turned and mirrored; return its
        `Fit`."""
        import keras
        import numpy as np

        from models.symmetries import apply_symmetries, symmetry_classifier

        def turn(split):
            x = encode_features(data.columns, split.inputs).reshape(-1, *data.columns[0].shape)
            turned = np.asarray(apply_symmetries(x))  # (symmetries, rows, height, width, channels)
            numbers = np.repeat(np.arange(len(turned), dtype="int32"), len(x))
            return turned.reshape(-1, *x.shape[1:]), numbers

        train, validation = turn(data.train), turn(data.validation)
        print("\nsymmetries  a network learns how normal pictures are turned")
        classifier = symmetry_classifier(train[0].shape[1:], int(train[1].max()) + 1)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        classifier.compile(keras.optimizers.Adam(self.learning_rate), loss, metrics=["accuracy"])
        short = replace(
            self,
            epochs=min(self.epochs, epochs),
            patience=SYMMETRY_PATIENCE,
            batch_size=SYMMETRY_BATCH,
        )
        return short.fit_compiled(classifier, train, validation, run)

    def export(self, model, data):
        """Export the score with its p-value, and what each column adds to the error."""
        import keras
        import tensorflow as tf

        from models.anomaly_score import AnomalyScore
        from models.column_decoder import attribute_to_columns
        from models.symmetries import measure_surprise
        from runs.endpoint import Endpoint, Export
        from training.arrays import feed_network

        features = feature_encoder(data.columns)
        encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
        surprise, shape = None, data.columns[0].shape
        if shape:
            measure = functools.partial(measure_surprise, model.get_layer("symmetries"))

            def surprise(x):
                return measure(tf.reshape(x, (-1, *shape)))

        parts = data.train, data.validation
        rows = (encode_features(data.columns, part.inputs) for part in parts)
        scorer = AnomalyScore(encoder, decoder, *rows, surprise)

        def serve(inputs):
            score = scorer.score(features(feed_network(inputs, data.columns)))
            p = scorer.p_value(score)
            return {"score": score, "p_value": p, "is_anomaly": p <= self.false_alarms}

        def explain(inputs):
            x = features(feed_network(inputs, data.columns))
            return attribute_to_columns(tf.square(x - decoder(encoder(x))), data.columns)

        whole = keras.Model(features.input, model(features.output), name="anomaly")
        endpoints = {
            "serve": Endpoint(serve, data.columns),
            "explain": Endpoint(explain, data.columns),
        }
        return Export(whole, endpoints)

    def baselines(self, data):
        from evaluation.anomaly import fit_detectors

        return fit_detectors(lambda inputs: encode_features(data.columns, inputs), data)

    def evaluate(self, run, data):
        from evaluation.anomaly import evaluate_anomalies
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        return evaluate_anomalies(run, data, self.baselines(data), self.false_alarms)
