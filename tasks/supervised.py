"""Supervised learning: rows with named columns in, one or several targets out."""

import functools
from dataclasses import dataclass

from errors import UserError
from tasks.training import BatchTraining


@dataclass(frozen=True)
class Supervised(BatchTraining):
    """A topic that learns from examples; it defines `load` and `build`.

    `build` maps encoded inputs, of the shape `self.input_shape(data)`, to one output a target; if
    there are several targets, to a dictionary by `models.columns.make_input_names` of the targets.
    """

    def input_shape(self, data):
        """Return the shape of an encoded row, as the network takes it."""
        return encoder_of(data.columns).output.shape[1:]

    def training_arrays(self, data):
        from models.columns import make_input_names
        from training.arrays import encode_split, to_nest

        encoder, names = encoder_of(data.columns), make_input_names(data.targets)
        splits = (data.train, data.validation)
        return tuple(to_nest(names, *encode_split(encoder, data, split)) for split in splits)

    def count_training_rows(self, data):
        """Return the number of rows in an epoch."""
        return data.train.rows

    def losses(self, data):
        """Return a loss for each target, as a list."""
        from training.losses import choose_losses

        return choose_losses(data.targets)

    def metrics(self, data):
        """Return lists of metrics to follow while training, one for each target."""
        from training.losses import choose_metrics

        return choose_metrics(data.targets)

    def compile(self, model, data):
        import keras

        from models.columns import make_input_names
        from training.arrays import one_or_dict

        names = make_input_names(data.targets)
        rate = self.learning_rate
        if self.is_scheduled:
            rate = self.cosine_decay(self.count_training_rows(data))
        model.compile(
            keras.optimizers.Adam(rate),
            one_or_dict(names, self.losses(data)),
            weighted_metrics=one_or_dict(names, self.metrics(data)),
        )

    def export(self, model, data):
        """Export raw values in, answers in the user's units out."""
        from models.heads import complete_network
        from runs.endpoint import Endpoint, Export
        from training.arrays import answer_in_user_units, feed_network

        network = complete_network(encoder_of(data.columns), model, data.targets)

        def serve(inputs):
            # Layers that augment pictures do so unless told otherwise.
            outputs = network(feed_network(inputs, data.columns), training=False)
            return answer_in_user_units(outputs, data.targets)

        endpoints = {"serve": Endpoint(serve, data.columns)}
        return Export(network, endpoints | export_matrix(model, data))

    def answer(self, run, data):
        """Return the function of a split's inputs that answers as the exported network does."""
        return run.predict

    def other_methods(self, run, data):
        """Return further networks to score beside it, `{name: function of a split's inputs}`."""
        return {}

    def baselines(self, data):
        from evaluation.baselines import fit_linear_model

        return fit_linear_model(data)

    def evaluate(self, run, data):
        from evaluation.advice import TRAINING_ROWS, advise
        from evaluation.evaluation import Evaluation
        from evaluation.supervised import choose_headline, score_splits, tabulate_scores
        from plots.history import plot_history

        check_unchanged(run, data)
        print(f"Scoring {data.test.rows} test rows, and baselines fitted to the other rows ...")
        answer = self.answer(run, data)
        methods = {"network": answer} | self.other_methods(run, data)
        baselines = self.baselines(data)
        methods |= {name: baseline.endpoints["serve"] for name, baseline in baselines.items()}
        splits, predictions = score_splits(self.scores, methods, data)
        metrics = {
            "splits": splits,
            "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
        }
        headline = choose_headline(splits["test"], data.targets)
        training = data.train.sample.take(slice(TRAINING_ROWS))
        seen = self.scores(data.targets, training, answer(training.inputs))
        advice = advise(
            self.advised_options(),
            data,
            headline,
            seen,
            splits["test"]["scores"]["network"],
            predictions["network"],
        )
        return Evaluation(
            headline,
            tabulate_scores(splits),
            {"history": plot_history(run.history)} | self.figures(run, data, predictions),
            metrics,
            advice,
            self.details(data, predictions),
        )

    def advised_options(self):
        """Return `{option: value}` of the options that advice may name."""
        return vars(self)

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}` of predictions for a split, by scikit-learn."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions, split.roles.get("weight"))

    def details(self, data, predictions):
        """Return tables for the report only, `{heading: rows}`: rows that are predicted worst."""
        from evaluation.mistakes import tabulate_mistakes

        found = {
            f"{target.name}, worst predictions of the test rows": tabulate_mistakes(
                target, data.test, predictions["network"]
            )
            for target in data.targets
        }
        return {heading: rows for heading, rows in found.items() if rows}

    def figures(self, run, data, predictions):
        """Return `{name: figure}` for the test split, given `{method: predictions}`."""
        from evaluation.supervised_figures import draw_targets

        return draw_targets(data.targets, data.test, predictions["network"])


def check_unchanged(run, data):
    """Raise UserError if the test rows are not those that the training left alone."""
    if data.fingerprint() != run.config["data"].get("fingerprint"):
        raise UserError(
            f"{data.source} has changed since the training, so its test rows may have been "
            "trained on. Train again with --overwrite, or score new rows with --data"
        )


def export_matrix(model, data):
    """Return the endpoint `matrix`, which answers as `serve` and takes all columns in one tensor,
    `(rows, columns)`; none unless every column is a number."""
    from datasets.dataset import Column
    from models.columns import matrix_encoder
    from models.heads import complete_network
    from runs.endpoint import Endpoint
    from training.arrays import answer_in_user_units

    columns = data.columns
    matrix = Column("matrix", "array", shape=(len(columns),))
    if {(c.kind, c.dtype) for c in columns} != {("number", matrix.dtype)} or len(columns) < 2:
        return {}
    if matrix.name in [column.name for column in columns]:
        return {}
    network = complete_network(matrix_encoder(columns), model, data.targets)

    def serve(inputs):
        return answer_in_user_units(network(inputs["matrix"], training=False), data.targets)

    return {"matrix": Endpoint(serve, (matrix,))}


@functools.lru_cache(maxsize=1)
def encoder_of(columns):
    """Return the `keras.Model` from named raw columns to what the network takes.

    It has no weights, so building it again would only cost time.
    """
    from models.columns import column_encoder

    return column_encoder(columns)
