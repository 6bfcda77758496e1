"""Function fitting: 2x^3 - 3x^2 - x with noise, by least squares and by a dense network, inside and outside."""

from dataclasses import dataclass

from experiments.curve_fit import CurveFit


@dataclass(frozen=True)
class Polynomial(CurveFit):
    interval: tuple[float, ...] = (-1.0, 2.0)
    """low and high of x in training"""
    noise: float = 0.3
    margin: float = 0.25
    samples: int = 2000
    hidden: tuple[int, ...] = (64, 64)
    spread: float = 1.0

    @property
    def formula(self):
        return "2*x^3 - 3*x^2 - x"

    def load(self):
        from datasets.formula import formula_samples

        return formula_samples(
            self.formula,
            self.interval,
            self.samples,
            self.split_seed,
            self.margin,
            self.noise,
            target="y",
            probabilistic=self.probabilistic,
        )
