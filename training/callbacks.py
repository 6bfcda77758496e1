"""The callbacks of every fit, built in one place."""

import math
import signal
import threading
import time
from pathlib import Path

import keras


def standard_callbacks(folder, patience, learning_rate, tensorboard=False):
    """Stop when the validation loss no longer falls and keep the best weights; lower the learning rate on the way.

    Args:
        folder: of the run; TensorBoard's `logs/` go there.
        patience: epochs without a lower validation loss before training stops; a third of it lowers the learning rate.
        learning_rate: the first one; it never falls below a thousandth of it. None where there is none.
        tensorboard: write logs for TensorBoard.
    """
    return [
        keras.callbacks.TerminateOnNaN(),
        Seconds(),
        *([slower(patience, learning_rate)] if learning_rate else []),
        StopOnInterrupt(),
        EarlyStoppingFromStart(
            monitor="val_loss", mode="min", patience=patience, restore_best_weights=True
        ),
        *recorders(folder, tensorboard),
    ]


def slower(patience, learning_rate):
    return keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss",
        mode="min",
        factor=0.3,
        patience=max(1, patience // 3),
        min_lr=learning_rate / 1000,
    )


def equation_callbacks(folder, patience, seconds=0.0, learning_rate=None, tensorboard=False):
    """As `standard_callbacks` for an equation: one progress bar for the many short epochs, an end after `seconds` if not 0."""
    standard = standard_callbacks(folder, patience, learning_rate, tensorboard)
    return [*standard, Progress(), *([StopAfter(seconds)] if seconds else [])]


def lecture_callbacks(folder, tensorboard=False):
    """The lectures' literal settings, for comparison: no floor of the learning rate, the last weights instead of the best.

    Source: M. Pierini, Deep Learning lectures, jet tagging notebooks.
    """
    return [
        keras.callbacks.TerminateOnNaN(),
        Seconds(),
        StopOnInterrupt(),
        keras.callbacks.EarlyStopping(monitor="val_loss", mode="min", patience=10),
        keras.callbacks.ReduceLROnPlateau(monitor="val_loss", mode="min", factor=0.1, patience=2),
        *recorders(folder, tensorboard),
    ]


def recorders(folder, tensorboard):
    """What shows the course of the training elsewhere."""
    return [keras.callbacks.TensorBoard(Path(folder) / "logs")] if tensorboard else []


class EarlyStoppingFromStart(keras.callbacks.EarlyStopping):
    """Keras' own, but the weights before the first epoch may be the best ones too.

    `start_loss` is their validation loss. By `margin` the best epoch has to be below it, or the start is kept.
    """

    start_loss, margin = None, 0.0

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.start_weights = self.model.get_weights()
        self.best, self.best_weights, self.best_epoch = self.start_loss, self.start_weights, -1

    def on_epoch_end(self, epoch, logs=None):
        if not math.isnan(logs["val_loss"]):
            super().on_epoch_end(epoch, logs)
        elif self.best == math.inf and math.isfinite(
            logs["loss"]
        ):  # an equation not yet solved to its last time
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch

    def on_train_end(self, logs=None):
        if self.best > self.start_loss - self.margin:
            self.best, self.best_weights, self.best_epoch = self.start_loss, self.start_weights, -1
        super().on_train_end(logs)
        where = (
            f"after epoch {self.best_epoch + 1}"
            if self.best_epoch >= 0
            else "before the first epoch: the start is kept"
        )
        if math.isfinite(self.best):
            print(f"\nBest validation loss {self.best:.4g} {where}")


class StopOnInterrupt(keras.callbacks.Callback):
    """Ctrl-C ends the training after the step under way, as if it were finished; a second one stops at once."""

    def on_train_begin(self, logs=None):
        self.usual = None
        if threading.current_thread() is threading.main_thread():  # signals reach no other
            self.usual = signal.signal(signal.SIGINT, self.interrupted)

    def interrupted(self, *signal_and_frame):
        if self.model.stop_training:
            raise KeyboardInterrupt
        self.model.stop_training = True
        print(
            "\nStopping after this step; the best weights so far will be exported. Ctrl-C again stops at once."
        )

    def on_train_end(self, logs=None):
        if self.usual is not None:
            signal.signal(signal.SIGINT, self.usual)


class Seconds(keras.callbacks.Callback):
    """Adds the wall time spent on training to the logs, as `seconds`; that before an interruption counts, too."""

    def on_train_begin(self, logs=None):
        self.seconds, self._last = 0.0, time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        now = time.perf_counter()
        self.seconds, self._last = self.seconds + now - self._last, now
        logs["seconds"] = self.seconds


class Progress(keras.callbacks.Callback):
    """One progress bar for all epochs, where these are many and short."""

    shown = ("loss", "val_loss")

    def on_train_begin(self, logs=None):
        self.bar = keras.utils.Progbar(
            self.params["epochs"], stateful_metrics=self.shown, unit_name="epoch"
        )

    def on_epoch_end(self, epoch, logs=None):
        self.bar.update(epoch + 1, [(name, logs[name]) for name in self.shown], finalize=False)


class StopAfter(keras.callbacks.Callback):
    """Ends the training after a time, with the step under way.

    Args:
        seconds: of training; those before an interruption count, too.
    """

    def __init__(self, seconds):
        super().__init__()
        self.seconds_allowed, self.seconds_passed = seconds, 0.0

    def on_train_begin(self, logs=None):
        self._last = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        now = time.monotonic()
        self.seconds_passed, self._last = self.seconds_passed + now - self._last, now
        if self.seconds_passed > self.seconds_allowed:
            self.model.stop_training = True
