"""Dynamics: networks of how a state changes in time, fitted to trajectories."""

from dataclasses import dataclass
from typing import ClassVar

from errors import UserError
from tasks.experiment import Experiment
from tasks.options import ANY, SEEDS, UNITS, FilePath, RunOptions, check_range

RESOLUTION = 0.2  # longest step of the integration, relative to the time in which a state changes
MOST_STEPS = 16


def plan_phases(epochs, short, piece, whole):
    """Return the phases of a training: short pieces of trajectories, then longer ones.

    The loss of a long piece has many minima. The fit of a shorter one is near the right one.

    Args:
        epochs: number of all epochs.
        short: numbers of states in the pieces of the first phases, in ascending order.
        piece: largest number of states in a piece; 0 takes whole trajectories.
        whole: number of states in the longest trajectory.
    """
    from training.shooting_fit import Phase

    last = min(piece or whole, whole)
    phases = [Phase(states, 1) for states in short if states < last][: epochs // 2]
    if phases:
        phases[0] = phases[0]._replace(epochs=max(1, epochs // 4))
    return [*phases, Phase(piece, epochs - sum(phase.epochs for phase in phases))]


@dataclass(frozen=True)
class TrajectoryOptions(RunOptions):
    """Options of the user's trajectories."""

    option_group: ClassVar = "options"

    data: FilePath = ""
    """table of trajectories: a row for each state, with its time; a simulation if empty"""
    run: str = ""
    """column that names the trajectory a row belongs to; if empty, a column such as "run" is
    found"""
    time: str = "t"
    """column of the times, which need not be in equal steps"""
    trajectories: int = 0
    """number of trajectories that are simulated; 0 takes the usual number"""

    def check(self):
        super().check()
        check_range(self, trajectories=(0, 100_000))


@dataclass(frozen=True)
class FieldOptions(RunOptions):
    """Options of a network that is fitted by a second-order method."""

    option_group: ClassVar = "network"

    hidden: tuple[int, ...] = (16, 16)
    """units of each hidden layer; a step of the training takes weights**2 * states operations"""

    def check(self):
        super().check()
        check_range(self, hidden=(1, UNITS))


@dataclass(frozen=True)
class ShootingOptions(RunOptions):
    """Options of a training on pieces of trajectories."""

    option_group: ClassVar = "training"

    epochs: int = 16
    """maximum number of epochs, five steps each"""
    patience: int = 4
    """epochs without improvement before training stops"""
    snapshot_seconds: float = 10.0
    """seconds between snapshots of the training, from which --resume continues"""
    split_seed: int = 42
    """seed of the simulation, and of the random split into train, validation and test"""
    piece: int = 0
    """maximum number of states in a piece of a trajectory; 0 takes whole trajectories"""

    def check(self):
        super().check()
        check_range(self, epochs=(1, ANY), patience=(0, ANY), snapshot_seconds=(0, ANY))
        check_range(self, split_seed=(0, SEEDS), piece=(0, 10**6))
        if 0 < self.piece < 3:
            check_range(self, piece=(3, 10**6))


@dataclass(frozen=True)
class Dynamics(TrajectoryOptions, FieldOptions, ShootingOptions, Experiment):
    """States in, their derivatives by time out, and states at later times.

    A topic defines `load`, `build`, `follow`, `advance` and `evaluate`.

    Attributes:
        short_pieces: numbers of states in the pieces of the first phases of the training.
    """

    short_pieces: ClassVar = (10,)

    def follow(self):
        """Return what makes a vector field of the network, of `models.vector_fields`."""
        raise NotImplementedError

    def advance(self, derive, step):
        """Return `advance` of `models.integrators.roll_out`, and the longest step.

        Args:
            derive: function of states to their derivatives.
            step: step in time of the training.
        """
        raise NotImplementedError

    def describe_field(self, data):
        """Return `(means, sizes, rates)` of the numbers of a state, for a builder."""
        from datasets.state_trajectories import find_rates

        means, sizes = zip(*((column.mean, column.std) for column in data.columns), strict=True)
        return list(means), list(sizes), find_rates(data.train).tolist()

    def choose_step(self, data):
        """Return the number of steps of the integration between two states, and their length."""
        import numpy as np

        _, sizes, rates = map(np.array, self.describe_field(data))
        interval = np.nanmax(np.diff(data.train.inputs["times"], axis=1))
        steps = int(np.ceil(interval / (RESOLUTION * np.min(sizes / rates))))
        steps = min(max(steps, 1), MOST_STEPS)
        return steps, float(interval / steps)

    def fit(self, model, data, run):
        return self.fit_network(model, self.follow(), data, run.folder, run.snapshot)

    def fit_network(self, network, follow, data, folder=".", snapshot=None):
        """Fit a network to short pieces first, then to long ones.

        Raises: UserError if a step of the training would take too long.
        """
        from tasks.phases import FEW_WEIGHTS
        from training.callbacks import standard_callbacks
        from training.field_fit import fit_field

        if (weights := network.count_params()) > FEW_WEIGHTS:
            raise UserError(
                f"a network of {weights} weights is too large for a second-order method, which "
                f"takes {FEW_WEIGHTS} at most. Lower --hidden"
            )
        whole = data.train.inputs["times"].shape[1]
        phases = plan_phases(self.epochs, self.short_pieces, self.piece, whole)
        sizes = self.describe_field(data)[1]
        steps, _ = self.choose_step(data)

        def make_callbacks():
            return standard_callbacks(folder, self.patience, None)

        options = make_callbacks, steps, snapshot, self.snapshot_seconds
        return fit_field(network, follow, data, sizes, phases, *options)

    def make_endpoints(self, network, follow, data):
        """Return `serve` and `rollout` of a network."""
        import tensorflow as tf

        from datasets.dataset import Column
        from models.integrators import roll_out
        from runs.endpoint import Endpoint

        names = [column.name for column in data.columns]
        derive = follow(network)
        advance, longest = self.advance(derive, self.choose_step(data)[1])

        def serve(inputs):
            slopes = tf.unstack(derive(stack_state(inputs, names)), axis=-1)
            return {f"{name}_t": x for name, x in zip(names, slopes, strict=True)}

        def rollout(inputs):
            state = stack_state(inputs, names)
            path = roll_out(advance, state, inputs["times"], longest)
            return dict(zip(names, tf.unstack(path, axis=-1), strict=True))

        times = Column("times", shape=(None,), dtype="float64", per_row=False)
        return {
            "serve": Endpoint(serve, data.columns),
            "rollout": Endpoint(rollout, (*data.columns, times)),
        }

    def fit_baseline(self, network, follow, data, name):
        """Fit a different network in the same way: `{name: Baseline}` with the same endpoints; its
        error is the lowest validation loss."""
        import time

        import numpy as np
        import tensorflow as tf

        from evaluation.baselines import Baseline

        def call(endpoint):
            compiled = tf.function(endpoint.function)

            def answer(inputs):
                tensors = {name: tf.constant(x, "float64") for name, x in inputs.items()}
                return {name: x.numpy() for name, x in compiled(tensors).items()}

            return answer

        start = time.perf_counter()
        fit = self.fit_network(network, follow, data)
        endpoints = self.make_endpoints(fit.model, follow, data)
        found = {key: call(one) for key, one in endpoints.items()}
        loss = float(np.nanmin(fit.history["val_loss"]))
        return {name: Baseline(found, time.perf_counter() - start, loss)}


def stack_state(inputs, names):
    """Return the numbers of a state as one tensor, `(batch, numbers)`."""
    import tensorflow as tf

    return tf.stack([tf.cast(inputs[name], "float64") for name in names], axis=-1)
