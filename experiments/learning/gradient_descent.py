"""Gradient descent: learning rates, batches, momentum and Adam, on a surface and on real data.

The rules are in training/descent.py. On the data, diabetes of 442 patients, the model is linear: its lowest loss is known from
least squares, and a rate is too large beyond 2 over the largest eigenvalue of the Hessian.
"""

import time
from dataclasses import dataclass

from errors import UserError
from experiments.experiment import ANY, in_range
from experiments.study import Found, Study

RATES = ("rate too small", "rate right", "rate too large")
LOSS = "loss above that of least squares"
HOPELESS = 1e6  # a loss above that many times the first ends a descent


@dataclass(frozen=True)
class GradientDescent(Study):
    surface: str = "x^4/4 - x^2/2 + x/10 + 2*y^2"
    """a formula in x and y to walk down on; the default has a saddle between a local and a global minimum"""
    box: tuple[float, ...] = (-1.7, 1.7, -1.0, 1.0)
    """low and high of x, low and high of y"""
    start: tuple[float, ...] = (0.25, 0.85)
    """x and y where all paths begin"""
    steps: int = 60
    """on the surface"""
    rates: tuple[float, ...] = (0.02, 0.4, 1.05)
    """too small, right, too large; as parts of the limit 2 / largest eigenvalue of the Hessian"""
    beta: float = 0.9
    """of momentum: what friction leaves of the speed"""
    adam_rate: float = 0.05
    """learning rate of Adam"""
    batch_size: int = 32
    """of mini-batch descent"""
    epochs: int = 100
    """passes over the data"""
    split_seed: int = 42
    """seed by which rows are split into train, validation and test"""

    def check(self):
        import numpy as np

        from symbolic.landscape import Landscape

        super().check()
        for option, length in (("box", 4), ("start", 2), ("rates", 3)):
            if len(getattr(self, option)) != length:
                raise UserError(
                    f"--{option} wants {length} numbers. Received: {len(getattr(self, option))}"
                )
        in_range(
            self,
            box=(-1e6, 1e6),
            start=(-1e6, 1e6),
            rates=(1e-9, 100),
            beta=(0, 0.9999),
            adam_rate=(1e-9, 100),
        )
        in_range(
            self,
            steps=(1, 10**4),
            batch_size=(1, ANY),
            epochs=(1, 10**4),
            split_seed=(0, 2**32 - 1),
        )
        if not (self.box[0] < self.box[1] and self.box[2] < self.box[3]):
            raise UserError(f"--box wants low and high of x, then of y. Received: {self.box}")
        landscape = Landscape(self.surface)
        numbers = [
            landscape.height(*self.start),
            *landscape.gradient(self.start),
            *landscape.hessian(self.start).ravel(),
        ]
        if not np.isfinite(numbers).all():
            raise UserError(
                f"{self.surface} has no height, slope or curvature at --start {self.start}. Choose another start"
            )

    def rules(self, limit):
        """`{group: {name: a new rule}}` for a surface whose largest stable rate is `limit`."""
        from lectures import descent

        too_small, right, too_large = (rate * limit for rate in self.rates)
        by_rate = {
            name: descent.GradientDescent(rate)
            for name, rate in zip(RATES, (too_small, right, too_large), strict=True)
        }
        by_rule = {
            "gradient descent": descent.GradientDescent(right),
            "momentum": descent.Momentum(
                right / 4, self.beta
            ),  # its steps add up, to 1 / (1 - beta) of them
            "Adam": descent.Adam(self.adam_rate),
        }
        return {"learning rates": by_rate, "rules": by_rule}

    def data(self):
        """Rows of the diabetes data in their units: `datasets.dataset.Dataset`."""
        from sklearn.datasets import load_diabetes

        from datasets.table import make_table_dataset

        frame = load_diabetes(as_frame=True, scaled=False).frame
        return make_table_dataset(
            "scikit-learn's diabetes data", frame, ["target"], self.split_seed, task="regression"
        )

    def study(self, folder):
        import keras
        import numpy as np
        import tensorflow as tf
        from keras import layers

        dataset = self.data()
        names = [column.name for column in dataset.columns]
        x, mean, std = standardised(as_matrix(dataset.train, names))
        y, y_mean, y_std = standardised(dataset.train.targets["target"])
        history = {"way": [], "examples": [], "seconds": [], "loss": []}
        best, lowest = None, np.inf
        for way, (rule, batch_size) in self.ways(x).items():
            costs, weights = self.descend(rule, batch_size, x, y)
            for column, values in zip(
                ("examples", "seconds", "loss"), np.transpose(costs), strict=True
            ):
                history[column] += values.tolist()
            history["way"] += [way] * len(costs)
            print(f"{way:<40} loss {costs[-1][-1]:.8g}")
            if costs[-1][-1] < lowest:
                best, lowest = weights, costs[-1][-1]

        inputs = {name: keras.Input((), dtype="float64", name=name) for name in names}
        rows = keras.ops.stack(list(inputs.values()), axis=-1)  # (batch, columns)
        rows = layers.Normalization(mean=mean, variance=std**2, dtype="float64")(rows)
        outputs = layers.Dense(1, dtype="float64", name="linear")(rows)
        outputs = layers.Rescaling(y_std, y_mean, dtype="float64")(outputs)
        model = keras.Model(inputs, {"target": outputs[:, 0]}, name="diabetes")
        model.get_layer("linear").set_weights([best[:, None], np.zeros(1)])
        return Found(
            source=dataset.source,
            model=model,
            functions={"serve": lambda inputs: model(inputs)},
            signature={name: tf.TensorSpec((None,), "float64", name=name) for name in names},
            targets=("target",),
            history=history,
        )

    def ways(self, x):
        """`{name: (rule, batch size)}` to descend on the data."""
        import numpy as np

        from lectures import descent

        limit = 2 / np.linalg.eigvalsh(x.T @ x / len(x))[-1]
        groups = self.rules(limit)
        ways = {f"batch, {name}": (rule, len(x)) for name, rule in groups["learning rates"].items()}
        ways |= {
            f"batch, {name}": (rule, len(x))
            for name, rule in groups["rules"].items()
            if name != "gradient descent"
        }
        # The gradient of few examples is a guess: at the batch's rate it would not settle.
        right = self.rates[1] * limit
        ways["mini-batch"] = descent.GradientDescent(right / 4), min(self.batch_size, len(x))
        ways["stochastic"] = descent.GradientDescent(right / 40), 1
        return ways

    def descend(self, rule, batch_size, x, y):
        """Lower the loss, half the mean squared error: `([(examples, seconds, loss), ...], weights)`."""
        import numpy as np

        from lectures.descent import batches

        def loss(weights):
            return 0.5 * np.mean((x @ weights - y) ** 2)

        random = np.random.default_rng(self.seed)
        weights, examples, seconds = np.zeros(x.shape[1]), 0, 0.0
        costs = [(0, 0.0, loss(weights))]
        for _ in range(self.epochs):
            for chosen in batches(len(x), batch_size, random):
                begin = time.perf_counter()
                rows = x[chosen]
                gradient = rows.T @ (rows @ weights - y[chosen]) / len(chosen)
                weights = rule.step(weights, gradient)
                seconds += time.perf_counter() - begin
                examples += len(chosen)
                if batch_size == len(x) or examples >= max(
                    min(self.batch_size, len(x)), 1.03 * costs[-1][0]
                ):
                    costs.append((examples, seconds, loss(weights)))
            if not costs[-1][-1] < HOPELESS * costs[0][-1]:
                break
        return costs, weights

    def results(self, model, folder, history):
        import numpy as np
        from evaluation.saved_model import predict

        from plots.descent import descent_paths, loss_against_cost

        dataset = self.data()
        names = [column.name for column in dataset.columns]
        x, mean, std = standardised(as_matrix(dataset.train, names))
        y, y_mean, y_std = standardised(dataset.train.targets["target"])
        lowest = np.linalg.lstsq(x, y)[0]
        least = 0.5 * np.mean((x @ lowest - y) ** 2)
        columns = {name: np.array(values) for name, values in history.items()}
        ways = {
            way: tuple(
                columns[name][columns["way"] == way] for name in ("examples", "seconds", "loss")
            )
            for way in dict.fromkeys(history["way"])
        }
        test = dataset.test.targets["target"]
        answers = predict(model, dataset.test.inputs)["target"]
        by_least_squares = (as_matrix(dataset.test, names) - mean) / std @ lowest * y_std + y_mean
        scores = {
            "the SavedModel": rmse(answers, test),
            "least squares": rmse(by_least_squares, test),
        }
        surface_table, paths_picture = self.on_the_surface(descent_paths)
        metrics = {
            "summary": {
                "score": "test RMSE",
                "value": scores["the SavedModel"],
                "baseline": scores["least squares"],
            },
            "tables": {
                f"paths on {self.surface}": surface_table,
                f"training loss on the diabetes data; least squares {least:.8g}": [
                    ["way", "examples seen", "loss above least squares", "seconds"],
                    *(
                        [way, int(n[-1]), float(loss[-1] - least), float(s[-1])]
                        for way, (n, s, loss) in ways.items()
                    ),
                ],
                "batch descent against its closed form": [
                    [
                        "rate",
                        "largest eigenvalue times rate",
                        "largest relative difference of the loss",
                    ],
                    *self.against_closed_form(ways, x, y, lowest),
                ],
                f"{len(test)} test rows": [["model", "RMSE"], *map(list, scores.items())],
            },
        }
        return metrics, {
            "paths": paths_picture,
            "losses": loss_against_cost(self.comparisons(ways, least), LOSS),
        }

    def comparisons(self, ways, least):
        """Which ways to draw beside each other: `{title: (axis, {name: (cost, loss)})}`."""
        seen, seconds = "examples seen", "time of the steps [s]"
        by_rate = [f"batch, {name}" for name in RATES]
        by_rule = [by_rate[1], "batch, momentum", "batch, Adam"]
        by_size = [by_rate[1], *(way for way in ways if not way.startswith("batch"))]

        def lines(names, cost):
            # Logarithmic axes begin after the first step.
            return {name: (ways[name][cost][1:], ways[name][2][1:] - least) for name in names}

        return {
            "learning rate": (seen, lines(by_rate, 0)),
            "rule": (seen, lines(by_rule, 0)),
            "examples a step": (seen, lines(by_size, 0)),
            "examples a step, in time": (seconds, lines(by_size, 1)),
        }

    def against_closed_form(self, ways, x, y, lowest):
        """On a parabola the error shrinks by (1 - rate * eigenvalue) a step along each axis: the loss is known at each step."""
        import numpy as np

        eigenvalues, axes = np.linalg.eigh(x.T @ x / len(x))
        error = axes.T @ lowest  # of the first weights, which are zero
        least = 0.5 * np.mean((x @ lowest - y) ** 2)
        found = []
        for name, rate in zip(RATES, self.rates, strict=True):
            loss = ways[f"batch, {name}"][2]
            factors = (1 - 2 * rate * eigenvalues / eigenvalues[-1])[:, None] ** np.arange(
                len(loss)
            )
            expected = least + 0.5 * eigenvalues @ (error[:, None] * factors) ** 2
            found.append([name, 2 * rate, float(np.abs(loss / expected - 1).max())])
        return found

    def on_the_surface(self, picture):
        """A table of where the paths end, and the picture of them."""
        import numpy as np

        from lectures.descent import walk
        from symbolic.landscape import Landscape

        landscape = Landscape(self.surface)
        limit = 2 / (np.abs(np.linalg.eigvalsh(landscape.hessian(self.start))).max() or 1.0)
        panels = {}
        table = [["path", "x", "y", "height", "steps to a gradient below 0.001"]]
        for title, rules in self.rules(limit).items():
            panels[title] = {}
            for name, rule in rules.items():
                path = walk(rule, landscape.gradient, self.start, self.steps)
                panels[title][name] = path
                flat = [
                    n
                    for n, place in enumerate(path)
                    if np.linalg.norm(landscape.gradient(place)) < 1e-3
                ]
                table.append(
                    [
                        name,
                        *map(float, path[-1]),
                        float(landscape.height(*path[-1])),
                        flat[0] if flat else "not reached",
                    ]
                )
        points = landscape.level_points(self.box)
        table += [
            [kind, *place, float(landscape.height(*place)), ""]
            for kind, places in points.items()
            for place in places
        ]
        x, y = np.linspace(*self.box[:2], 201), np.linspace(*self.box[2:], 201)
        return table, picture(
            x,
            y,
            landscape.height(*np.meshgrid(x, y)),
            panels,
            points,
            title=f"Descent on {self.surface}",
        )


def as_matrix(split, names):
    """Columns side by side: `(rows, columns)`."""
    import numpy as np

    return np.stack([split.inputs[name] for name in names], axis=-1).astype("float64")


def standardised(values):
    """Values of mean 0 and standard deviation 1 along the rows, and the mean and deviation they had."""
    mean, std = values.mean(axis=0), values.std(axis=0)
    return (values - mean) / std, mean, std


def rmse(answers, true):
    return float(((answers - true) ** 2).mean() ** 0.5)
