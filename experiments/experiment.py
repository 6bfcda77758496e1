"""What every experiment has: the options of a training, and the steps that train.py and evaluate.py call in turn."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

from errors import UserError

Activation = Literal[
    "identity",
    "step",
    "logistic",
    "tanh",
    "arctan",
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "softplus",
    "maxout",
]
ANY = 10**12  # no upper end; computers count in 64 bits
LAYER = 10**4  # units, at most
SEEDS = 2**32 - 1  # the largest seed that NumPy takes


@dataclass(frozen=True)
class Options:
    """What every run has. The fields of an experiment are its options.

    Heavy packages are imported inside the steps of an experiment, so that `--help` answers at once.
    """

    name: str = ""
    """name of the run's folder under saved_models/ (the experiment's own if empty)"""
    overwrite: bool = False
    """replace a run of the same name"""
    seed: int = 0
    """seed of the first weights, of shuffling and of dropout; of the points where an equation is looked at"""
    deterministic: bool = False
    """the same seed gives the same weights to the last bit on the same machine; slower on a GPU"""

    def check(self):
        """Raise UserError for an option outside its range. A topic with more options checks those, too."""
        in_range(self, seed=(0, SEEDS))

    def resolved(self):
        """The experiment with what it takes from files that may change put into its options."""
        return self

    def scores(self, targets, split, predictions):
        """`{target: {metric: value}}` of predictions for a split, from scikit-learn."""
        from evaluation.scores import score

        return score(targets, split.targets, predictions)


@dataclass(frozen=True)
class Training(Options):
    """What every training of one network has, on data or on an equation."""

    epochs: int = 100
    """most passes over the training rows; of an equation, most times that the progress is measured"""
    learning_rate: float = 1e-3
    """first learning rate of Adam"""
    patience: int = 12
    """epochs without a lower validation loss before training stops; a third of it lowers the learning rate"""
    snapshot_seconds: float = 10.0
    """time between snapshots of the training, from which --resume goes on"""
    tensorboard: bool = False
    """also write logs for TensorBoard"""

    def check(self):
        super().check()
        in_range(
            self,
            epochs=(1, ANY),
            patience=(0, ANY),
            learning_rate=(1e-9, 100),
            snapshot_seconds=(0, ANY),
        )


@dataclass(frozen=True)
class Experiment(Training):
    """A lecture topic that learns from data: its dataset, network, baseline and pictures.

    A topic defines `load` and `network`; the other steps have defaults that suit rows with named columns and targets.
    """

    kind: ClassVar = "data"

    split_seed: int = 42
    """seed by which rows are split into train, validation and test"""
    batch_size: int = 32
    """rows a training step"""
    loop: Literal["auto", "xla", "graph", "keras"] = "auto"
    """many training steps a call, compiled by XLA or run as a TensorFlow graph; auto takes the faster one for the network;
    keras: keras.Model.fit as it is"""
    devices: Literal["all", "one"] = "all"
    """all GPUs of this machine share every batch, or one takes it; several machines do so by TF_CONFIG"""

    def check(self):
        super().check()
        in_range(self, split_seed=(0, SEEDS), batch_size=(1, ANY))

    def load(self):
        """Get the data: `datasets.dataset.Dataset`."""
        raise NotImplementedError

    def network(self, dataset, input_shape):
        """Build the network from encoded inputs of this shape (without the batch) to one output a target."""
        raise NotImplementedError

    def encoder(self, dataset):
        """`keras.Model` from named raw columns to what the network takes."""
        from models.columns import column_encoder

        return column_encoder(dataset.columns)

    def examples(self, encoder, dataset):
        """`(train, validation)` as Keras takes them: `(inputs, targets, weights)` each."""
        from training.fit import examples

        return tuple(
            examples(encoder, dataset.columns, dataset.targets, s)
            for s in (dataset.train, dataset.validation)
        )

    def start(self, network, train, dataset):
        """Change the network's first weights before the fit, where there are better ones than random: then return True."""
        return False

    def loss(self, dataset):
        """One loss a target."""
        from training.losses import losses

        return losses(dataset.targets)

    def metrics(self, dataset):
        """What else to follow while training."""
        from training.losses import metrics

        return metrics(dataset.targets)

    def callbacks(self, folder):
        from training.callbacks import standard_callbacks

        return standard_callbacks(folder, self.patience, self.learning_rate, self.tensorboard)

    def answering(self, network, dataset):
        """The network to export, of the one that was fitted."""
        return network

    def endpoints(self, encoder, network):
        """Further functions to export, `{name: keras.Model}` from the encoder's inputs."""
        return {}

    def baseline(self, dataset):
        """What the network has to be better than: `evaluation.baselines.Baseline`."""
        from evaluation.baselines import linear_baseline

        return linear_baseline(dataset)

    def pictures(self, dataset, model, predictions):
        """`{name: figure}` for the test split; `model` is the loaded SavedModel."""
        from experiments.pictures import standard_pictures

        return standard_pictures(dataset.targets, dataset.test, predictions)


def in_range(experiment, **ranges):
    """Raise UserError for an option that is not a finite number from low to high; of several numbers, each has to be.

    Args:
        experiment: has the options.
        ranges: `option=(low, high)`, both ends included; high may be `ANY`.
    """
    for option, (low, high) in ranges.items():
        value = getattr(experiment, option)
        for number in value if isinstance(value, tuple) else (value,):
            if not (low <= number <= high and math.isfinite(number)):  # nan is in no range
                wanted = (
                    f"{low} or more, up to {ANY:g}"
                    if high == ANY
                    else f"a number from {low} to {high}"
                )
                raise UserError(f"--{option.replace('_', '-')} wants {wanted}. Received: {number}")
