"""Autoencoder: pictures or rows through a few numbers and back, beside principal components.

A network z = e(x), x' = d(z) whose latent space z is narrower than its input x, fitted by the mean
squared error |x' - x|^2, must keep what it needs to restore the input: features. On digits with 8
numbers expect half the error of PCA, and a linear probe of 0.94 beside 0.88.

Variants ask more of the features: --noise restores clean rows from noisy ones, --sparsity lets few
numbers be far from zero, and --contraction lets them change little with the input.

For example: python train.py autoencoder --latent 4, --noise 0.3, or --data measurements.csv
"""

from dataclasses import dataclass
from typing import Literal

from tasks.features import ERROR, FeatureLearning, refuse_outputs
from tasks.options import Activation, DenseOptions, UnlabelledOptions, check_range

SMALLEST = 16  # pixels of the side of pictures that pay for convolutions


@dataclass(frozen=True)
class Autoencoder(DenseOptions, UnlabelledOptions, FeatureLearning):
    sparsity: float = 0.0
    """weight of the loss term that lets few numbers of a code be far from zero, e.g. 0.01"""
    contraction: float = 0.0
    """weight of the loss term that lets codes change little with the input, e.g. 0.01"""
    model: Literal["auto", "dense", "cnn"] = "auto"
    """dense or convolutional network; auto: convolutional for pictures of 16 pixels and more"""
    hidden: tuple[int, ...] = (128, 64)
    activation: Activation = "elu"
    filters: tuple[int, ...] = (16, 32)
    """channels of each convolution, which halves height and width"""
    epochs: int = 300
    patience: int = 30
    batch_size: int = 64

    def check(self):
        super().check()
        check_range(self, sparsity=(0, 1e6), contraction=(0, 1e6), filters=(1, 10**4))

    def load(self):
        data = super().load()
        refuse_outputs(data, (ERROR,))
        return data

    def build_network(self, shape, latent):
        from models.autoencoder import autoencoder

        large = len(shape) == 3 and min(shape[:2]) >= SMALLEST
        filters = self.filters if self.model == "cnn" or (self.model == "auto" and large) else ()
        terms = self.noise, self.sparsity, self.contraction
        return autoencoder(shape, latent, self.hidden, self.activation, filters, *terms)
