"""Which learner for my table? Seven of them on six sets of points and on four tables, timed.

For example: python train.py decision --points 50. A linear model, nearest neighbours, an SVM, a
tree, a forest, boosted trees and a network learn the same rows with fixed settings. The networks
of the six sets of points, and of the folds of a table, are trained side by side. Expect no learner
to be the best everywhere: neighbours win in the plane, and the linear model on the tables.
"""

from dataclasses import dataclass

from tasks.options import check_range
from tasks.study import Study, Subject

TEST = 2000


@dataclass(frozen=True, kw_only=True)
class Planes(Subject):
    """Points of two classes.

    Args:
        train, test: `{dataset: (points, classes)}`.
    """

    train: dict
    test: dict


@dataclass(frozen=True)
class Decision(Study):
    points: int = 200
    """number of training points in the plane"""
    folds: int = 5
    """number of folds in which each table is split; each is predicted once"""
    hidden: tuple[int, ...] = (32, 32)
    """units of each hidden layer of the network"""
    l2: float = 1e-3
    """lambda of the network's loss term lambda * (sum of squared weights)"""
    steps: int = 1500
    """number of training steps of the network, with 32 rows each"""
    learning_rate: float = 3e-3
    """learning rate of Adam"""

    def check(self):
        super().check()
        check_range(self, points=(20, 10_000), folds=(2, 10), hidden=(1, 256), l2=(0, 10))
        check_range(self, steps=(1, 10**5), learning_rate=(1e-6, 1))

    def load(self):
        import numpy as np

        from datasets.plane import DATASETS, draw_points

        random = np.random.default_rng(self.seed)
        return Planes(
            source=f"{self.points} points each: {', '.join(DATASETS)}",
            remarks=("tables of scikit-learn: iris, wine, breast cancer, digits",),
            train={name: draw_points(name, self.points, random) for name in DATASETS},
            test={name: draw_points(name, TEST, random) for name in DATASETS},
        )

    def build(self, data):
        """The fit trains the networks and then joins them."""

    def fit(self, model, data, run):
        """Train the networks of the points and of each table."""
        import time

        import keras
        import numpy as np

        from evaluation.decision import TABLES, split_table
        from models.side_by_side import dense_networks
        from training.fit import Fit

        point = keras.Input((2,), name="point")
        x, y = (np.stack(arrays) for arrays in zip(*data.train.values(), strict=True))
        inputs = {"point": point}
        outputs = {"point": dense_networks(point, self.train(x, y, np.full(len(x), self.points)))}
        history = {"table": [], "seconds": []}
        for name in TABLES:
            x, y, splits = split_table(name, self.folds, self.seed)
            begin = time.perf_counter()
            weights = self.train_folds(x, y, splits)
            history["table"].append(name)
            history["seconds"].append(time.perf_counter() - begin)
            print(f"{name:<14} {self.folds} networks in {history['seconds'][-1]:.1f} s")
            key = name.replace(" ", "_")
            inputs[key] = keras.Input((x.shape[1],), name=key)
            outputs[key] = dense_networks(inputs[key], weights)
        return Fit(keras.Model(inputs, outputs, name="decision"), history)

    def train(self, x, y, rows):
        """Train a network for each of several datasets side by side, and return their weights.

        Args:
            x, y: `(networks, most rows, columns)` and `(networks, most rows)`.
            rows: number of rows of each, `(networks,)`.
        """
        import tensorflow as tf

        from training.side_by_side import SideBySide, make_settings

        settings = make_settings(len(x), l2=self.l2)
        classes = int(y.max()) + 1
        networks = SideBySide(
            x.shape[2], self.hidden, classes, settings, self.seed, self.learning_rate
        )
        x, y = tf.constant(x, "float32"), tf.constant(y, "int32")
        most = tf.constant(rows[:, None], "float32")

        def draw(random):
            chosen = tf.cast(random.uniform((len(rows), 32)) * most, "int32")
            return tf.gather(x, chosen, batch_dims=1), tf.gather(y, chosen, batch_dims=1)

        networks.compile(draw)(self.steps)
        return networks.to_dense()

    def train_folds(self, x, y, splits):
        """Return the weights of the networks of all folds, which take columns in their units."""
        import numpy as np

        rows = np.array([len(train) for train, _ in splits])
        chosen = np.array([np.resize(train, rows.max()) for train, _ in splits])
        means = np.array([x[train].mean(axis=0) for train, _ in splits])
        stds = np.array([x[train].std(axis=0) for train, _ in splits])
        stds[stds == 0] = 1.0  # of a constant column
        scaled = (x[chosen] - means[:, None]) / stds[:, None]
        (W, b), *others = self.train(scaled, y[chosen], rows)
        W = W / stds[..., None]
        b = b - np.einsum("mi,mio->mo", means, W)
        return [(W, b), *others]

    def export(self, model, data):
        import keras
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        parts = {name: keras.Model(model.input[name], model.output[name]) for name in model.input}

        def serve(inputs):
            probabilities = parts["point"](tf.stack([inputs["x1"], inputs["x2"]], axis=-1))
            return {name: probabilities[:, n, 1] for n, name in enumerate(data.train)}

        def serve_table(name):
            return lambda inputs: {"probabilities": parts[name](inputs["row"])}

        endpoints = {"serve": Endpoint(serve, (Column("x1"), Column("x2")))}
        for name, part in parts.items():
            if name != "point":
                column = Column("row", "array", shape=part.input_shape[1:])
                endpoints[name] = Endpoint(serve_table(name), (column,))
        return Export(model, endpoints)

    def evaluate(self, run, data):
        import numpy as np

        from evaluation.decision import compare_on_planes, compare_on_tables, make_tables
        from evaluation.evaluation import Evaluation, Headline
        from plots.decision import plot_scores_against_time, plot_surfaces

        line = np.linspace(-1.25, 1.25, 60)
        planes, surfaces = compare_on_planes(run, data, line, self.seed)
        seconds = dict(zip(run.history["table"], run.history["seconds"], strict=True))
        results = compare_on_tables(run, seconds, self.folds, self.seed)
        in_plane, on_tables, times = make_tables(planes, results)
        *others, network = [row[-1] for row in in_plane[1:]]
        best = int(np.argmax(others))
        return Evaluation(
            Headline("mean accuracy in the plane", network, others[best], in_plane[1 + best][0]),
            {
                f"accuracy on {TEST} new points, {self.points} training points": in_plane,
                f"accuracy on tables, mean of {self.folds} folds": on_tables,
                "seconds to fit all folds, one thread": times,
            },
            {
                "surfaces": plot_surfaces(line, surfaces, data.train, planes),
                "score-against-time": plot_scores_against_time(results),
            },
            {"plane": in_plane, "tables": on_tables, "seconds": times},
        )
