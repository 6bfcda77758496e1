"""One neuron: the half-space it cuts, Rosenblatt's rule beside gradient descent, one layer.

For example: python train.py neuron --margin 0.02. The formulas are in lectures/perceptron.py. Two
kinds of points are learned: some that a line separates, and some that overlap. Rosenblatt's rule
makes at most (R / gamma)^2 mistakes if there is a line, and never stops if there is none. Gradient
descent on the cross-entropy settles where the points overlap; where they do not, its weights grow
for ever, and turn to the largest margin. Expect at most 33 mistakes where the bound is 189, and a
layer that agrees with the work by hand to 1e-15.
"""

from dataclasses import dataclass

from errors import UserError
from tasks.options import check_range
from tasks.study import Study, Subject

RULES = ("Rosenblatt", "gradient descent")
NORMAL, OFFSET = (0.6, 0.8), 0.2  # of the line that separates the points of the first kind
CENTRE, STD = (0.45, 0.35), 0.5  # of class 1 of the second kind; class 0 is opposite
TEST = 20_000
# A layer worked by hand: W x + b = (0.5 + 2 + 1 - 1.5, 1 - 2 - 1 + 0.5) = (2, -1.5).
W, B, X, Z = ((0.5, -1.0, 2.0), (1.0, 1.0, -2.0)), (-1.5, 0.5), (1.0, -2.0, 0.5), (2.0, -1.5)


@dataclass(frozen=True, kw_only=True)
class Points(Subject):
    """Points in the plane.

    Args:
        train, test: `{kind: (points, labels)}`, `(rows, 2)` and `(rows,)` of -1 and 1.
        best: `{kind: largest accuracy that is possible on new points}`.
    """

    train: dict
    test: dict
    best: dict


