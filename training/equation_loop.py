"""The training loop of a differential equation: optimisers one after another, under callbacks."""

import time
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from training.collocation_points import CollocationPoints
from training.error_estimate import ErrorEstimate
from training.gradient_balance import GradientBalance
from training.loss_report import TERM, find_divergence, report_constants, report_losses
from training.uncertainty import estimate_constants

OVERFITTED = 1.5  # ratio of the losses on held-out points and on the present ones


@dataclass(frozen=True)
class Phase:
    """An optimiser, and how long it is used.

    Args:
        optimiser: see `training.levenberg_marquardt`, `training.quasi_newton` and `training.adam`.
        epochs: maximum number of epochs.
        steps: steps of the optimiser in an epoch.
        resample: when points are resampled after an epoch: "always", "never", or "auto", if the
            loss on held-out points has become larger than on the present ones.
        balance: whether the weights of the conditions are adapted after an epoch.
        horizon: fraction of the time range that the points cover.
        loss_fraction: the phase ends early once the loss is below this fraction of the initial
            loss; 0 for never.
    """

    optimiser: object
    epochs: int
    steps: int
    resample: str
    balance: bool = False
    horizon: float = 1.0
    loss_fraction: float = 0.0


class EquationLoop:
    """Lowers the sum of the squared residuals of a system; the twin of `training.loop.Loop`.

    Args:
        system: `equations.system.System`.
        regions: list of `equations.collocation.Region` or `Measurements`, one for each term.
        phases: list of `Phase`.
        seed: seed of the points.
        tolerance: the training stops once the solution's estimated relative error is below this,
            see `training.error_estimate`; 0 for never.
        measurements: `training.measurement_weights.MeasurementWeights`, which ends the last phase;
            None without measurements.

    Attributes:
        model: `keras.Model` with all weights, as callbacks expect it.
        position: epoch, block of rows (there is one) and step in it that come next.
        failure: what ended the training early, "" if nothing did.
    """

    within_epochs, shuffling = True, 0

    def __init__(self, system, regions, phases, seed=0, tolerance=0.0, measurements=None):
        self.system, self.phases = system, phases
        self.model = ResidualModel(self, [phase.optimiser for phase in phases])
        self.points = CollocationPoints(regions, seed, phases[0].horizon)
        self.balance, self.measurements = GradientBalance(system), measurements
        held_out = self.points.draw_held_out(phases[-1].horizon)
        self.tolerance, self.error = tolerance, ErrorEstimate(system, held_out)
        # The solution after the last epoch that is a power of two: whether it still changes.
        self.earlier = tf.Variable(self.error.initial)
        self.iteration, self.phase, self.phase_start = (
            tf.Variable(0, dtype="int64") for _ in range(3)
        )
        self.measured = [n for term in system.terms if term.measured for n in term.names]
        self.initial_loss = tf.Variable(0.0, dtype="float64")
        self.overfitted, self.phase_done = tf.Variable(False), tf.Variable(False)
        self.position, self.failure, self.reached = (0, 0, 0), "", False
        self.first_steps = []  # seconds of the first two; the first one compiles

    @np.errstate(all="ignore")  # a loss that becomes NaN is reported in one line
    def fit(self, callbacks):
        """Train in all phases. Returns the history, a list an epoch for each column.

        Args:
            callbacks: list of Keras callbacks.
        """
        callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=True, model=self.model, verbose=1,
            epochs=sum(phase.epochs for phase in self.phases),
        )  # fmt: skip
        self.model.stop_training = False
        callbacks.on_train_begin()  # which may restore an interrupted training
        for number in range(int(self.phase), len(self.phases)):
            if number != int(self.phase):
                self.begin_phase(number)
            self.train_phase(number, callbacks)
            if self.model.stop_training:
                break
        callbacks.on_train_end({})
        if self.reached:
            print(f"Stopped: the estimated error is below {self.tolerance:g}")
        if self.measurements and self.measurements.done:
            print("Stopped: the loss and the constants no longer change")
        return self.model.history.history

    def begin_phase(self, number):
        self.phase.assign(number)
        self.phase_start.assign(self.position[0])
        self.phase_done.assign(False)
        self.points.redraw(self.position[0], self.phases[number].horizon)

    def train_phase(self, number, callbacks):
        """Train the epochs of a phase, or those that are left of it."""
        phase, weights = self.phases[number], self.system.get_weights()
        batch = self.system.prepare(self.points.get())
        held_out = self.system.prepare(self.points.draw_held_out(phase.horizon))
        if not self.initial_loss:
            self.initial_loss.assign(self.measure(weights, batch, held_out)["loss"])
        end = int(self.phase_start) + phase.epochs
        while self.position[0] < end and not (self.phase_done or self.model.stop_training):
            epoch, _, done = self.position  # steps of this epoch before an interruption
            callbacks.on_epoch_begin(epoch)
            if epoch > int(self.phase_start) and not done:
                batch = self.update_batch(phase, weights, batch, epoch)
            weights = self.train_steps(phase, weights, batch, callbacks)
            logs = {"iteration": int(self.iteration), "phase": number}
            logs |= {name: np.nan for other in self.phases for name in other.optimiser.logs()}
            logs |= self.measure(weights, batch, held_out) | phase.optimiser.logs()
            logs |= self.follow_constants(phase, weights, batch, logs)
            self.position = (epoch + 1, 0, 0)
            # The measurements are the same in both losses.
            data = self.sum_measured(logs)
            fresh, present = logs["val_loss"] - data, logs["loss"] - data
            self.overfitted.assign(not fresh < OVERFITTED * present)
            self.phase_done.assign(logs["loss"] < phase.loss_fraction * float(self.initial_loss))
            if phase is not self.phases[-1]:
                # The loss on a part of the time range is smaller, but the weights are not better.
                logs["val_loss"] = np.nan
            # With measurements the loss contains their noise, and the constants decide.
            is_exact = not self.measurements
            if is_exact and self.error.estimate(logs["val_loss"]) < self.tolerance:
                self.reached = self.model.stop_training = True
            if (epoch + 1).bit_count() == 1:
                self.earlier.assign(self.error.predict())
            callbacks.on_epoch_end(epoch, logs)

    def train_steps(self, phase, weights, batch, callbacks):
        """Take the steps of an epoch, or those that are left of it. Returns the weights."""
        epoch, _, done = self.position
        for step in range(done, phase.steps):
            start = time.perf_counter()
            weights, loss = phase.optimiser.step(self.system, weights, batch)
            self.first_steps += [time.perf_counter() - start] * (len(self.first_steps) < 2)
            self.iteration.assign_add(getattr(phase.optimiser, "steps", 1))
            self.system.set_weights(weights)
            self.position = (epoch, 0, step + 1)
            callbacks.on_train_batch_end(int(self.iteration), {"loss": loss})
            if self.model.stop_training:
                break
        return weights

    def update_batch(self, phase, weights, batch, epoch):
        """Resample points and balance weights before an epoch, as the phase asks for."""
        if phase.resample == "always" or (phase.resample == "auto" and self.overfitted):
            self.points.resample(self.system, weights, epoch, phase.horizon)
            batch = self.system.prepare(self.points.get())
            phase.optimiser.on_resample()
        if phase.balance:
            self.balance.update(weights, batch)
        return batch

    def measure(self, weights, batch, held_out):
        """Return the losses. If one is not finite, the training ends."""
        logs = report_losses(self.system, weights, batch, held_out)
        if name := find_divergence(logs):
            self.failure = f"the residual of {name!r} became NaN in iteration {int(self.iteration)}"
            self.model.stop_training = True
        return logs

    def follow_constants(self, phase, weights, batch, logs):
        """Return what the logs say of the constants; weigh the measurements after an epoch."""
        if not (self.measurements or self.system.constant_names) or self.failure:
            return {}
        known = self.measurements.known if self.measurements else None
        estimate = estimate_constants(self.system, np.asarray(weights), batch, known)
        if self.measurements and phase is self.phases[-1]:
            self.measurements.update(estimate, logs["loss"], self.sum_measured(logs))
            self.model.stage = int(self.measurements.stage)
            if self.measurements.done:
                self.model.stop_training = True
        return report_constants(estimate)

    def sum_measured(self, logs):
        """Return the part of the loss that is due to measurements."""
        return sum(logs[TERM + name] for name in self.measured)

    @property
    def compile_seconds(self):
        """Time that the first step took longer than the second."""
        return max(0.0, self.first_steps[0] - self.first_steps[-1]) if self.first_steps else 0.0

    # What a snapshot keeps

    def state(self):
        """Return all variables that change during training."""
        own = [self.iteration, self.phase, self.phase_start, self.initial_loss, self.overfitted]
        own += [self.phase_done, self.earlier, *self.system.term_weights, *self.points.variables]
        own += self.measurements.variables if self.measurements else []
        optimisers = [variable for phase in self.phases for variable in phase.optimiser.variables]
        found = [*self.model.variables, *own, *optimisers]
        return list({id(variable): variable for variable in found}.values())

    def restore_position(self, position, shuffling):
        self.position = position


class ResidualModel(keras.Model):
    """The network and the constants to be found, for callbacks that keep or restore weights.

    Args:
        loop: the `EquationLoop` that trains it.
        optimisers: those of all phases; callbacks may lower the first one's learning rate.

    Attributes:
        stage: how often the loss has become a different one, for callbacks that compare losses.
    """

    stage = 0

    def __init__(self, loop, optimisers):
        super().__init__(name="residual_model")
        self.loop = loop
        self.network, self.constants = loop.system.model, loop.system.constants
        self.built = True
        found = [o.optimizer for o in optimisers if hasattr(o, "optimizer")]
        self.compile(found[0] if found else "sgd")

    def call(self, inputs):
        return self.network(inputs)
