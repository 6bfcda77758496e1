"""Handwritten digits of 8 x 8 pixels: a CNN, or the lectures' dense network with dropout.

The data ships with scikit-learn, so this works offline. Expect an accuracy of 0.99.
"""

from dataclasses import dataclass

from tasks.pictures import PictureClassifier


@dataclass(frozen=True)
class Digits(PictureClassifier):
    filters: tuple[int, ...] = (32, 64)
    """channels of each block of the CNN"""
    epochs: int = 60
    batch_size: int = 64
    learning_rate: float = 2e-3
    patience: int = 20

    def load(self):
        from datasets.digits import load_digits

        return load_digits(self.split_seed)

    def build(self, data):
        from models.cnn import cnn_classifier
        from models.dense import dense_classifier

        shape = self.input_shape(data)  # (8, 8, 1)
        if self.model == "dense":
            return dense_classifier(shape, 10, self.hidden, self.dropout, max_pixel=16.0)
        network = self.filters, self.hidden, self.dropout
        return cnn_classifier(shape, 10, *network, max_pixel=16.0, augment=0.1)
