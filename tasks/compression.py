"""Compression: a small network that drops in for that of a finished run."""

import functools
from dataclasses import dataclass
from typing import ClassVar

from errors import UserError
from tasks.graphs import GraphNetwork
from tasks.nodes import NodeClassifier
from tasks.source_run import FromRun
from tasks.supervised import Supervised

SCORES = ("accuracy", "rmse", "mean_squared_error", "loss")
ROWS_AT_ONCE = 1024


@dataclass(frozen=True)
class Compression(FromRun, Supervised):
    """Learns what a run has learned, with fewer operations; a topic defines `build` and `fit`.

    Rows, losses, endpoints, scores and baselines are those of the run's topic, so that raw values
    in and answers out stay as they are.
    """

    split_seed: ClassVar[int] = 0  # no option: the rows are split as for the run
    source_name: ClassVar[str] = "before"  # the run in tables and pictures
    size: ClassVar[str] = "parameters"  # what the score is drawn against

    @functools.cached_property
    def source(self):
        """The `SourceRun` to start from."""
        return self.open_source()

    @property
    def topic(self):
        """The supervised experiment of the run; of a compressed run that of its source."""
        experiment = self.source.experiment
        return experiment.topic if isinstance(experiment, Compression) else experiment

    def load(self):
        """Load the data of the run; raise UserError if the run cannot be compressed."""
        experiment = self.source.experiment
        if not isinstance(experiment, Supervised):
            raise UserError(
                "--from must be the run of a network that predicts targets from rows of data. "
                f"Received: {self.from_run}, a run of {self.source.run.config['experiment']}"
            )
        if isinstance(self.topic, (NodeClassifier, GraphNetwork)):
            raise UserError(
                "networks on graphs cannot be compressed: choose the run of a table, of pictures "
                f"or of series. Received: {self.from_run}"
            )
        data = self.source.data
        if data.streamed:
            raise UserError(
                f"{data.source} stays in its files, and compression needs all rows in memory. "
                "Train the run with --stream no"
            )
        return data

    def check_single(self, data):
        """Raise UserError if the run is an ensemble of networks."""
        members = getattr(self.topic, "count_members", lambda data: 1)(data)
        if members > 1:
            raise UserError(
                f"{self.from_run} is an ensemble of {members} networks. Train it with --members 1"
            )

    @functools.cached_property
    def network(self):
        """The trained network of the run, without the layers for raw values around it."""
        inner = self.source.run.inner_network
        if inner is None:
            raise UserError(
                f"{self.from_run} has no single network in its model.keras; start from the run of "
                "a topic that trains one"
            )
        return inner

    def losses(self, data):
        return self.topic.losses(data)

    def metrics(self, data):
        return self.topic.metrics(data)

    def training_arrays(self, data):
        return self.topic.training_arrays(data)

    def export(self, model, data):
        from models.pruning import drop_loss

        return self.topic.export(drop_loss(model), data)

    def scores(self, targets, split, predictions):
        return self.topic.scores(targets, split, predictions)

    def other_methods(self, run, data):
        return {self.source_name: self.source.run.predict}

    def baselines(self, data):
        return self.topic.baselines(data)

    def figures(self, run, data, predictions):
        return self.topic.figures(run, data, predictions)

    def details(self, data, predictions):
        return self.topic.details(data, predictions)

    def measure(self, model, validation, **columns):
        """Return a row of `front.csv`: the score of a compiled network on validation rows beside
        its parameters that are not zero and its bit operations."""
        from evaluation.compression import count_bit_operations, count_parameters

        x, y, weights = validation
        options = {"batch_size": ROWS_AT_ONCE, "verbose": 0, "return_dict": True}
        found = model.evaluate(x, y, sample_weight=weights, **options)
        score = next(name for kind in SCORES for name in found if name.endswith(kind))
        return {
            **columns,
            "parameters": count_parameters(model),
            "bit_operations": count_bit_operations(model),
            score: found[score],
        }

    def write_front(self, run, rows):
        """Write `front.csv`, from which the picture of score against size is drawn."""
        run.write_table("front", {name: [row[name] for row in rows] for name in rows[0]})

    def evaluate(self, run, data):
        from evaluation.compression import add_costs

        runs = {self.source_name: self.source.run, "network": run}
        return add_costs(super().evaluate(run, data), runs, data, self.size)
