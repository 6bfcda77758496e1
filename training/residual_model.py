"""A `keras.Model` whose `fit` makes residuals small: any of the optimisers, one after another, under Keras' own callbacks."""

import keras
import numpy as np
import tensorflow as tf

from equations.collocation import POOL
from errors import Diverged


class Phase:
    """An optimiser and for how many epochs it is used.

    Args:
        optimiser: see `training.levenberg_marquardt`, `training.broyden` and `training.adam`.
        epochs: most of them.
        steps: of the optimiser an epoch.
        redraw: epochs between two redrawings of the points; 0 leaves them as they are.
    """

    def __init__(self, optimiser, epochs, steps, redraw):
        self.optimiser, self.epochs, self.steps, self.redraw = optimiser, epochs, steps, redraw


class ResidualModel(keras.Model):
    """The network of a differential equation, and the constants to be found with it.

    Args:
        network: `keras.Model`.
        constants: first guesses of the constants, `(constants,)`.

    A training is resumed by a callback that sets `position`, the variables and `state`, in `on_train_begin`.
    """

    position = (0, 0, 0)  # epoch; rows and steps within it are of supervised training

    def __init__(self, network, constants=()):
        super().__init__(name="residual_model")
        self.network = network
        self.constants = None
        if len(constants):
            guess = keras.initializers.Constant(np.array(constants))
            self.constants = self.add_weight(shape=(len(constants),), initializer=guess, dtype=network.dtype, name="constants")
        self.built = True

    def call(self, inputs):
        return self.network(inputs)

    def fit(self, system, regions, phases, callbacks, seed=0):
        """Lower the sum of squares of all rows. Returns Keras' history.

        Args:
            system: rows as functions of the weights, see `equations.system.System`.
            regions: where the points of each term are drawn, see `equations.collocation`.
            phases: list of `Phase`, used one after another.
            callbacks: Keras' and those of `training.callbacks`.
            seed: of all points.

        Raises: Diverged if the first weights have no finite loss.
        """
        self.system, self.regions, self.seed = system, regions, seed
        points = self.draw(0)
        self.points = [[tf.Variable(x, dtype="float64") for x in places] for places, _ in points]
        self.measured = [values for _, values in points]
        self.iteration = tf.Variable(0, dtype="int64")
        self.state = [self.iteration, *(x for places in self.points for x in places)]
        self.state += [variable for phase in phases for variable in phase.optimiser.variables]
        self.compile(next((phase.optimiser.optimizer for phase in phases if hasattr(phase.optimiser, "optimizer")), "sgd"))
        callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=True, model=self, epochs=sum(phase.epochs for phase in phases), verbose=1
        )
        self.stop_training, self.position = False, (0, 0, 0)
        self.held_out = system.at(self.draw(1))
        callbacks.on_train_begin()
        weights, self.known = system.get_weights(), system.at(self.present())
        logs, first = self.measure(weights), 0
        for number, phase in enumerate(phases):
            while first <= self.position[0] < first + phase.epochs and not self.stop_training:
                epoch = self.position[0]
                callbacks.on_epoch_begin(epoch)
                if phase.redraw and epoch and epoch % phase.redraw == 0:
                    self.redraw(weights, epoch)
                    phase.optimiser.renew(system, weights)
                for _ in range(phase.steps):
                    weights, loss = phase.optimiser.step(system, weights, self.known)
                    self.iteration.assign_add(getattr(phase.optimiser, "steps", 1))
                    callbacks.on_train_batch_end(int(self.iteration), {"loss": loss})
                    if self.stop_training:
                        break
                system.set_weights(weights)
                logs = {"iteration": int(self.iteration), "phase": number} | self.measure(weights) | phase.optimiser.logs()
                self.position = (epoch + 1, 0, 0)
                callbacks.on_epoch_end(epoch, logs)
            first += phase.epochs
        callbacks.on_train_end(logs)
        return self.history

    def measure(self, weights):
        """Logs: the loss, that on the points held out, and what each term contributes.

        Raises: Diverged if they cease to be numbers, with the term that does.
        """
        rows = self.system.rows(tf.constant(weights), self.known).numpy()
        held_out = self.system.rows(tf.constant(weights), self.held_out).numpy()
        terms = self.system.losses(rows, self.known)
        if wrong := [name for name, loss in terms.items() if not np.isfinite(loss)]:
            raise Diverged(f"the residual of {wrong[0]!r} ceased to be a number in iteration {int(self.iteration)}")
        return {
            "loss": float(rows @ rows),
            "val_loss": float(held_out @ held_out),
            **{f"term {name}": loss for name, loss in terms.items()},
        }

    # Points

    def draw(self, number):
        """New points for every term; a number stands for a seed of its own."""
        return [region.draw([self.seed, number, place]) for place, region in enumerate(self.regions)]

    def present(self):
        return [
            ([x.numpy() for x in places], measured) for places, measured in zip(self.points, self.measured, strict=True)
        ]

    def redraw(self, weights, epoch):
        """Move a part of the points to where the residuals are large."""
        pool = [self.draw(2 + epoch * POOL + number) for number in range(POOL)]
        sizes = [self.sizes(weights, points) for points in pool]
        for place, (region, present) in enumerate(zip(self.regions, self.present(), strict=True)):
            of_term = np.concatenate([draw[place] for draw in sizes])
            places, _ = region.pick(present, [draw[place] for draw in pool], of_term, [self.seed, 2 + epoch, place])
            for variable, x in zip(self.points[place], places, strict=True):
                variable.assign(x)
        self.known = self.system.at(self.present())

    def sizes(self, weights, points):
        """For each term the size of its residuals, all expressions together, at its points."""
        rows = self.system.rows(tf.constant(weights), self.system.at(points)).numpy()
        lengths = [len(places[0]) * len(term.names) for (places, _), term in zip(points, self.system.terms, strict=True)]
        return [
            np.linalg.norm(part.reshape(len(term.names), -1), axis=0)
            for part, term in zip(np.split(rows, np.cumsum(lengths)[:-1]), self.system.terms, strict=True)
        ]
