"""Clusters: codes that keep neighbours together, and a mixture of Gaussians of them."""

from dataclasses import dataclass, replace
from typing import ClassVar

from errors import UserError
from tasks.features import encode_features, feature_encoder, refuse_outputs
from tasks.options import SEEDS, UnlabelledOptions, check_range
from tasks.training import BatchTraining

MOST_ROWS = 60_000  # that train; a graph of all neighbours of more rows takes too long
MOST_STEPS = 2500  # of a round; more rows need fewer epochs
CANDIDATES = 30  # largest number of clusters that is tried
OUTPUTS = ("cluster", "probability", "probabilities")  # of `serve`


@dataclass(frozen=True)
class ClusterLearning(UnlabelledOptions, BatchTraining):
    """Find groups of similar rows; a topic defines `build_network`, an encoder of features."""

    # The validation loss of a round is no guide: its neighbours come from the last round's codes.
    monitor: ClassVar = ""
    is_scheduled: ClassVar = True

    clusters: int = 0
    """number of clusters; 0 takes the number on which networks of different seeds agree best"""
    seeds: int = 3
    """number of networks, from --seed on; the one that agrees best with the others is exported"""
    latent: int = 5
    """width of the code"""
    neighbours: int = 15
    """number of nearest rows that count as similar"""
    rounds: int = 2
    """rounds of training; each begins with the neighbours in the codes of the last one"""

    def check(self):
        super().check()
        check_range(
            self, clusters=(0, 1000), seeds=(1, 100), seed=(0, SEEDS - 100), latent=(1, 1000)
        )
        check_range(self, neighbours=(1, 1000), rounds=(1, 20))
        if self.clusters == 1:
            raise UserError("--clusters must be 0 or a number from 2. Received: 1")

    def load(self):
        from datasets.complete_rows import keep_complete

        data = super().load()
        numbered = (c.name for c in data.columns if c.name.startswith("probabilities_"))
        refuse_outputs(data, (*OUTPUTS, *numbered))
        data = keep_complete(data, ("number", "category"), taken=("k",))
        if data.train.rows > MOST_ROWS:
            remark = f"{MOST_ROWS} of {data.train.rows} training rows are used"
            train = data.train.take(slice(MOST_ROWS))
            data = replace(data, train=train, remarks=(*data.remarks, remark))
        distinct = count_distinct(data.train, max(3, self.clusters))
        if data.train.rows < 3 or distinct < max(2, self.clusters):
            raise UserError(
                f"--clusters {self.clusters} needs as many different training rows. "
                f"{data.source} has {data.train.rows} training rows, {distinct} of them different"
            )
        return data

    def build_network(self, features, shape):
        """Build an encoder as `models.neighbour_embedding.code_encoder` does.

        Args:
            features: width of a row.
            shape: height, width and channels of a picture; () for other rows.
        """
        raise NotImplementedError

    def build(self, data):
        features = feature_encoder(data.columns).output.shape[-1]
        return self.build_network(features, data.columns[0].shape)

    def compile(self, model, data):
        import keras

        model.compile(keras.optimizers.Adam(self.cosine_decay(data.train.rows)))

    def fit(self, model, data, run):
        """Fit a network a seed, then the mixture to the codes of the one that agrees best."""
        import keras

        from evaluation.agreement import choose_clusters, describe_choice, measure_agreement
        from models.mixture import add_mixture
        from training.mixture import fit_few_times, fit_mixture

        rows = [
            encode_features(data.columns, part.inputs) for part in (data.train, data.validation)
        ]
        test = encode_features(data.columns, data.test.inputs)
        fits = []
        for number in range(self.seeds):
            if number:
                keras.utils.set_random_seed(self.seed + number)
                model = self.build(data)
            fits.append(self.fit_rounds(model, rows, data, run, number))
            if fits[-1].failure or fits[-1].ending:
                break  # diverged, or interrupted
        fits, ending = keep_finished(fits)
        codes, held_out = (
            [fit.model.predict(x, verbose=0, batch_size=2048) for fit in fits] for x in rows
        )
        clusters = self.clusters
        if not clusters:
            most = min(count_distinct(data.train, CANDIDATES), len(rows[0]) // 5)
            candidates = range(2, max(2, most) + 1)
            clusters, table = choose_clusters(fit_few_times, codes, held_out, candidates)
            run.write_table("clusters", table)
            best = max(table["agreement"])
            print(f"\n{describe_choice(clusters, best, len(fits), len(rows[1]))}")
        models = [
            add_mixture(fit.model, fit_mixture(z, clusters))
            for fit, z in zip(fits, codes, strict=True)
        ]

        def assign(x):
            parts = [model.predict(x, verbose=0, batch_size=2048)[1] for model in models]
            return [part.argmax(axis=1) for part in parts]

        best = int(measure_agreement(assign(rows[1])).sum(axis=1).argmax())
        names = [f"seed {self.seed + number}" for number in range(len(fits))]
        # Of test rows, for the report: they choose nothing.
        run.write_table("seeds", dict(zip(names, assign(test), strict=True)))
        why = ", which agrees best with the others" if len(fits) > 1 else ""
        print(f"\nexported    the network of {names[best]}{why}")
        return fits[best]._replace(model=models[best], ending=ending)

    def plan(self, data):
        """Return the options of a round: few rows need small batches, many rows few epochs."""
        batch = min(self.batch_size, max(2, data.train.rows // 4))
        most = max(1, MOST_STEPS // (data.train.rows // batch))
        return replace(self, batch_size=batch, epochs=min(self.epochs, most))

    def fit_rounds(self, encoder, rows, data, run, number):
        """Fit an encoder in rounds, each with the neighbours in the codes of the last one.

        Args:
            encoder: from `build`.
            rows: features of the training and of the validation rows.
            data: `datasets.dataset.Dataset`.
            run: `runs.run.Run`.
            number: number of the network.

        Returns: a `Fit` with the encoder and the history of all rounds.
        """
        import keras
        import numpy as np

        from models.neighbour_embedding import NeighbourEmbedding
        from training.neighbours import find_neighbours

        options, count = self.plan(data), min(self.neighbours, len(rows[0]) - 1)
        numbers = np.arange(len(rows[0]) + len(rows[1]), dtype="int32")
        splits = (numbers[: len(rows[0])],), (numbers[len(rows[0]) :],)
        spaces, history = rows, {}
        for turn in range(self.rounds):
            title = f"network {number + 1} of {self.seeds}, round {turn + 1} of {self.rounds}"
            print(f"\ntraining    {title}: {count} neighbours of each row")
            # So that a round does not depend on whether the one before it was resumed.
            keras.utils.set_random_seed(self.seed + number)
            near, shape = find_neighbours(*spaces, count), data.columns[0].shape
            model = NeighbourEmbedding(encoder, np.concatenate(rows), near, shape, name="embedding")
            snapshot = None if number or turn else run.snapshot
            fit = options.fit_arrays(model, *splits, data, run, snapshot)
            for name, values in fit.history.items():
                history[name] = [*history.get(name, []), *values]
            if fit.failure or fit.ending:
                break  # diverged, or interrupted
            spaces = [encoder.predict(x, verbose=0, batch_size=2048) for x in rows]
        ending = f"Interrupted in {title}" if fit.ending else ""
        return fit._replace(model=encoder, history=history, ending=ending)

    def export(self, model, data):
        """Export clusters, codes, and what is at the centre of each cluster."""
        import keras
        import tensorflow as tf

        from datasets.dataset import Column
        from models.column_decoder import decode_columns
        from runs.endpoint import Endpoint, Export
        from training.arrays import feed_network

        features = feature_encoder(data.columns)
        rows = encode_features(data.columns, data.train.inputs)
        p = model.predict(rows, verbose=0, batch_size=2048)[1]
        centres = tf.constant((p.T @ rows) / (p.sum(axis=0)[:, None] + 1e-9))

        def serve(inputs):
            _, probabilities = model(features(feed_network(inputs, data.columns)))
            return {
                "cluster": tf.argmax(probabilities, axis=-1, output_type=tf.int32),
                "probability": tf.reduce_max(probabilities, axis=-1),
                "probabilities": probabilities,
            }

        def encode(inputs):
            return {"latent": model(features(feed_network(inputs, data.columns)))[0]}

        def centroid(inputs):
            return decode_columns(tf.gather(centres, inputs["k"]), data.columns)

        whole = keras.Model(features.input, model(features.output), name="clustering")
        endpoints = {
            "serve": Endpoint(serve, data.columns),
            "encode": Endpoint(encode, data.columns),
            "centroid": Endpoint(centroid, (Column("k", dtype="int32"),)),
        }
        return Export(whole, endpoints)

    def baselines(self, data):
        from evaluation.clustering import fit_baselines

        def encode(inputs):
            return encode_features(data.columns, inputs)

        return fit_baselines(encode, data, self.clusters, self.seeds)

    def evaluate(self, run, data):
        from evaluation.clustering import evaluate_clusters
        from tasks.supervised import check_unchanged

        check_unchanged(run, data)
        features = encode_features(data.columns, data.test.inputs)
        clusters = run.predict(data.test.inputs)["probabilities"].shape[1]
        print(f"Fitting baselines with {clusters} clusters ...")
        baselines = replace(self, clusters=clusters).baselines(data)
        return evaluate_clusters(run, data, baselines, features)


def count_distinct(split, most):
    """Return the number of rows that differ, up to `most`."""
    found = set()
    for row in zip(*split.inputs.values(), strict=True):
        found.add(tuple(x.tobytes() if hasattr(x, "tobytes") else x for x in row))
        if len(found) == most:
            break
    return len(found)


def keep_finished(fits):
    """Return the networks that were trained to the end, the first one in any case, and a line that
    says what became of the last one, "" if it was trained to the end.

    Args:
        fits: a `training.fit.Fit` a network, of which the last one may be interrupted or diverged.
    """
    *finished, last = fits
    if not (last.failure or last.ending):
        return fits, ""
    if not finished:
        alone = ": the clusters are of this network alone, as far as it was trained"
        return fits, last.ending and last.ending + alone
    line = last.ending or f"Network {len(fits)} diverged, {last.failure}"
    count = f"{len(finished)} network{'s' * (len(finished) > 1)}"
    return finished, f"{line}: the clusters are of {count} trained to the end"
