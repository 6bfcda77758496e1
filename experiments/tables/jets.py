"""Jet tagging: which particle made a jet? The lectures' dense network 40-20-10-5 with dropout.

The data comes from OpenML (hls4ml_lhc_jets_hlf, 830000 jets of 16 features, classes g, q, W, Z, t)
or from your file.
"""

from dataclasses import dataclass

from tasks.options import ANY, FilePath, RegularisedOptions, check_range
from tasks.supervised import Supervised


@dataclass(frozen=True)
class Jets(RegularisedOptions, Supervised):
    data: FilePath = ""
    """CSV, Parquet or HDF5 file of jets; downloaded from OpenML if empty"""
    target: str = "class"
    """column to predict"""
    rows: int = 0
    """number of jets to use, chosen at random; 0 uses all"""
    lecture_settings: bool = False
    """use the lectures' literal callbacks: the learning rate falls without a minimum, and the last
    weights are kept instead of the best"""
    hidden: tuple[int, ...] = (40, 20, 10, 5)
    dropout: float = 0.25
    epochs: int = 50
    batch_size: int = 128
    patience: int = 10

    def check(self):
        super().check()
        check_range(self, rows=(0, ANY))

    def load(self):
        from datasets.jets import load_jets

        return load_jets(self.data, self.target, self.split_seed, self.rows)

    def build(self, data):
        from models.dense import dense_classifier

        shape, classes = self.input_shape(data), data.targets[0].size
        options = self.hidden, self.dropout, self.activation, self.l2
        return dense_classifier(shape, classes, *options)

    def callbacks(self, run, start_loss, margin):
        from training.callbacks import lecture_callbacks

        if self.lecture_settings:
            return lecture_callbacks(run.folder, self.tensorboard)
        return super().callbacks(run, start_loss, margin)
