"""Universal approximation: a network's error against its width and its depth.

For example: python train.py universal-approximation --targets "sin(x)" --interval 0 10. The default
targets are a smooth, a kinked and an oscillating function. Without a bend in its activation a
network is a straight line, however large: identity is the control. The networks are fitted by the
Levenberg-Marquardt method, so that the error is due to their size and not to their training. Expect
an error of 1e-8 for the smooth function and 1e-4 for the kinked one with 16 units.
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.options import check_range
from tasks.study import Study, Subject

POINTS = 301  # to fit
FINE = 2000  # to measure the error, between those
CONTROL = 8  # units of the network without a bend


@dataclass(frozen=True, kw_only=True)
class Curves(Subject):
    """Functions to approximate.

    Args:
        x: points to fit, `(points,)`.
        samples: `{formula: (points,)}`.
        fine_x: points at which errors are measured, `(fine points,)`.
        truths: `{formula: (fine points,)}`.
    """

    x: object
    samples: dict
    fine_x: object
    truths: dict


@dataclass(frozen=True)
class UniversalApproximation(Study):
    targets: tuple[str, ...] = ("exp(-3*x^2)", "abs(x)", "sin(4*pi*x)")
    """formulas in x, one to six"""
    interval: tuple[float, ...] = (-1.0, 1.0)
    """lowest and highest x"""
    widths: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    """units of networks with one hidden layer"""
    depths: tuple[int, ...] = (1, 2, 3, 4)
    """numbers of hidden layers of networks with --units units per layer"""
    units: int = 6
    """units of each hidden layer of the networks of several depths"""
    activation: Literal["tanh", "logistic", "arctan", "relu", "leaky_relu", "elu", "softplus"] = (
        "tanh"
    )
    """activation of the hidden layers"""
    steps: int = 150
    """maximum number of steps of the Levenberg-Marquardt method"""
    seeds: int = 3
    """networks of each size, which differ in their initial weights"""

    def check(self):
        super().check()
        check_range(self, interval=(-1e6, 1e6), widths=(1, 100), depths=(1, 20), units=(1, 50))
        check_range(self, steps=(1, 10**4), seeds=(1, 100))
        if len(self.interval) != 2 or not self.interval[0] < self.interval[1]:
            raise UserError(
                f"--interval must be two numbers, the lower first. Received: {self.interval}"
            )
        for option, most in (("targets", 6), ("widths", 10), ("depths", 10)):
            values = getattr(self, option)
            if not 1 <= len(values) <= most or len(set(values)) < len(values):
                raise UserError(
                    f"--{option} must be 1 to {most} different values. "
                    f"Received: {', '.join(map(str, values))}"
                )
        self.sample(POINTS)

    def sample(self, points):
        """Return x and `{formula: values}`, `(points,)` each."""
        import numpy as np

        from symbolic import formula

        x = np.linspace(*self.interval, points)
        values = {
            text: formula.compile_function(formula.parse(text, variables=("x",)), ("x",))(x)
            for text in self.targets
        }
        for text, y in values.items():
            if not np.isfinite(y).all() or np.abs(y).max() > 1e100 or np.ptp(y) == 0:
                raise UserError(
                    f"--targets must be finite and vary on {self.interval}. Received: {text!r}"
                )
        return x, values

    def networks(self):
        """Return `{name: (hidden, activation)}`."""
        wide = {f"width {width}": ((width,), self.activation) for width in self.widths}
        deep = {f"depth {depth}": ((self.units,) * depth, self.activation) for depth in self.depths}
        return {**wide, **deep, "identity": ((CONTROL,), "identity")}

    def load(self):
        x, samples = self.sample(POINTS)
        fine_x, truths = self.sample(FINE)
        source = ", ".join(self.targets)
        return Curves(source=source, x=x, samples=samples, fine_x=fine_x, truths=truths)

    def build(self, data):
        """The fit finds the networks and then joins the best ones."""

    def fit(self, model, data, run):
        """Fit networks of all sizes and seeds to all targets; keep the best seed of each."""
        from threadpoolctl import threadpool_limits

        from training.fit import Fit

        with threadpool_limits(1, "blas"):  # the matrices are small: threads would only wait
            best, history = self.fit_curves(data)
        return Fit(self.join_networks(best), history)

    def fit_curves(self, data):
        """Return `{(target, network): [(W, b), ...]}` of the best seeds, and the history."""
        import numpy as np

        history = {"target": [], "network": [], "seed": [], "error": []}
        best = {}
        for target, y in data.samples.items():
            for name, (hidden, activation) in self.networks().items():
                lowest, errors = np.inf, []
                for seed in range(self.seed, self.seed + self.seeds):
                    layers, loss = self.fit_curve(hidden, activation, data.x, y, seed)
                    if loss < lowest:  # chosen by the points it was fitted to
                        best[target, name], lowest = layers, loss
                    fitted = predict_curve(layers, activation, data.fine_x)
                    errors.append(root_mean_square(fitted - data.truths[target]))
                    for column, value in zip(
                        history, (target, name, seed, errors[-1]), strict=True
                    ):
                        history[column].append(value)
                print(
                    f"{target:<20} {name:<12} root mean square error {np.median(errors):.3g}, "
                    f"best {min(errors):.3g}"
                )
        return best, history

    def fit_curve(self, hidden, activation, x, y, seed):
        """Fit a network to a curve, and return `[(W, b), ...]` and the loss.

        The loss is the mean squared error over the variance.
        """
        import numpy as np

        from lectures.curve_system import CurveSystem
        from training.levenberg_marquardt import LevenbergMarquardt

        # Fitted in units in which x and y are about one, which the outer layers then undo.
        middle, half, mean, std = (x[0] + x[-1]) / 2, (x[-1] - x[0]) / 2, y.mean(), y.std()
        system = CurveSystem(hidden, activation, (x - middle) / half, (y - mean) / std)
        weights = system.draw_weights(np.random.default_rng(seed))
        optimizer, last = LevenbergMarquardt(), np.inf
        for _ in range(self.steps):
            weights, loss = optimizer.step(system, weights, None)
            if not loss < last:  # no step lowers it further
                break
            last = loss
        layers = system.split_layers(weights)
        W, b = layers[0]
        layers[0] = (W / half, b - W[0] * middle / half)
        W, b = layers[-1]
        layers[-1] = (W * std, b * std + mean)
        return layers, float(loss)

    def join_networks(self, weights):
        """Return one Keras model of all networks, given `{(target, name): [(W, b), ...]}`."""
        import keras
        from keras import layers

        from models.activations import dense

        inputs = keras.Input((1,), dtype="float64", name="x")
        outputs = {}
        for (target, name), pairs in weights.items():
            hidden, activation = self.networks()[name]
            x = inputs
            for units in hidden:
                x = dense(x, units, activation, dtype="float64")
            answer = layers.Dense(1, dtype="float64")(x)[:, 0]
            branch = keras.Model(inputs, answer)
            branch.set_weights([array for pair in pairs for array in pair])
            outputs[f"{target}, {name}"] = answer
        return keras.Model(inputs, outputs, name="approximations")

    def export(self, model, data):
        from datasets.dataset import Column
        from runs.endpoint import Endpoint, Export

        def serve(inputs):
            return model(inputs["x"][:, None])

        return Export(model, {"serve": Endpoint(serve, (Column("x", dtype="float64"),))})

    def evaluate(self, run, data):
        import numpy as np

        from evaluation.evaluation import Evaluation, Headline
        from plots.approximation import plot_approximations, plot_error_by_size

        x, truths = data.fine_x, data.truths
        answers = run.predict({"x": x})
        lines = {
            target: np.polynomial.Polynomial.fit(data.x, y, 1)(x)
            for target, y in data.samples.items()
        }
        floors = {target: root_mean_square(lines[target] - y) for target, y in truths.items()}
        header, names = ["network", *truths], list(self.networks())
        errors = {
            name: [root_mean_square(answers[f"{t}, {name}"] - y) for t, y in truths.items()]
            for name in names
        }
        by_seed = {}  # {(target, network): errors of all seeds}
        columns = (run.history[name] for name in ("target", "network", "error"))
        for target, name, error in zip(*columns, strict=True):
            by_seed.setdefault((target, name), []).append(error)
        medians = [[n, *(float(np.median(by_seed[t, n])) for t in truths)] for n in names]
        from_line = max(
            np.abs(answers[f"{target}, identity"] - line).max() / np.abs(line).max()
            for target, line in lines.items()
        )
        best = [[name, *row] for name, row in errors.items()]
        best.append(["straight line", *floors.values()])
        best_heading = (
            f"root mean square error of the SavedModel, the best of {self.seeds} seeds at the "
            "points it was fitted to"
        )
        tables = {
            best_heading: [header, *best],
            f"root mean square error, median of {self.seeds} seeds": [header, *medians],
            "identity against the least-squares line": [
                ["largest relative difference"],
                [float(from_line)],
            ],
        }
        panels = {
            "units of one hidden layer": sort_by_size("width", self.widths, truths, by_seed),
            f"hidden layers of {self.units} units": sort_by_size(
                "depth", self.depths, truths, by_seed
            ),
        }
        title = (
            f"{self.activation} networks, {self.seeds} seeds: median, smallest and largest error"
        )
        # The curves of larger networks look alike.
        shown = dict.fromkeys((*sorted(self.widths)[:3], max(self.widths)))
        drawn = [*(f"width {width}" for width in shown), "identity"]
        curves = {
            target: {"truth": y} | {name: answers[f"{target}, {name}"] for name in drawn}
            for target, y in truths.items()
        }
        curves_title = f"One hidden layer of {self.activation} units, and one without a bend"
        figures = {
            "error-by-size": plot_error_by_size(panels, floors, title),
            "curves": plot_approximations(x, curves, curves_title),
        }
        widest = f"width {max(self.widths)}"
        first, score = next(iter(truths)), errors[widest][0]
        metrics = {"rmse": [header, *best], "median_rmse": [header, *medians]}
        return Evaluation(
            Headline(f"error of {first}, {widest}", score, floors[first], "straight line"),
            tables,
            figures,
            metrics | {"identity_against_line": float(from_line)},
        )


def sort_by_size(kind, sizes, targets, errors):
    """Return `{target: (sizes, errors)}` with the sizes in ascending order.

    Args:
        kind: "width" or "depth".
        sizes: sizes of this kind.
        targets: names of the targets.
        errors: `{(target, network): [error of each seed]}`.
    """
    import numpy as np

    sizes = sorted(sizes)
    return {
        target: (sizes, np.array([errors[target, f"{kind} {size}"] for size in sizes]))
        for target in targets
    }


def predict_curve(layers, activation, x):
    from lectures.backpropagation import forward

    return forward(x[:, None], layers, activation, "squared-error")[1][-1][:, 0]


def root_mean_square(values):
    return float((values**2).mean() ** 0.5)
