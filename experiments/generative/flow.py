"""Normalizing flow: the density of the data, and new rows, by an invertible network.

A network z = f(x) that can be inverted, fitted so that z is standard normal:

    log p(x) = log N(f(x)) + log|det df/dx|

It is trained by the negative log likelihood, -log p(x), and draws new rows as x = f^-1(z). On the
two moons with noise 0.05 expect 0.300 nats; the truth has 0.295, a Gaussian mixture 0.304.

For example: python train.py flow --data checkerboard, or --data measurements.csv
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from tasks.densities import DensityEstimation
from tasks.options import Activation, DenseOptions, check_range


@dataclass(frozen=True)
class Flow(DenseOptions, DensityEstimation):
    coupling: Literal["spline", "affine"] = "spline"
    """what each coupling does to half of the columns: a monotonic spline, or a scale and a shift"""
    couplings: int = 6
    """number of couplings"""
    bins: int = 32
    """number of bins of each spline"""
    hidden: tuple[int, ...] = (64, 64)
    activation: Activation = "relu"
    samples: int = 200_000
    epochs: int = 40
    batch_size: int = 512
    learning_rate: float = 5e-3

    is_scheduled: ClassVar = True

    def check(self):
        super().check()
        check_range(self, couplings=(1, 1000), bins=(2, 500))

    def build(self, data):
        from datasets.number_rows import find_noise, find_whole
        from models.flow import Flow

        options = {"noise": find_noise(data), "seed": self.seed}
        shape = len(find_whole(data)), self.couplings, self.hidden, self.activation
        return Flow(*shape, self.coupling, self.bins, **options)

    def warm_start(self, model, train, validation, data):
        """Begin as a Gaussian with the covariance of the training rows."""
        from models.flow import start_from_gaussian

        start_from_gaussian(model, *train, *validation)
        return 0.0

    def compile(self, model, data):
        import keras

        # A narrow bin may give a large gradient.
        rate = self.cosine_decay(data.train.rows)
        model.compile(keras.optimizers.Adam(rate, clipnorm=5.0))
