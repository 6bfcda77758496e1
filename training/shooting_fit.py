"""The loop that fits a vector field to trajectories: short pieces first, which are easy, then long
ones.
"""

from pathlib import PurePath
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from models.vector_fields import POLYNOMIAL, STANDALONE
from training.levenberg_marquardt import LevenbergMarquardt
from training.progress_line import NOT_MEASURED

STEPS = 5  # of the optimiser in an epoch
REFIT = 3  # epochs in which the validation trajectories are fitted too
FIRST_DECAY = 1e-5  # of the weights, relative to the variance of the states
SMALLEST_DECAY, LARGEST_DECAY = 1e-15, 1e3


class Phase(NamedTuple):
    """Args:
    states: number of states in a piece; 0 takes whole trajectories.
    epochs: maximum number of epochs.
    """

    states: int
    epochs: int


def cut_into_pieces(split, sizes, length, observed=True):
    """Return pieces of trajectories as `ShootingSystem` takes them.

    Args:
        split: `datasets.dataset.Split` of `datasets.state_trajectories`.
        sizes: standard deviation of each number of a state, by which its errors are divided.
        length: number of states in a piece; 0 takes whole trajectories.
        observed: whether each number of a state was measured, `(numbers,)`.
    """
    from datasets.state_trajectories import cut_trajectory, pad_trajectories

    pieces = []
    for times, states in zip(split.inputs["times"], split.inputs["states"], strict=True):
        known = np.isfinite(times)
        count = -(-(known.sum() - 1) // max(1, length - 1)) if length else 1
        pieces += cut_trajectory(times[known], states[known], count)
    padded = pad_trajectories(pieces).inputs
    known = np.isfinite(padded["states"])
    states, known = np.where(known, padded["states"], 0.0), known & observed
    batch = {
        "states": states,
        "intervals": np.nan_to_num(np.diff(padded["times"], axis=1)),
        "weights": known / sizes / np.sqrt(known.sum()),
        "first": states[:, 0],
        "decay": np.array(0.0),
    }
    return {name: tf.constant(x, "float64") for name, x in batch.items()}


class ShootingLoop:
    """Trains a network by `ShootingSystem` with Levenberg and Marquardt's method.

    After each epoch the decay of each layer's kernel, of its bias, and of each coefficient of a
    polynomial becomes the one that is most probable, given the residuals and how many of these
    weights the data determines: what the data does not need vanishes.

    Args:
        system: `ShootingSystem`.
        sizes: standard deviation of each number of a state.
        phases: list of `Phase`.
        observed: whether each number of a state was measured, `(numbers,)`.

    Source: D. MacKay, Bayesian interpolation, 1992; F. Foresee and M. Hagan, Gauss-Newton
    approximation to Bayesian learning, 1997.
    """

    within_epochs, shuffling = False, 0

    def __init__(self, system, sizes, phases, observed=True):
        self.system, self.sizes, self.phases = system, sizes, phases
        self.observed = observed
        self.optimiser = LevenbergMarquardt()
        # Weights that share a decay: a variable, or a single coefficient of a polynomial.
        names = [PurePath(variable.path).parent.name for variable in system.vector.variables]
        self.layers = np.repeat(names, system.vector.sizes)  # of each weight
        ends = np.cumsum(system.vector.sizes)
        self.groups = []
        for name, part in zip(names, np.split(np.arange(ends[-1]), ends[:-1]), strict=True):
            self.groups += list(part[:, None]) if name == POLYNOMIAL else [part]
        self.decay = tf.Variable(np.full(system.vector.size, FIRST_DECAY))
        self.model = KeptWeights(system.network)
        self.position, self.phase = (0, 0, 0), None
        # First states of the pieces, of training and validation, for a training that is resumed.
        self.first = [tf.Variable(np.zeros((0, 0)), shape=(None, None)) for _ in range(2)]

    def evaluate(self, batch, weights):
        """Return the mean squared difference, and the batch with better first states."""
        rows, first = self.system.shots(tf.constant(weights), batch)
        rows = rows.numpy()[: -len(weights)]
        return float(rows @ rows), batch | {"first": first}

    @np.errstate(all="ignore")
    def fit(self, train, validation, epochs, callbacks):
        """Train in all phases. Returns the history, a list an epoch for each column.

        Args:
            train, validation: `Split` of trajectories.
            epochs: number of epochs of all phases.
            callbacks: list of Keras callbacks.
        """
        callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=True, model=self.model, epochs=epochs, verbose=0
        )
        self.model.stop_training = False
        callbacks.on_train_begin()  # which may restore an interrupted training
        while self.position[0] < epochs and not self.model.stop_training:
            epoch = self.position[0]
            callbacks.on_epoch_begin(epoch)
            self.enter_phase(epoch, train, validation)
            weights = self.take_steps(callbacks)
            loss, self.batch = self.evaluate(self.batch, weights)
            val_loss = NOT_MEASURED  # short pieces have another loss
            if self.phase == len(self.phases) - 1:
                val_loss, self.held_out = self.evaluate(self.held_out, weights)
            self.choose_decay(weights)
            for first, batch in zip(self.first, (self.batch, self.held_out), strict=True):
                first.assign(batch["first"])
            logs = {"loss": loss, "val_loss": val_loss}
            logs |= {"states_in_a_piece": self.batch["states"].shape[1]}
            self.position = (epoch + 1, 0, 0)
            callbacks.on_epoch_end(epoch, logs)
        callbacks.on_train_end({})
        return self.model.history.history

    def take_steps(self, callbacks):
        """Take the steps of an epoch; return the weights."""
        weights = self.system.get_weights()
        for step in range(STEPS):
            before = weights
            weights, _ = self.optimiser.step(self.system, weights, self.batch)
            self.system.set_weights(weights)
            callbacks.on_train_batch_end(step, {})
            if weights is before or self.model.stop_training:  # no step lowers the loss
                break
        return weights

    @np.errstate(all="ignore")
    def leave_out_network(self, first, validation):
        """Return to the weights of the first fit, without the network, unless they raise the
        validation loss by more than the standard error of the difference.

        Args:
            first: weights of the layers that were fitted alone, `(weights,)`.
            validation: `Split` of trajectories.
        """
        best = self.system.get_weights()
        alone = np.where(np.isin(self.layers, STANDALONE), first, 0.0)
        measured, losses = self.begin_refit(validation), []
        for weights in (alone, best):
            batch = measured  # not the first states that suit the other weights
            for _ in range(REFIT):
                _, batch = self.evaluate(batch, weights)
            rows = self.system.residuals(tf.constant(weights), batch)[: -len(weights)].numpy()
            losses.append(np.sum(rows.reshape(len(batch["first"]), -1) ** 2, axis=1))
        worse = losses[0] - losses[1]  # of each trajectory
        if worse.mean() <= worse.std() / len(worse) ** 0.5:
            print("The fit without a network is as good, so the network is left out.")
            self.system.set_weights(alone)

    @np.errstate(all="ignore")
    def refit(self, split):
        """Go on from the best weights with further trajectories, for a few epochs.

        Args:
            split: `Split` of the trajectories of the training and the validation.
        """
        weights = before = self.system.get_weights()
        self.batch = self.begin_refit(split)
        for _ in range(REFIT):
            _, self.batch = self.evaluate(self.batch, weights)
            self.choose_decay(weights)
            weights = self.take_steps(keras.callbacks.CallbackList())
        if not np.isfinite(weights).all():
            self.system.set_weights(before)

    def begin_refit(self, split):
        """Return the pieces of a split as the last phase has them, for further steps."""
        self.optimiser.restart()
        self.model.stop_training = False
        batch = cut_into_pieces(split, self.sizes, self.phases[-1].states, self.observed)
        return batch | {"decay": tf.identity(self.decay)}

    def enter_phase(self, epoch, train, validation):
        """Cut the trajectories for the phase that the epoch belongs to."""
        ends = np.cumsum([phase.epochs for phase in self.phases])
        phase = int(np.searchsorted(ends, epoch, side="right"))
        if phase == self.phase:
            return
        self.phase, length = phase, self.phases[phase].states
        self.batch, self.held_out = (
            cut_into_pieces(split, self.sizes, length, self.observed)
            for split in (train, validation)
        )
        self.batch["decay"] = tf.identity(self.decay)
        if epoch == ends[phase] - self.phases[phase].epochs:
            self.optimiser.restart()
        else:  # resumed within the phase
            for first, batch in zip(self.first, (self.batch, self.held_out), strict=True):
                batch["first"] = tf.identity(first)

    def choose_decay(self, weights):
        """Set the most probable decay of the weights of each layer."""
        square, loss = np.zeros((len(weights), len(weights))), 0.0
        decay = np.maximum(self.decay.numpy(), SMALLEST_DECAY)
        for part in self.system.split_batch(self.batch):
            rows, jacobian = map(np.asarray, self.system.jacobian(tf.constant(weights), part))
            rows, jacobian = rows[: -len(weights)], jacobian[: -len(weights)]
            square += jacobian.T @ jacobian
            loss += rows @ rows
        if not np.isfinite(square).all():
            return
        # Of each weight, the share that the data determines: 1, or 0 if only the decay does.
        curvature, directions = np.linalg.eigh(square / np.sqrt(np.outer(decay, decay)))
        curvature = np.maximum(curvature, 0.0)
        shares = directions**2 @ (curvature / (curvature + 1))
        known = int(np.count_nonzero(self.batch["weights"]))
        free = known - tf.size(self.batch["first"]).numpy() - shares.sum()
        variance = loss / max(free, 1.0)
        for group in self.groups:
            square = np.sum(weights[group] ** 2)
            most_probable = variance * shares[group].sum() / square if square else np.inf
            decay[group] = np.clip(most_probable, SMALLEST_DECAY, LARGEST_DECAY)
        self.decay.assign(decay)
        self.batch["decay"] = tf.identity(self.decay)

    # What a snapshot keeps

    def state(self):
        return [*self.model.variables, *self.optimiser.variables, self.decay, *self.first]

    def restore_position(self, position, shuffling):
        self.position = position


class KeptWeights(keras.Model):
    """The network, for callbacks that keep or restore its weights."""

    def __init__(self, network):
        super().__init__(name="vector_field")
        self.network, self.is_interrupted = network, False
        self.built = True

    def call(self, inputs):
        return self.network(inputs)
