"""What the experiments on one formula share: samples in an interval, a dense regressor, least squares beside it."""

from dataclasses import dataclass
from typing import ClassVar

from errors import UserError
from experiments.experiment import ANY, LAYER, Activation, Experiment, in_range

NARROWEST = 0.001  # margin: to find points in one that is narrower takes forever
POINTS = 400  # of a curve; a surface has 100 x 100


@dataclass(frozen=True)
class CurveFit(Experiment):
    """Fit samples of a formula inside an interval, and ask what happens outside.

    A topic adds `formula` and `interval`.
    """

    target: ClassVar = "f"

    samples: int = 4000
    """points inside the interval, before they are split"""
    margin: float = 0.5
    """how far outside to look, as a fraction of the interval's width"""
    noise: float = 0.0
    """standard deviation of the Gaussian noise on the values"""
    hidden: tuple[int, ...] = (128, 64, 64)
    """units of each hidden layer"""
    spread: float = 3.0
    """steepness of the first layer's units at the start: larger for faster oscillations, 0 for Keras' own"""
    activation: Activation = "tanh"
    """of the hidden layers"""
    degree: int = 3
    """degree of the least-squares polynomial beside the network"""
    probabilistic: bool = False
    """predict mean and standard deviation under the Gaussian likelihood"""
    epochs: int = 400
    learning_rate: float = 2e-3
    patience: int = 45

    def check(self):
        super().check()
        if 0 < self.margin < NARROWEST:
            raise UserError(f"--margin wants 0, or {NARROWEST} or more. Received: {self.margin}")
        in_range(self, samples=(10, 10**7), margin=(0, 100), noise=(0, ANY), degree=(0, 100))
        in_range(self, hidden=(1, LAYER), spread=(0, 1000))

    def load(self):
        from datasets.formula import formula_samples

        return formula_samples(
            self.formula,
            self.interval,
            self.samples,
            self.split_seed,
            self.margin,
            self.noise,
            self.target,
            self.probabilistic,
        )

    def network(self, dataset, input_shape):
        from models.dense import dense_regressor

        return dense_regressor(
            input_shape[0],
            self.hidden,
            activation=self.activation,
            probabilistic=self.probabilistic,
            spread=self.spread,
        )

    def baseline(self, dataset):
        import numpy as np

        from datasets.dataset import joined
        from evaluation.baselines import Baseline
        from training.least_squares import PolynomialFit

        def points(inputs):
            return np.stack([inputs[column.name] for column in dataset.columns], axis=1).astype(
                "float64"
            )

        (target,) = dataset.targets
        known = joined(dataset.train, dataset.validation)
        fit = PolynomialFit(points(known.inputs), known.targets[target.name], self.degree)
        return Baseline(
            f"least squares, degree {self.degree}",
            lambda inputs: {target.name: fit(points(inputs))},
        )

    def pictures(self, dataset, model, predictions):
        figures = super().pictures(dataset, model, predictions)
        draw = self.curve_picture if len(dataset.columns) == 1 else self.surface_picture
        return figures | {"inside-and-outside": draw(dataset, model)}

    def curve_picture(self, dataset, model):
        """Truth, network and least squares over the interval and its margin."""
        import numpy as np

        from evaluation.saved_model import predict
        from plots.curve import curve

        (column,), (target,) = dataset.columns, dataset.targets
        (low, high), truth = self.box_and_truth(dataset)
        low, high = low[0], high[0]
        width = self.margin * (high - low)
        x = np.linspace(low - width, high + width, POINTS)
        baseline = self.baseline(dataset)
        lines = {
            "truth": truth(x),
            "network": predict(model, {column.name: x})[target.name],
            baseline.name: baseline.predict({column.name: x})[target.name],
        }
        points = (dataset.train.inputs[column.name], dataset.train.targets[target.name])
        title = "Inside the training interval, and outside"
        return curve(x, lines, points, (low, high), column.name, target.name, title)

    def surface_picture(self, dataset, model):
        """Truth and network over the square and its margin, and their difference."""
        import numpy as np

        from evaluation.saved_model import predict
        from plots.curve import surface

        first, second = dataset.columns
        (target,) = dataset.targets
        (low, high), truth = self.box_and_truth(dataset)
        width = self.margin * (high - low)
        x, y = (np.linspace(a, b, 100) for a, b in zip(low - width, high + width, strict=True))
        grid = np.meshgrid(x, y)
        inputs = {first.name: grid[0].ravel(), second.name: grid[1].ravel()}
        values = {
            "truth": truth(*grid),
            "network": predict(model, inputs)[target.name].reshape(grid[0].shape),
        }
        return surface(x, y, values, (low[0], high[0], low[1], high[1]), first.name, second.name)

    def box_and_truth(self, dataset):
        """`(low, high)` corners of the training box, `(variables,)` each, and the formula as a function of arrays."""
        from datasets.formula import box_of
        from symbolic import formula

        names = [column.name for column in dataset.columns]
        return box_of(self.interval, len(names)).T, formula.function(
            formula.parse(self.formula), names
        )