@dataclass(frozen=True)
class Neuron(Study):
    points: int = 100
    """number of points of each kind"""
    margin: float = 0.1
    """least distance of the separable points from the line that labels them"""
    epochs: int = 60
    """maximum number of passes of Rosenblatt's rule over the points"""
    orders: int = 50
    """runs of Rosenblatt's rule, each with the points in a different random order"""
    steps: int = 10_000
    """number of steps of gradient descent"""

    def check(self):
        super().check()
        check_range(self, points=(10, 10_000), margin=(1e-4, 0.5), epochs=(1, 10_000))
        check_range(self, orders=(1, 1000), steps=(1, 10**6))

    def load(self):
        from statistics import NormalDist

        import numpy as np

        random = np.random.default_rng(self.seed)
        kinds = {"separable": self.draw_separable, "overlapping": draw_overlapping}
        train = {kind: draw(self.points, random) for kind, draw in kinds.items()}
        test = {kind: draw(TEST, random) for kind, draw in kinds.items()}
        for kind, (_, y) in train.items():
            if abs(y.sum()) == len(y):
                raise UserError(f"all {kind} points have one class. Draw more --points")
        overlap = NormalDist().cdf(float(np.hypot(*CENTRE)) / STD)
        return Points(
            source=f"{self.points} points of each kind in the plane",
            remarks=(
                f"separable: class 1 above a line, no point within {self.margin} of it",
                f"overlapping: two normal distributions; the best line is right for {overlap:.1%}",
            ),
            train=train,
            test=test,
            best={"separable": 1.0, "overlapping": overlap},
        )

    def draw_separable(self, count, random):
        import numpy as np

        x = random.uniform(-1, 1, (10 * count, 2))
        distance = x @ NORMAL - OFFSET
        x = x[np.abs(distance) > self.margin][:count]
        return x, np.sign(x @ NORMAL - OFFSET)

    def build(self, data):
        """Build a neuron for each kind of points and each rule, and the layer worked by hand."""
        import keras
        from keras import layers

        point = keras.Input((2,), dtype="float64", name="point")
        row = keras.Input((len(X),), dtype="float64", name="x")
        outputs = {
            f"{kind}, {rule}": layers.Dense(1, dtype="float64", name=name_neuron(kind, rule))(point)
            for kind in data.train
            for rule in RULES
        }
        outputs["layer"] = layers.Dense(len(B), dtype="float64", name="layer")(row)
        return keras.Model({"point": point, "x": row}, outputs, name="neurons")

    def fit(self, model, data, run):
        """Learn each kind of points by both rules."""
        import numpy as np

        from training.fit import Fit

        history = {"kind": [], "rule": [], "run": [], "step": [], "value": []}
        for kind, (x, y) in data.train.items():
            for rule, learn in zip(RULES, (self.follow_rosenblatt, self.descend), strict=True):
                weights, rows = learn(x, y)
                for row in rows:
                    for column, value in zip(history, (kind, rule, *row), strict=True):
                        history[column].append(value)
                layer = model.get_layer(name_neuron(kind, rule))
                layer.set_weights([weights[:-1, None], weights[-1:]])
        model.get_layer("layer").set_weights([np.transpose(W), np.array(B)])
        return Fit(model, history)

    def follow_rosenblatt(self, x, y):
        """Return the weights of the first run, and `[(run, epoch, mistakes), ...]` of all."""
        import numpy as np

        from lectures.perceptron import add_one, follow_rosenblatt

        rows, first = [], None
        for order in range(self.orders):
            random = np.random.default_rng([self.seed, order])
            weights, mistakes = follow_rosenblatt(add_one(x), y, self.epochs, random)
            first = weights if first is None else first
            rows += [(order, epoch, count) for epoch, count in enumerate(mistakes, start=1)]
        return first, rows

    def descend(self, x, y):
        """Return the weights, and `[(0, step, loss), ...]`."""
        import numpy as np

        from lectures.descent import GradientDescent
        from lectures.perceptron import add_one, compute_gradient, compute_loss, find_safe_rate

        x = add_one(x)
        rule, weights, rows = GradientDescent(find_safe_rate(x)), np.zeros(x.shape[1]), []
        shown = set(np.unique(np.geomspace(1, self.steps, 200).astype(int)).tolist())
        for step in range(1, self.steps + 1):
            weights = rule.step(weights, compute_gradient(x, y, weights))
            if step in shown:
                rows.append((0, step, float(compute_loss(x, y, weights))))
        return weights, rows

    def export(self, model, data):
        import tensorflow as tf

        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        def compute_heights(inputs):
            point = tf.stack([inputs["x1"], inputs["x2"]], axis=-1)  # (batch, 2)
            return {
                f"{kind}, {rule}": model.get_layer(name_neuron(kind, rule))(point)[:, 0]
                for kind in data.train
                for rule in RULES
            }

        def serve(inputs):
            activations = dict(
                zip(RULES, (lambda z: tf.cast(z > 0, z.dtype), tf.sigmoid), strict=True)
            )
            heights = compute_heights(inputs)
            return {name: activations[name.split(", ")[1]](z) for name, z in heights.items()}

        def apply_layer(inputs):
            z = model.get_layer("layer")(inputs["x"])
            return {"identity": z, "relu": tf.nn.relu(z), "logistic": tf.sigmoid(z)}

        point = tuple(Column(name, dtype="float64") for name in ("x1", "x2"))
        row = Column("x", kind="array", shape=(len(X),), dtype="float64")
        return Export(
            model,
            {
                "serve": Endpoint(serve, point),
                "height": Endpoint(compute_heights, point),
                "layer": Endpoint(apply_layer, (row,)),
            },
        )

    def evaluate(self, run, data):
        import numpy as np

        from evaluation.evaluation import Evaluation, Headline
        from evaluation.neuron import compare_layer, compare_rules, read_neurons
        from plots.neuron import plot_half_spaces, plot_rules

        neurons = read_neurons(run)
        results = {
            kind: compare_rules(kind, x, y, neurons[kind], run.history)
            for kind, (x, y) in data.train.items()
        }
        scores = [["points", "rule", "these points", "new points", "best possible, new points"]]
        for kind, best in data.best.items():
            for rule in RULES:
                right = []
                for x, y in (data.train[kind], data.test[kind]):
                    answers = run.predict({"x1": x[:, 0], "x2": x[:, 1]})[f"{kind}, {rule}"]
                    right.append(float(np.mean((answers > 0.5) == (y > 0))))
                scores.append([kind, rule, *right, best])
        layer = compare_layer(run, W, B, X, Z)
        mistakes = [
            ["points", "median", "largest", "bound (R / gamma)^2", "R", "largest margin gamma"],
            *(result.mistakes for result in results.values()),
        ]
        descent = [
            ["points", "loss", "smallest loss", "length of w", "degrees from the largest margin"],
            *(result.descent for result in results.values()),
        ]
        panels = {
            f"{kind} points": (x, (y > 0).astype(int), neurons[kind])
            for kind, (x, y) in data.train.items()
        }
        curves = [
            {kind: getattr(result, name) for kind, result in results.items()}
            for name in ("by_epoch", "by_step")
        ]
        largest, bound = mistakes[1][2:4]
        return Evaluation(
            Headline("most mistakes of Rosenblatt's rule", float(largest), bound, "bound"),
            {
                f"mistakes of Rosenblatt's rule, {self.orders} orders of the points, at most "
                f"{self.epochs} epochs": mistakes,
                f"gradient descent, {self.steps} steps": descent,
                f"fraction right of {self.points} points and of {TEST} new ones": scores,
                "a layer F(W x + b), by hand, in NumPy and by the SavedModel": layer,
            },
            {
                "half-spaces": plot_half_spaces(panels),
                "mistakes-by-epoch": plot_rules(*curves, self.points),
            },
            {"mistakes": mistakes, "descent": descent, "scores": scores, "layer": layer},
        )


def name_neuron(kind, rule):
    return f"{kind}_{rule.replace(' ', '_')}"


def draw_overlapping(count, random):
    import numpy as np

    y = np.where(np.arange(count) < count // 2, -1.0, 1.0)
    return y[:, None] * CENTRE + random.normal(0, STD, (count, 2)), y
