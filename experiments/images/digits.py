"""Handwritten digits of 8 x 8 pixels: a CNN, or the lectures' dense network with dropout.

The data ships with scikit-learn, so this works offline.
"""

from dataclasses import dataclass

from experiments.picture_classifier import PictureClassifier


@dataclass(frozen=True)
class Digits(PictureClassifier):
    epochs: int = 60
    batch_size: int = 64
    learning_rate: float = 2e-3
    patience: int = 20

    def load(self):
        from datasets.digits import digits

        return digits(self.split_seed)

    def network(self, dataset, input_shape):
        from models.cnn import cnn_classifier
        from models.dense import dense_classifier

        if self.model == "dense":
            return dense_classifier(input_shape, 10, hidden=(256, 128), dropout=0.4, brightest=16.0)
        return cnn_classifier(input_shape, 10, brightest=16.0, augment=0.1)
