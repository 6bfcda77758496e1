"""Classify series in time: convolutions, LSTM, GRU or attention; control charts, or your own.

A series x(1), x(2), ... has one label. The default network averages feature maps h over time,

    h = relu(BN(W * relu(BN(W * relu(BN(W * x))))))        p = softmax(V mean_t h(t) + b)

so that V h(t) says how much each step speaks for each class. `--model lstm` reads step by step, and
its last state decides; `--model transformer` compares all steps with each other.

The control charts are drawn from their published rules. Expect an accuracy of 0.99 or more.

For example: python train.py sequence --data GunPoint_TRAIN.ts
             python train.py sequence --data machines.csv --label state --model gru
"""

from dataclasses import dataclass
from typing import Literal

from errors import UserError
from tasks.options import UNITS, FilePath, check_range
from tasks.sequences import SequenceClassifier

HEADS, BLOCKS = 4, 2  # of the transformer


@dataclass(frozen=True)
class Sequence(SequenceClassifier):
    model: Literal["cnn", "lstm", "gru", "transformer"] = "cnn"
    """fully convolutional network, recurrent network of one layer, or transformer encoder"""
    data: FilePath = ""
    """npz with arrays x (series, steps[, channels]; NaN behind shorter ones) and y; NAME_TRAIN.ts
    of the UCR archive, NAME_TEST.ts beside it; or a table with a series in each row; control charts
    if empty"""
    label: str = ""
    """column of a table with the label; all other columns are the steps"""
    samples: int = 2400
    """number of control charts to draw"""
    normalise: bool = False
    """give each series the mean 0 and the standard deviation 1, if level and size do not matter"""
    augment: float = 0.02
    """size of the noise and of the change of amplitude that series get during training, as a
    fraction of their standard deviation"""
    warp: float = 0.1
    """largest change of the speed of time during training"""
    filters: tuple[int, ...] = (64, 128, 64)
    """channels of each convolution (cnn)"""
    units: int = 64
    """memory cells (lstm, gru), or numbers for each step, a multiple of 4 (transformer)"""
    dropout: float = 0.0
    """fraction dropped before the last layer, or in each block of the transformer"""
    epochs: int = 30
    learning_rate: float = 2e-3
    batch_size: int = 64
    patience: int = 30

    def check(self):
        super().check()
        check_range(self, samples=(60, 10**6), filters=(1, UNITS), units=(1, UNITS))
        check_range(self, augment=(0, 10), warp=(0, 0.9), dropout=(0, 0.99))
        if self.model == "transformer" and self.units % HEADS:
            raise UserError(f"--units must be a multiple of {HEADS}. Received: {self.units}")

    def load(self):
        from datasets.series import load_series

        return load_series(self.data, self.label, self.samples, self.split_seed)

    def build_member(self, data):
        from models.sequence import (
            convolutional_classifier,
            recurrent_classifier,
            transformer_classifier,
        )

        shape = self.input_shape(data)  # (None, channels + 1)
        network = shape, data.targets[0].size
        common = self.dropout, self.augment, self.warp, self.normalise
        if self.model == "cnn":
            return convolutional_classifier(*network, self.filters, *common)
        if self.model == "transformer":
            return transformer_classifier(*network, self.units, HEADS, BLOCKS, *common)
        return recurrent_classifier(*network, self.model, self.units, *common)
