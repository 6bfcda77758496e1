"""Training on rows of data: compile, fit with early stopping, and a loop that drives the model."""

import math
from dataclasses import dataclass
from typing import ClassVar

from tasks.experiment import Experiment
from tasks.options import BatchOptions

TENTH = 10  # of the epochs, in which the best one shows that the loss still fell
FEWEST = 3  # epochs that can tell
FALL = 1e-3  # share of the loss, below which it has ended


@dataclass(frozen=True)
class BatchTraining(BatchOptions, Experiment):
    """Trains any `keras.Model`, with Keras' `train_step` or its own, on a `Dataset`.

    A family of topics defines `training_arrays`, `export`, `baselines` and `evaluate`; a topic
    defines `load` and `build`.
    """

    monitor: ClassVar = "val_loss"  # what early stopping follows; "" trains for all epochs
    is_scheduled: ClassVar = False  # the learning rate follows `cosine_decay` instead of the loss

    def training_arrays(self, data):
        """Return `(train, validation)`, nests of arrays as the model's `train_step` takes them.

        `validation` is None if nothing is to be validated.
        """
        raise NotImplementedError

    def compile(self, model, data):
        """Compile the model, unless `build` did."""

    def cosine_decay(self, rows):
        """Return a learning rate that falls to 0 by a cosine until the last epoch."""
        import keras

        steps = self.epochs * -(-rows // self.batch_size)
        return keras.optimizers.schedules.CosineDecay(self.learning_rate, steps)

    def warm_start(self, model, train, validation, data):
        """Set better initial weights than random ones, if there are any; return how much lower
        the best validation loss must be for them to be given up."""
        return 0.0

    def callbacks(self, run, start_loss, margin):
        from training.callbacks import standard_callbacks

        return standard_callbacks(
            run.folder,
            self.patience,
            None if self.is_scheduled else self.learning_rate,
            start_loss,
            margin,
            self.monitor,
            self.tensorboard,
        )

    def fit(self, model, data, run):
        return self.fit_arrays(model, *self.training_arrays(data), data, run, run.snapshot)

    def fit_arrays(self, model, train, validation, data, run, snapshot=None):
        """Compile a model and fit it to arrays; without a snapshot it cannot be resumed."""
        margin = self.warm_start(model, train, validation, data)
        self.compile(model, data)
        watching = self.watching(model, data, run) if snapshot else []
        return self.fit_compiled(model, train, validation, run, snapshot, margin, watching)

    def fit_compiled(
        self, model, train, validation, run, snapshot=None, margin=0.0, further_callbacks=()
    ):
        """Fit a compiled model to arrays."""
        import tensorflow as tf

        from training.fit import fit
        from training.loop import choose_loop

        rows = len(tf.nest.flatten(train)[0])
        loop = choose_loop(model, self.loop, rows, self.epochs, self.batch_size)
        start_loss = loop.evaluate(validation)["loss"] if self.monitor else math.inf
        callbacks = [*self.callbacks(run, start_loss, margin), *run.further_callbacks]
        callbacks += further_callbacks
        options = self.epochs, callbacks, snapshot, self.snapshot_seconds
        found = fit(loop, train, validation, *options)
        # With a schedule the loss falls until the end, which is no reason to train on.
        losses = () if self.is_scheduled else found.history.get(self.monitor, ())
        return found._replace(ending=found.ending or describe_end(losses, self.epochs))


def describe_end(losses, epochs):
    """Return a line if a training ended at its last epoch with the loss still falling, or "".

    Args:
        losses: validation loss of each epoch.
        epochs: maximum number of epochs.
    """
    if len(losses) < max(epochs, FEWEST):
        return ""
    best, before = min(losses), min(losses[: -max(1, epochs // TENTH)])
    if not before - best > FALL * abs(best):
        return ""
    return f"The validation loss was still falling at the end: try --epochs {4 * epochs}"
