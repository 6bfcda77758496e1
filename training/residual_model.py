"""A `keras.Model` whose `fit` makes residuals small: any of the optimisers, one after another, under Keras' own callbacks."""

import time

import keras
import numpy as np
import tensorflow as tf

from equations.collocation import POOL
from errors import Diverged
from training.uncertainty import standard_errors

OVERFITTED = 1.5  # times the loss on the present points


class Phase:
    """An optimiser and for how long it is used.

    Args:
        optimiser: see `training.levenberg_marquardt`, `training.broyden` and `training.adam`.
        epochs: most of them.
        steps: of the optimiser an epoch.
        redraw: when points are redrawn after an epoch: "always", "never", or "auto", if the loss on points held out has become
            larger than on these.
        balance: whether the weights of the conditions are adapted after an epoch.
        reach: fraction of the time range that the points cover.
        enough: part of the first loss of the training at which the phase is over before its last epoch.
    """

    def __init__(self, optimiser, epochs, steps, redraw, balance=False, reach=1.0, enough=0.0):
        self.optimiser, self.epochs, self.steps, self.redraw = optimiser, epochs, steps, redraw
        self.balance, self.reach, self.enough = balance, reach, enough


class ResidualModel(keras.Model):
    """The network of a differential equation, and the constants to be found with it.

    Args:
        network: `keras.Model`.
        constants: first guesses of the constants, `(constants,)`.

    A training is resumed by a callback that sets `position`, the variables and `state`, in `on_train_begin`.
    """

    position = (
        0,
        0,
        0,
    )  # epoch; rows, which are of supervised training; steps of the optimiser within the epoch

    def __init__(self, network, constants=()):
        super().__init__(name="residual_model")
        self.network = network
        self.constants = None
        if len(constants):
            guess = keras.initializers.Constant(np.array(constants))
            self.constants = self.add_weight(
                shape=(len(constants),),
                initializer=guess,
                dtype=network.input.dtype,
                name="constants",
            )
        self.built = True

    def call(self, inputs):
        return self.network(inputs)

    @np.errstate(all="ignore")  # a loss that ceases to be a number is told in one line
    def fit(self, system, regions, phases, callbacks, seed=0):
        """Lower the sum of squares of all rows. Returns Keras' history.

        Args:
            system: rows as functions of the weights, see `equations.system.System`.
            regions: where the points of each term are drawn, see `equations.collocation`.
            phases: list of `Phase`, used one after another.
            callbacks: Keras' and those of `training.callbacks`.
            seed: of all points.

        Raises: Diverged if the loss ceases to be a number before there are weights worth keeping; later it ends the training,
        and `trouble` says which residual it was and when.
        """
        self.system, self.regions, self.seed, self.reach = system, regions, seed, phases[0].reach
        points = self.draw(0)
        self.points = [[tf.Variable(x, dtype="float64") for x in places] for places, _ in points]
        self.measured = [values for _, values in points]
        self.first_loss = tf.Variable(0.0, dtype="float64")
        self.overfitted, self.solved = (
            tf.Variable(False),
            tf.Variable(False),
        )  # after an epoch; solved as far as the phase asks
        self.iteration, self.phase, self.began = (
            tf.Variable(0, dtype="int64") for _ in range(3)
        )  # began: epoch of the phase
        self.optimisers = [phase.optimiser for phase in phases]
        self.compile(
            next(
                (
                    phase.optimiser.optimizer
                    for phase in phases
                    if hasattr(phase.optimiser, "optimizer")
                ),
                "sgd",
            )
        )
        callbacks = keras.callbacks.CallbackList(
            callbacks,
            add_history=True,
            model=self,
            epochs=sum(phase.epochs for phase in phases),
            verbose=1,
        )
        self.stop_training, self.position, self.trouble = False, (0, 0, 0), ""
        self.first_steps = []  # seconds of the first two: the first one compiles
        callbacks.on_train_begin()
        for number in range(int(self.phase), len(phases)):
            if number != int(self.phase):
                self.reach = phases[number].reach
                self.phase.assign(number)
                self.began.assign(self.position[0])
                self.solved.assign(False)
                self.keep(self.draw(2 + POOL * self.position[0]))
            self.fit_phase(number, phases[number], callbacks, last=number == len(phases) - 1)
        callbacks.on_train_end({})
        if self.trouble and not any(map(np.isfinite, self.history.history.get("loss", ()))):
            raise Diverged(f"{self.trouble}; nothing was exported")
        return self.history

    def fit_phase(self, number, phase, callbacks, last):
        """All epochs of a phase."""
        self.reach, weights = phase.reach, self.system.get_weights()
        self.known, held_out = self.system.at(self.present()), self.system.at(self.draw(1))
        self.first_loss.assign(float(self.first_loss) or self.measure(weights, held_out)["loss"])
        while self.position[0] < int(self.began) + phase.epochs and not (
            self.solved or self.stop_training
        ):
            epoch = self.position[0]
            callbacks.on_epoch_begin(epoch)
            done = self.position[2]  # steps of this epoch before an interruption
            if epoch > int(self.began) and not done:
                self.renew(weights, phase, epoch)
            for step in range(done, phase.steps):
                start = time.perf_counter()
                weights, loss = phase.optimiser.step(self.system, weights, self.known)
                self.first_steps += [time.perf_counter() - start] * (len(self.first_steps) < 2)
                self.iteration.assign_add(getattr(phase.optimiser, "steps", 1))
                self.system.set_weights(weights)
                self.position = (epoch, 0, step + 1)
                callbacks.on_train_batch_end(int(self.iteration), {"loss": loss})
                if self.stop_training:
                    break
            logs = {"iteration": int(self.iteration), "phase": number}
            logs |= {
                name: np.nan for optimiser in self.optimisers for name in optimiser.logs()
            }  # of other phases
            logs |= self.measure(weights, held_out) | phase.optimiser.logs()
            self.position = (epoch + 1, 0, 0)
            self.overfitted.assign(not logs["val_loss"] < OVERFITTED * logs["loss"])
            if not last:
                logs["val_loss"] = (
                    np.nan
                )  # of a part of the time range: smaller, but the weights are not better
            self.solved.assign(logs["loss"] < phase.enough * float(self.first_loss))
            callbacks.on_epoch_end(epoch, logs)

    def renew(self, weights, phase, epoch):
        """Before an epoch: other points and other weights of the terms, where the phase asks for them."""
        if phase.redraw == "always" or (phase.redraw == "auto" and self.overfitted):
            self.redraw(weights, epoch)
            phase.optimiser.renew(self.system, weights)
        if phase.balance:
            self.known = self.system.balance(weights, self.present())

    within_epochs, shuffling = True, 0  # for snapshots

    def restore_position(self, position, shuffling):
        self.position = position

    def state(self):
        """All variables that a training goes on with."""
        found = [
            *self.variables,
            *self.optimizer.variables,
            self.iteration,
            self.phase,
            self.began,
            self.first_loss,
            self.overfitted,
            self.solved,
            *self.system.weights,
        ]
        found += [x for places in self.points for x in places]
        return found + [
            variable for optimiser in self.optimisers for variable in optimiser.variables
        ]

    @property
    def compile_seconds(self):
        """What the first step took longer than the second."""
        return max(0.0, self.first_steps[0] - self.first_steps[-1]) if self.first_steps else 0.0

    def measure(self, weights, held_out):
        """Logs: the loss, that on the points held out, and what each term contributes.
        If they cease to be numbers, the training ends.
        """
        rows = self.system.rows(tf.constant(weights), self.known).numpy()
        validation = self.system.rows(tf.constant(weights), held_out).numpy()
        terms = self.system.losses(rows, self.known)
        if wrong := [name for name, loss in terms.items() if not np.isfinite(loss)]:
            self.trouble = f"the residual of {wrong[0]!r} ceased to be a number in iteration {int(self.iteration)}"
            self.stop_training = True
        logs = {"loss": float(rows @ rows), "val_loss": float(validation @ validation)}
        logs |= {f"term {name}": loss for name, loss in terms.items()}
        if len(self.system.terms) > 1:
            names = [name for term in self.system.terms for name in term.names]
            weighted = zip(names, np.concatenate(self.system.weights), strict=True)
            logs |= {f"weight {name}": float(weight) for name, weight in weighted}
        if names := self.system.constant_names:
            errors = standard_errors(self.system, weights, self.known)
            logs |= {
                f"constant {name}": float(value)
                for name, value in zip(names, weights[-len(names) :], strict=True)
            }
            logs |= {
                f"standard_error {name}": float(error)
                for name, error in zip(names, errors, strict=True)
            }
        return logs

    # Points

    def draw(self, number):
        """New points for every term; a number stands for a seed of its own."""
        return [
            region.draw([self.seed, number, place], self.reach)
            for place, region in enumerate(self.regions)
        ]

    def present(self):
        return [
            ([x.numpy() for x in places], measured)
            for places, measured in zip(self.points, self.measured, strict=True)
        ]

    def redraw(self, weights, epoch):
        """Move a part of the points to where the residuals are large."""
        pool = [self.draw(2 + epoch * POOL + number) for number in range(POOL)]
        sizes = [self.sizes(weights, points) for points in pool]
        picked = []
        for place, (region, present) in enumerate(zip(self.regions, self.present(), strict=True)):
            of_term = np.concatenate([draw[place] for draw in sizes])
            picked.append(
                region.pick(
                    present, [draw[place] for draw in pool], of_term, [self.seed, 2 + epoch, place]
                )
            )
        self.keep(picked)
        self.known = self.system.at(picked)

    def keep(self, points):
        """Make these the present points."""
        for variables, (places, _) in zip(self.points, points, strict=True):
            for variable, x in zip(variables, places, strict=True):
                variable.assign(x)

    def sizes(self, weights, points):
        """For each term the size of its residuals, all expressions together, at its points."""
        rows = self.system.rows(tf.constant(weights), self.system.at(points)).numpy()
        lengths = [
            len(places[0]) * len(term.names)
            for (places, _), term in zip(points, self.system.terms, strict=True)
        ]
        return [
            np.linalg.norm(part.reshape(len(term.names), -1), axis=0)
            for part, term in zip(
                np.split(rows, np.cumsum(lengths)[:-1]), self.system.terms, strict=True
            )
        ]
