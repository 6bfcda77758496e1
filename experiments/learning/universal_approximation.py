"""Universal approximation: error against width and depth, for a smooth, a kinked and an oscillating function.

Without a bend in its activation a network is a straight line, however large: identity is the control. The networks are small
and are fitted by Levenberg and Marquardt's method, so that what remains is the error of the network and not of the training.
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from experiments.experiment import in_range
from experiments.study import Found, Study

POINTS = 301  # to fit to
FINE = 2000  # to measure the error on, between them
CONTROL = 8  # units of the network without a bend


@dataclass(frozen=True)
class UniversalApproximation(Study):
    targets: tuple[str, ...] = ("exp(-3*x^2)", "abs(x)", "sin(4*pi*x)")
    """formulas in x, one to six"""
    interval: tuple[float, ...] = (-1.0, 1.0)
    """low and high of x"""
    widths: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    """units of the only hidden layer"""
    depths: tuple[int, ...] = (1, 2, 3, 4)
    """hidden layers of `units` units each"""
    units: int = 6
    """of each hidden layer, where the depth varies"""
    activation: Literal["tanh", "logistic", "arctan", "relu", "leaky_relu", "elu", "softplus"] = (
        "tanh"
    )
    """of the hidden layers"""
    steps: int = 150
    """of Levenberg and Marquardt's method, at most"""
    seeds: int = 3
    """networks of each size, which differ in their first weights"""

    def check(self):
        super().check()
        in_range(
            self,
            interval=(-1e6, 1e6),
            widths=(1, 100),
            depths=(1, 20),
            units=(1, 50),
            steps=(1, 10**4),
            seeds=(1, 100),
        )
        if len(self.interval) != 2 or not self.interval[0] < self.interval[1]:
            raise UserError(
                f"--interval wants two numbers, the lower first. Received: {self.interval}"
            )
        for option, most in (("targets", 6), ("widths", 10), ("depths", 10)):
            values = getattr(self, option)
            if not 1 <= len(values) <= most or len(set(values)) < len(values):
                raise UserError(
                    f"--{option} wants 1 to {most} different values. Received: {', '.join(map(str, values))}"
                )
        self.curves(POINTS)

    def curves(self, points):
        """x, and `{formula: its values}`, `(points,)` each."""
        import numpy as np

        from symbolic import formula

        x = np.linspace(*self.interval, points)
        values = {
            text: formula.function(formula.parse(text, variables=("x",)), ("x",))(x)
            for text in self.targets
        }
        for text, y in values.items():
            if not np.isfinite(y).all() or np.abs(y).max() > 1e100 or np.ptp(y) == 0:
                raise UserError(
                    f"--targets wants formulas that are finite and vary on {self.interval}. Received: {text!r}"
                )
        return x, values

    def networks(self):
        """`{name: (hidden, activation)}`."""
        wide = {f"width {width}": ((width,), self.activation) for width in self.widths}
        deep = {f"depth {depth}": ((self.units,) * depth, self.activation) for depth in self.depths}
        return {**wide, **deep, "identity": ((CONTROL,), "identity")}

    def study(self, folder):
        import numpy as np

        x, curves = self.curves(POINTS)
        fine, truths = self.curves(FINE)
        history = {"target": [], "network": [], "seed": [], "error": []}
        best = {}
        for target, y in curves.items():
            for name, (hidden, activation) in self.networks().items():
                fits = [
                    self.fit(hidden, activation, x, y, self.seed + n) for n in range(self.seeds)
                ]
                for n, (layers, _) in enumerate(fits):
                    history["target"].append(target)
                    history["network"].append(name)
                    history["seed"].append(self.seed + n)
                    history["error"].append(rms(answers(layers, activation, fine) - truths[target]))
                # Of the seeds the one that fits best at the points it was fitted to.
                best[target, name] = min(fits, key=lambda fit: fit[1])[0]
                errors = history["error"][-self.seeds :]
                print(
                    f"{target:<20} {name:<12} root mean square error {np.median(errors):.3g}, best {min(errors):.3g}"
                )
        return self.found(best, history)

    def fit(self, hidden, activation, x, y, seed):
        """A network `[(W, b), ...]` fitted to a curve, and its mean squared error there over the variance."""
        import numpy as np

        from lectures.curve_system import CurveSystem
        from training.levenberg_marquardt import LevenbergMarquardt

        # Fitted in units in which both x and y are about one; the first and last layer then take the user's.
        middle, half, mean, std = (x[0] + x[-1]) / 2, (x[-1] - x[0]) / 2, y.mean(), y.std()
        system = CurveSystem(hidden, activation, (x - middle) / half, (y - mean) / std)
        weights = system.first_weights(np.random.default_rng(seed))
        optimizer, last = LevenbergMarquardt(), np.inf
        for _ in range(self.steps):
            weights, loss = optimizer.step(system, weights, None)
            if not loss < last:  # no step lowers it further
                break
            last = loss
        layers = system.layers(weights)
        W, b = layers[0]
        layers[0] = (W / half, b - W[0] * middle / half)
        W, b = layers[-1]
        layers[-1] = (W * std, b * std + mean)
        return layers, float(loss)

    def found(self, best, history):
        """All approximations as one Keras model."""
        import keras
        import tensorflow as tf
        from keras import layers

        from models.activations import dense

        inputs = keras.Input((1,), dtype="float64", name="x")
        outputs = {}
        for (target, name), weights in best.items():
            hidden, activation = self.networks()[name]
            x = inputs
            for units in hidden:
                x = dense(x, units, activation, dtype="float64")
            last = layers.Dense(1, dtype="float64")
            outputs[f"{target}, {name}"] = last(x)[:, 0]
            branch = keras.Model(inputs, outputs[f"{target}, {name}"])
            branch.set_weights([array for pair in weights for array in pair])
        model = keras.Model(inputs, outputs, name="approximations")
        return Found(
            source=", ".join(self.targets),
            model=model,
            functions={"serve": lambda inputs: model(inputs["x"][:, None])},
            signature={"x": tf.TensorSpec((None,), "float64", name="x")},
            targets=tuple(outputs),
            history=history,
        )

    def results(self, model, folder, history):
        import numpy as np
        from evaluation.saved_model import predict

        from plots.approximation import approximations, error_by_size

        x, truths = self.curves(FINE)
        found = predict(model, {"x": x})
        points, samples = self.curves(POINTS)
        lines = {
            target: np.polynomial.Polynomial.fit(points, y, 1)(x) for target, y in samples.items()
        }
        floors = {target: rms(lines[target] - truth) for target, truth in truths.items()}
        names = list(self.networks())
        by_name = {
            (target, name): [
                error
                for t, n, error in zip(
                    history["target"], history["network"], history["error"], strict=True
                )
                if (t, n) == (target, name)
            ]
            for target in truths
            for name in names
        }
        table = [
            ["network", *truths],
            *([n, *(rms(found[f"{t}, {n}"] - y) for t, y in truths.items())] for n in names),
        ]
        from_line = max(
            np.abs(found[f"{t}, identity"] - lines[t]).max() / np.abs(lines[t]).max()
            for t in truths
        )
        widest = f"width {max(self.widths)}"
        metrics = {
            "summary": {
                "score": f"error of {self.targets[0]}, {widest}",
                "value": rms(found[f"{self.targets[0]}, {widest}"] - truths[self.targets[0]]),
                "baseline": floors[self.targets[0]],
            },
            "tables": {
                f"root mean square error of the SavedModel, of {self.seeds} seeds the best at the points it was fitted to": [
                    *table,
                    ["straight line", *floors.values()],
                ],
                f"root mean square error, median of {self.seeds} seeds": [
                    ["network", *truths],
                    *(
                        [name, *(float(np.median(by_name[target, name])) for target in truths)]
                        for name in names
                    ),
                ],
                "identity against the least-squares line": [
                    ["largest relative difference"],
                    [float(from_line)],
                ],
            },
        }
        panels = {
            "units of one hidden layer": self.sizes("width", self.widths, by_name),
            f"hidden layers of {self.units} units": self.sizes("depth", self.depths, by_name),
        }
        shown = dict.fromkeys(
            (*sorted(self.widths)[:3], max(self.widths))
        )  # the larger ones look all the same
        curves = {
            target: {"truth": truth}
            | {f"width {width}": found[f"{target}, width {width}"] for width in shown}
            | {"identity": found[f"{target}, identity"]}
            for target, truth in truths.items()
        }
        title = f"{self.activation} networks, {self.seeds} seeds: median, least and largest"
        figures = {
            "error-by-size": error_by_size(panels, floors, title),
            "curves": approximations(
                x, curves, f"One hidden layer of {self.activation} units, and one without a bend"
            ),
        }
        return metrics, figures

    def sizes(self, kind, sizes, by_name):
        """`{target: (sizes, errors)}` in the order of the sizes."""
        import numpy as np

        sizes = sorted(sizes)
        return {
            t: (sizes, np.array([by_name[t, f"{kind} {size}"] for size in sizes]))
            for t in self.targets
        }


def answers(layers, activation, x):
    from lectures.backpropagation import forward

    return forward(x[:, None], layers, activation, "squared-error")[1][-1][:, 0]


def rms(values):
    return float((values**2).mean() ** 0.5)
