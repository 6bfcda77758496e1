"""MNIST, handwritten digits of 28 x 28 pixels: a CNN, or the lectures' dense network with dropout.

Expect an accuracy of 0.996 (CNN) and 0.990 (dense).
"""

from dataclasses import dataclass
from typing import ClassVar

from tasks.options import FilePath
from tasks.pictures import PictureClassifier


@dataclass(frozen=True)
class Mnist(PictureClassifier):
    dense_units: ClassVar = (512, 256)

    data: FilePath = ""
    """local copy: a folder with the four idx files (.gz or not), or mnist.npz; downloaded by Keras
    if empty"""
    filters: tuple[int, ...] = (16, 32, 64)
    """channels of each block of the CNN"""
    epochs: int = 35
    batch_size: int = 128
    learning_rate: float = 2e-3
    patience: int = 12

    def load(self):
        from datasets.mnist import load_mnist
        from training.device import start_tensorflow

        start_tensorflow(self.devices)  # Keras downloads
        return load_mnist(self.data, self.split_seed)

    def build(self, data):
        from models.cnn import cnn_classifier
        from models.dense import dense_classifier

        shape = self.input_shape(data)  # (28, 28, 1)
        if self.model == "dense":
            return dense_classifier(shape, 10, self.hidden, self.dropout, augment=0.08)
        return cnn_classifier(shape, 10, self.filters, self.hidden, self.dropout, augment=0.1)
