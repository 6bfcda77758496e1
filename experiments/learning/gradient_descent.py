"""Gradient descent: learning rates, batches, momentum and Adam, on a surface and on real data.

For example: python train.py gradient-descent --surface "x^2 + 10*y^2" --box -2 2 -1 1 --start 1 0.5
The rules are in lectures/descent.py. The data are 442 patients with diabetes, the model is linear:
its lowest loss follows from least squares, and a rate above 2 / (largest eigenvalue of the Hessian)
diverges. Expect every other descent, but the one whose rate is too small, to come within 0.002 of
the lowest loss.
"""

import time
from dataclasses import dataclass, replace

from errors import UserError
from tasks.options import ANY, SEEDS, check_range
from tasks.study import Study

RATES = ("rate too small", "rate right", "rate too large")
HOPELESS = 1e6  # times the initial loss; a descent that gets there is ended


@dataclass(frozen=True)
class GradientDescent(Study):
    surface: str = "x^4/4 - x^2/2 + x/10 + 2*y^2"
    """formula in x and y to descend on; the default has a saddle between a local and a global
    minimum"""
    box: tuple[float, ...] = (-1.7, 1.7, -1.0, 1.0)
    """part of the surface that is drawn: low and high of x, low and high of y"""
    start: tuple[float, ...] = (0.25, 0.85)
    """x and y where all paths on the surface begin"""
    steps: int = 60
    """number of steps on the surface"""
    rates: tuple[float, ...] = (0.02, 0.4, 1.05)
    """three learning rates, too small, right and too large, as fractions of the limit
    2 / (largest eigenvalue of the Hessian)"""
    beta: float = 0.9
    """fraction of the velocity that momentum keeps after a step"""
    adam_rate: float = 0.05
    """learning rate of Adam"""
    batch_size: int = 32
    """rows per step of mini-batch descent"""
    epochs: int = 100
    """number of passes over the training rows"""
    split_seed: int = 42
    """seed of the random split into train, validation and test rows"""

    def check(self):
        import numpy as np

        from symbolic.surface import Surface

        super().check()
        for option, length in (("box", 4), ("start", 2), ("rates", 3)):
            value = getattr(self, option)
            if len(value) != length:
                raise UserError(f"--{option} must be {length} numbers. Received: {value}")
        check_range(self, box=(-1e6, 1e6), start=(-1e6, 1e6), steps=(1, 10**4))
        check_range(self, rates=(1e-9, 100), beta=(0, 0.9999), adam_rate=(1e-9, 100))
        check_range(self, batch_size=(1, ANY), epochs=(1, 10**4), split_seed=(0, SEEDS))
        if not (self.box[0] < self.box[1] and self.box[2] < self.box[3]):
            raise UserError(
                f"--box must be low and high of x, then low and high of y. Received: {self.box}"
            )
        surface = Surface(self.surface)
        height, gradient = surface.height(*self.start), surface.gradient(self.start)
        if not np.isfinite([height, *gradient, *surface.hessian(self.start).flat]).all():
            raise UserError(
                f"the height, gradient or Hessian of {self.surface} is not finite at {self.start}. "
                "Choose a different --start"
            )

    def rules(self, limit):
        """Return `{group: {name: new rule}}`, given the rate above which descent diverges."""
        from lectures import descent

        by_rate = {
            name: descent.GradientDescent(rate * limit)
            for name, rate in zip(RATES, self.rates, strict=True)
        }
        right = self.rates[1] * limit
        by_rule = {
            "gradient descent": descent.GradientDescent(right),
            # Its steps add up, to 1 / (1 - beta) of them.
            "momentum": descent.Momentum(right / 4, self.beta),
            "Adam": descent.Adam(self.adam_rate),
        }
        return {"learning rates": by_rate, "rules": by_rule}

    def methods(self, x):
        """Return `{name: (rule, batch size)}` of all descents on the data."""
        from lectures import descent
        from lectures.linear_model import find_largest_rate

        limit, rows = find_largest_rate(x), len(x)
        by_rate, by_rule = self.rules(limit).values()
        rules = {**by_rate, "momentum": by_rule["momentum"], "Adam": by_rule["Adam"]}
        methods = {f"batch, {name}": (rule, rows) for name, rule in rules.items()}
        # The gradient of few rows is noisy: at the batch's rate it would not settle.
        right = self.rates[1] * limit
        methods["mini-batch"] = descent.GradientDescent(right / 4), min(self.batch_size, rows)
        methods["stochastic"] = descent.GradientDescent(right / 40), 1
        return methods

    def load(self):
        from datasets.diabetes import load_diabetes

        return load_diabetes(self.split_seed)

    def build(self, data):
        """Build the linear model, which takes and predicts values in their own units."""
        from models.linear import linear_regressor

        (target,) = data.targets
        return linear_regressor(data.columns, target)

    def fit(self, model, data, run):
        """Descend by each method, and keep the weights of the lowest loss."""
        import numpy as np

        from training.fit import Fit

        x, y = to_arrays(data, data.train)
        history = {"method": [], "examples": [], "seconds": [], "loss": []}
        best, lowest = np.zeros(x.shape[1]), np.inf
        for method, (rule, batch_size) in self.methods(x).items():
            costs, weights = self.descend(rule, batch_size, x, y)
            for row in costs:
                for name, value in zip(history, (method, *row), strict=True):
                    history[name].append(value)
            loss = history["loss"][-1]
            print(f"{method:<40} loss {loss:.8g}")
            if loss < lowest:
                best, lowest = weights, loss
        model.get_layer("linear").set_weights([best[:, None], np.zeros(1)])
        return Fit(model, history)

    def descend(self, rule, batch_size, x, y):
        """Lower the loss of the linear model from zero weights.

        Returns: `([(examples seen, seconds, loss), ...], weights)`.
        """
        import numpy as np

        from lectures.descent import draw_batches
        from lectures.linear_model import compute_gradient, compute_loss

        random = np.random.default_rng(self.seed)
        weights, examples, seconds = np.zeros(x.shape[1]), 0, 0.0
        costs = [(0, 0.0, compute_loss(x, y, weights))]
        smallest = min(self.batch_size, len(x))
        for _ in range(self.epochs):
            for rows in draw_batches(len(x), batch_size, random):
                begin = time.perf_counter()
                weights = rule.step(weights, compute_gradient(x[rows], y[rows], weights))
                seconds += time.perf_counter() - begin
                examples += len(rows)
                # The loss of all rows costs more than a step on a few: not after each of these.
                if batch_size == len(x) or examples >= max(smallest, 1.03 * costs[-1][0]):
                    costs.append((examples, seconds, compute_loss(x, y, weights)))
            if not costs[-1][-1] < HOPELESS * costs[0][-1]:
                break
        return costs, weights

    def export(self, model, data):
        from runs.endpoint import Endpoint, Export

        columns = tuple(replace(column, dtype="float64") for column in data.columns)
        return Export(model, {"serve": Endpoint(lambda inputs: model(inputs), columns)})

    def scores(self, targets, split, predictions):
        """Return `{target: {metric: value}}`."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions)

    def animate(self, run, data):
        from evaluation.surface_descent import descend_surface
        from plots.animation import animate_paths

        surface = self.surface, self.box, self.start
        return animate_paths(descend_surface(*surface, self.steps, self.rules)[1], self.steps)

    def evaluate(self, run, data):
        import numpy as np

        from evaluation.evaluation import Evaluation, Headline
        from evaluation.surface_descent import descend_surface
        from lectures.linear_model import compute_loss
        from plots.descent import plot_loss_against_cost

        paths, paths_picture = descend_surface(
            self.surface, self.box, self.start, self.steps, self.rules
        )
        x, y = to_arrays(data, data.train)
        minimum = np.linalg.lstsq(x, y)[0]
        least = compute_loss(x, y, minimum)
        history = {name: np.array(values) for name, values in run.history.items()}
        descents = {}  # {method: (examples, seconds, loss)}
        for method in dict.fromkeys(run.history["method"]):
            rows = history["method"] == method
            descents[method] = [history[name][rows] for name in ("examples", "seconds", "loss")]
        losses = [["method", "examples seen", "loss above least squares", "seconds"]]
        for method, (examples, seconds, loss) in descents.items():
            losses.append([method, int(examples[-1]), float(loss[-1] - least), float(seconds[-1])])
        closed_form = self.compare_with_closed_form(descents, x, y, minimum)
        (target,) = data.targets
        fitted = to_arrays(data, data.test)[0] @ minimum * target.std + target.mean
        answers = {"SavedModel": run.predict(data.test.inputs), "least squares": {"target": fitted}}
        rmse = {
            name: self.scores(data.targets, data.test, predictions)["target"]["RMSE"]
            for name, predictions in answers.items()
        }
        panels = arrange_panels(descents, least)
        return Evaluation(
            Headline("test RMSE", rmse["SavedModel"], rmse["least squares"], "least squares"),
            {
                f"paths on {self.surface}": paths,
                f"training loss on the diabetes data; least squares {least:.8g}": losses,
                "loss of batch descent against its closed form": closed_form,
                f"{data.test.rows} test rows": [["model", "RMSE"], *map(list, rmse.items())],
            },
            {
                "paths": paths_picture,
                "losses": plot_loss_against_cost(panels, "loss above that of least squares"),
            },
            {"paths": paths, "losses": losses, "closed_form": closed_form}
            | {"rmse": {"network": rmse["SavedModel"], "least_squares": rmse["least squares"]}},
        )

    def compare_with_closed_form(self, descents, x, y, minimum):
        """Return a table of the largest difference from the closed form for each rate."""
        import numpy as np

        from lectures.linear_model import derive_losses, find_largest_rate

        limit = find_largest_rate(x)
        rows = [["rate", "rate times largest eigenvalue", "largest relative difference"]]
        for name, rate in zip(RATES, self.rates, strict=True):
            loss = descents[f"batch, {name}"][2]
            expected = derive_losses(x, y, minimum, rate * limit, len(loss) - 1)
            rows.append([name, 2 * rate, float(np.abs(loss / expected - 1).max())])
        return rows


def arrange_panels(descents, least):
    """Return the descents of each panel, `{title: (label of x, {method: (cost, loss)})}`.

    Args:
        descents: `{method: (examples, seconds, loss)}`.
        least: loss of least squares.
    """
    seen, seconds = "examples seen", "time of the steps [s]"
    by_rate = [f"batch, {name}" for name in RATES]
    by_rule = [by_rate[1], "batch, momentum", "batch, Adam"]
    by_size = [by_rate[1], "mini-batch", "stochastic"]

    def lines(names, cost):
        # Logarithmic axes begin after the first step.
        return {name: (descents[name][cost][1:], descents[name][2][1:] - least) for name in names}

    return {
        "learning rate": (seen, lines(by_rate, 0)),
        "rule": (seen, lines(by_rule, 0)),
        "examples per step": (seen, lines(by_size, 0)),
        "examples per step, in time": (seconds, lines(by_size, 1)),
    }


def to_arrays(data, split):
    """Return `(rows, columns)` and `(rows,)` with mean 0 and standard deviation 1 in training."""
    import numpy as np

    x = np.stack([split.inputs[column.name] for column in data.columns], axis=-1).astype("float64")
    mean = np.array([column.mean for column in data.columns])
    std = np.array([column.std for column in data.columns])
    (target,) = data.targets
    return (x - mean) / std, (split.targets[target.name] - target.mean) / target.std
