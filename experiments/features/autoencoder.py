"""Autoencoder: pictures or rows through a few numbers and back, beside principal components.

A network z = e(x), x' = d(z) whose latent space z is narrower than its input x, fitted by the mean
squared error |x' - x|^2, must keep what it needs to restore the input: features. On digits with 8
numbers expect half the error of PCA, and a linear probe of 0.94 beside 0.88.

For example: python train.py autoencoder --latent 4, or --data measurements.csv
"""

from dataclasses import dataclass

from tasks.features import FeatureLearning
from tasks.options import Activation, DenseOptions, UnlabelledOptions


@dataclass(frozen=True)
class Autoencoder(DenseOptions, UnlabelledOptions, FeatureLearning):
    hidden: tuple[int, ...] = (128, 64)
    activation: Activation = "elu"
    epochs: int = 300
    patience: int = 30
    batch_size: int = 64

    def build_network(self, features, latent):
        from models.autoencoder import autoencoder

        return autoencoder(features, latent, self.hidden, self.activation)
