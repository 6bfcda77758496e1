"""Curves: samples of a formula in an interval, a dense regressor, least squares beside it."""

from dataclasses import dataclass
from typing import ClassVar

from errors import UserError
from tasks.options import ANY, Activation, DenseOptions, check_range
from tasks.supervised import Supervised

NARROWEST = 0.001  # margin: finding points in a narrower one takes forever


@dataclass(frozen=True)
class CurveFit(DenseOptions, Supervised):
    """Fit samples of a formula inside an interval, and ask what happens outside.

    A topic adds `formula` and `interval`.
    """

    option_group: ClassVar = "options"
    target: ClassVar = "f"

    samples: int = 4000
    """points inside the interval, before they are split"""
    margin: float = 0.5
    """how far outside the interval to look, as a fraction of its width"""
    noise: float = 0.0
    """standard deviation of Gaussian noise that is added to the values"""
    degree: int = 3
    """degree of the least-squares polynomial beside the network"""
    probabilistic: bool = False
    """predict mean and standard deviation, fitted by the Gaussian likelihood"""
    init_scale: float = 3.0
    """scale of the first layer's initial weights, larger for faster oscillations; 0 uses Keras'
    default"""
    hidden: tuple[int, ...] = (128, 64, 64)
    activation: Activation = "tanh"
    epochs: int = 400
    learning_rate: float = 2e-3
    patience: int = 45

    def check(self):
        from symbolic import formula

        super().check()
        formula.parse(self.formula)  # a mistake is told before TensorFlow is imported
        if 0 < self.margin < NARROWEST:
            raise UserError(
                f"--margin must be 0, or {NARROWEST} or larger. Received: {self.margin}"
            )
        check_range(self, samples=(10, 10**7), margin=(0, 100), noise=(0, ANY), degree=(0, 100))
        check_range(self, init_scale=(0, 1000))

    def load(self):
        from datasets.formula import sample_formula

        return sample_formula(
            self.formula,
            self.interval,
            self.samples,
            self.split_seed,
            self.margin,
            self.noise,
            self.target,
            self.probabilistic,
        )

    def build(self, data):
        from models.dense import dense_regressor

        return dense_regressor(
            len(data.columns),
            self.hidden,
            activation=self.activation,
            probabilistic=self.probabilistic,
            init_scale=self.init_scale,
        )

    def watch(self, model, data):
        from evaluation.curves import make_scene

        scene, inputs = make_scene(self, data)
        serve, (target,) = self.export(model, data).endpoints["serve"].function, data.targets
        shape = scene.known["truth"].shape
        return scene, lambda: serve(inputs)[target.name].numpy().reshape(shape)

    def baselines(self, data):
        from evaluation.baselines import fit_polynomial

        return fit_polynomial(data, self.degree)

    def figures(self, run, data, predictions):
        from evaluation.curves import draw_curve, draw_surface

        figures = super().figures(run, data, predictions)
        draw = draw_curve if len(data.columns) == 1 else draw_surface
        return figures | {"inside-and-outside": draw(self, run, data)}
