"""Graphs as rows: an answer for each whole graph."""

import functools
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from errors import UserError
from tasks.few_rows import FewRows
from tasks.options import check_range
from tasks.supervised import Supervised

NOISE = 8  # random features of a node


@dataclass(frozen=True)
class GraphNetwork(FewRows, Supervised):
    """Graphs of any size in, a class or a number out; a topic defines `load` and `build_network`.

    A batch of graphs is their disjoint union: one graph without edges between its parts.
    """

    option_group: ClassVar = "network"
    is_scheduled: ClassVar = True

    node_features: tuple[Literal["degree", "cycles", "random"], ...] = ("degree", "random")
    """features of nodes to add: number of neighbours, numbers of closed walks of 3 to 7 steps
    (cycles), and noise that makes nodes different (random)"""

    folds: int = 0
    """also train on each of this many parts of a nested cross-validation, e.g. 10; 0 for none"""

    def check(self):
        super().check()
        check_range(self, folds=(0, 100))
        if self.folds in (1, 2):
            raise UserError("--folds must be 3 or more: a part trains, validates and tests")

    def build_network(self, features, target):
        """Build a network as that of `models.graph_network`.

        Args:
            features: width of a node's features.
            target: `datasets.dataset.Target`.
        """
        raise NotImplementedError

    @property
    def noise(self):
        return NOISE if "random" in self.node_features else 0

    def build(self, data):
        from models.graph_rows import OnRows

        width = self.build_encoder(data).output.shape[1]
        network = self.build_network(width + self.noise, data.targets[0])
        return OnRows(network, self.noise)

    def build_encoder(self, data):
        """Return the network that computes and scales the features of nodes.

        Features of 0 and 1 stay as they are; the mean and the standard deviation of the others are
        those of the training nodes.
        """
        from datasets.graph_rows import find_nodes
        from models.graph_network import node_encoder
        from training.arrays import encode_graphs

        width, rows = data.columns[0].shape[1], data.train.inputs
        raw = encode_graphs(node_encoder(width, self.node_features), rows)
        values = raw["features"][find_nodes(rows)]  # (training nodes, features)
        is_flag = ((values == 0) | (values == 1)).all(axis=0)
        means, stds = values.mean(axis=0, dtype="float64"), values.std(axis=0, dtype="float64")
        means[is_flag], stds[is_flag | (stds == 0)] = 0, 1
        return node_encoder(width, self.node_features, means, stds)

    def training_arrays(self, data):
        from training.arrays import encode_graphs

        encoder, (target,) = self.build_encoder(data), data.targets
        return tuple(
            (encode_graphs(encoder, split.inputs), target.encode(split.targets[target.name]))
            for split in (data.train, data.validation)
        )

    def fit(self, model, data, run):
        folds = self.split_in_folds(data)  # finds mistakes before a training
        fit = super().fit(model, data, run)
        if folds:
            self.fit_folds(folds, run)
        return fit._replace(model=fit.model.network)

    def split_in_folds(self, data):
        """Return the data of each fold, a list; [] without `--folds`."""
        from datasets.dataset import join_splits
        from datasets.split import split_in_folds

        if not self.folds:
            return []
        (target,) = data.targets
        rows = join_splits(data.train, data.validation, data.test)
        labels = rows.targets[target.name] if target.classes else None
        return [
            replace(data, train=train, validation=validation, test=test)
            for train, validation, test in split_in_folds(rows, self.folds, self.split_seed, labels)
        ]

    def fit_folds(self, folds, run):
        """Write `folds.csv`: the scores of a network for each fold, on its test part."""
        import tensorflow as tf

        from datasets.graph_rows import answer_graphs
        from runs.saved_model import to_numpy

        def call(serve, union):
            answers = serve({name: tf.constant(x) for name, x in union.items()})
            return {name: to_numpy(x) for name, x in answers.items()}

        rows = []
        for number, data in enumerate(folds, start=1):
            print(f"\nfold        {number} of {self.folds}")
            one = self.adapt(data.train.rows)
            fit = one.fit_arrays(one.build(data), *one.training_arrays(data), data, run)
            serve = self.export(fit.model.network, data).endpoints["serve"].function
            answers = answer_graphs(functools.partial(call, serve), data.test.inputs)
            (scores,) = self.scores(data.targets, data.test, answers).values()
            rows.append(scores)
        run.write_table("folds", {name: [row[name] for row in rows] for name in rows[0]})

    def export(self, model, data):
        """Export answers for all graphs of a union, which is the input."""
        import tensorflow as tf

        from models.graph_network import complete_graph_network
        from models.message_passing import join_directions
        from runs.endpoint import Endpoint, Export
        from training.arrays import answer_in_user_units

        (target,), encoder = data.targets, self.build_encoder(data)
        whole = complete_graph_network(encoder, model, target, self.noise)

        def read(inputs):
            x, graph = inputs["features"], inputs["graph"]
            edges = join_directions(inputs["edges"], tf.shape(x)[0])
            return [x, edges, graph, tf.math.bincount(graph)]

        def serve(inputs):
            return answer_in_user_units({target.name: whole(read(inputs))}, data.targets)

        return Export(whole, {"serve": Endpoint(serve, data.columns)})

    def answer(self, run, data):
        """Return a function of graphs as rows, which the SavedModel answers as unions."""
        from datasets.graph_rows import answer_graphs

        return functools.partial(answer_graphs, run.predict)

    def baselines(self, data):
        from evaluation.graph_baselines import fit_graph_baselines
        from training.arrays import encode_graphs

        encoder = self.build_encoder(data)
        return fit_graph_baselines(data, lambda rows: encode_graphs(encoder, rows))

    def evaluate(self, run, data):
        from evaluation.folds import add_folds

        found = super().evaluate(run, data)
        if not self.folds:
            return found
        print(f"Fitting the baselines to {self.folds} folds ...")
        folds = self.split_in_folds(data)
        return add_folds(found, run.read_table("folds"), folds, self.baselines, self.scores)

    def figures(self, run, data, predictions):
        from evaluation.graph_figures import draw_graphs

        answer = self.answer(run, data)
        return super().figures(run, data, predictions) | draw_graphs(
            data, predictions["network"], answer
        )
