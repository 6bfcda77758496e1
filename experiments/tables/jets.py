"""Jet tagging: which particle made a jet? The lectures' dense network 40-20-10-5 with dropout, softmax over g, q, W, Z, t.

The data comes from OpenML (hls4ml_lhc_jets_hlf, 830000 jets of 16 features) or from a file of yours.
"""

from dataclasses import dataclass

from experiments.experiment import ANY, LAYER, Activation, Experiment, in_range


@dataclass(frozen=True)
class Jets(Experiment):
    data: str = ""
    """a CSV, Parquet or HDF5 file of jets; fetched from OpenML if empty"""
    target: str = "class"
    """the column to predict"""
    rows: int = 0
    """how many jets to take, at random; 0 takes all"""
    lecture_settings: bool = False
    """the lectures' literal callbacks: the learning rate falls without a floor, the last weights are kept, not the best"""
    hidden: tuple[int, ...] = (40, 20, 10, 5)
    """units of each hidden layer"""
    activation: Activation = "relu"
    """of the hidden layers"""
    dropout: float = 0.25
    """fraction of units dropped after each hidden layer"""
    l2: float = 0.0
    """lambda of the cost's term lambda * sum of squared weights"""
    epochs: int = 50
    batch_size: int = 128
    patience: int = 10

    def check(self):
        super().check()
        in_range(self, rows=(0, ANY), hidden=(1, LAYER), dropout=(0, 0.99), l2=(0, ANY))

    def load(self):
        from datasets.jets import jets

        return jets(self.data, self.target, self.split_seed, self.rows)

    def network(self, dataset, input_shape):
        from models.dense import dense_classifier

        classes = len(dataset.targets[0].classes)
        return dense_classifier(
            input_shape, classes, self.hidden, self.dropout, self.activation, self.l2
        )

    def callbacks(self, folder):
        from training.callbacks import lecture_callbacks

        if self.lecture_settings:
            return lecture_callbacks(folder, self.tensorboard)
        return super().callbacks(folder)
