"""The callbacks of every fit, built in one place."""

import math
import signal
import threading
import time
from pathlib import Path

import keras

from training.progress import Progress


def standard_callbacks(
    folder, patience, learning_rate, start_loss=math.inf, margin=0.0, monitor="val_loss",
    tensorboard=False, first_epoch=0,
):  # fmt: skip
    """Early stopping that restores the best weights, and a learning rate that falls on plateaus.

    Args:
        folder: folder of the run, for TensorBoard's `logs/`.
        patience: epochs without improvement before training stops; after a third of it the
            learning rate is lowered.
        learning_rate: initial learning rate, which falls to a thousandth of it at most; None if
            the optimiser has none.
        start_loss: validation loss of the initial weights, which may be the best ones.
        margin: how much lower the best loss must be for the initial weights to be given up.
        monitor: name of the loss that is followed, the smaller the better; "" trains for all
            epochs and keeps the last weights.
        tensorboard: write logs for TensorBoard.
        first_epoch: number of epochs before those whose weights may be the best ones.
    """
    following = []
    if monitor and learning_rate:
        following.append(
            keras.callbacks.ReduceLROnPlateau(
                monitor=monitor,
                mode="min",
                factor=0.3,
                patience=max(1, patience // 3),
                min_lr=learning_rate / 1000,
            )
        )
    if monitor:
        following.append(EarlyStoppingFromStart(start_loss, margin, monitor, patience, first_epoch))
    return [
        keras.callbacks.TerminateOnNaN(),
        Seconds(),
        Progress(),
        StopOnInterrupt(),
        *following,
        *tensorboard_callbacks(folder, tensorboard),
    ]


def lecture_callbacks(folder, tensorboard=False):
    """The lectures' literal settings: no minimum of the learning rate, the last weights are kept.

    Source: M. Pierini, Deep Learning lectures, jet tagging notebooks.
    """
    return [
        keras.callbacks.TerminateOnNaN(),
        Seconds(),
        Progress(),
        StopOnInterrupt(),
        keras.callbacks.EarlyStopping(monitor="val_loss", mode="min", patience=10),
        keras.callbacks.ReduceLROnPlateau(monitor="val_loss", mode="min", factor=0.1, patience=2),
        *tensorboard_callbacks(folder, tensorboard),
    ]


def tensorboard_callbacks(folder, tensorboard):
    return [keras.callbacks.TensorBoard(Path(folder) / "logs")] if tensorboard else []


class EarlyStoppingFromStart(keras.callbacks.EarlyStopping):
    """Keras' early stopping, for which the weights before the first epoch may be the best ones.

    Args:
        start_loss: loss of the initial weights.
        margin: how much lower the best loss must be for the initial weights to be given up.
        monitor: name of the loss.
        patience: epochs without improvement before training stops.
        first_epoch: number of epochs before those whose weights may be the best ones.
    """

    def __init__(
        self, start_loss=math.inf, margin=0.0, monitor="val_loss", patience=0, first_epoch=0
    ):
        super().__init__(
            monitor,
            mode="min",
            patience=patience,
            restore_best_weights=True,
            start_from_epoch=first_epoch,
        )
        self.start_loss, self.margin = start_loss, margin

    def on_train_begin(self, logs=None):
        super().on_train_begin(logs)
        self.start_weights = self.model.get_weights()
        self.best, self.best_weights, self.best_epoch = self.start_loss, self.start_weights, -1
        self.stage = 0

    def on_epoch_end(self, epoch, logs=None):
        stage = getattr(self.model, "stage", 0)
        if not math.isnan(logs[self.monitor]):
            super().on_epoch_end(epoch, logs)
        elif self.best == math.inf and math.isfinite(logs["loss"]):
            # An equation that is not yet solved to its last time has no validation loss.
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        if stage != self.stage:  # the next epochs have a different loss
            self.stage, self.wait, self.best = stage, 0, math.inf

    def on_train_end(self, logs=None):
        if self.best > self.start_loss - self.margin:
            self.best, self.best_weights, self.best_epoch = self.start_loss, self.start_weights, -1
        super().on_train_end(logs)
        if math.isfinite(self.best):
            where = f"after epoch {self.best_epoch + 1}"
            if self.best_epoch < 0:
                where = "before the first epoch: the initial weights are kept"
            print(f"Best validation loss {self.best:.4g} {where}")


class RestoreIfWorse(keras.callbacks.Callback):
    """Keeps the last weights, unless a score became much larger than its smallest value.

    A distance between two samples, or the loss of a velocity that is mostly chance, is too noisy to
    choose among epochs that are alike. But a game of two networks can collapse at any time, and a
    large network learns few rows by heart.

    Args:
        monitor: name of the score, which is positive.
        patience: epochs in succession with a much larger score before training stops.
        factor: how many times the smallest score is much larger.
    """

    def __init__(self, monitor, patience, factor=10.0):
        super().__init__()
        self.monitor, self.patience, self.factor = monitor, patience, factor

    def on_train_begin(self, logs=None):
        self.best, self.best_epoch, self.wait = math.inf, -1, 0
        self.best_weights = self.model.get_weights()

    def on_epoch_end(self, epoch, logs=None):
        score = float(logs[self.monitor])
        if score < self.best:
            self.best, self.best_epoch = score, epoch
            self.best_weights = self.model.get_weights()
        is_near = score <= self.factor * self.best  # False for NaN
        self.wait = 0 if is_near else self.wait + 1
        if self.wait > self.patience:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        if self.wait:
            self.model.set_weights(self.best_weights)
            name = self.monitor.removeprefix("val_")
            print(
                f"The {name} rose to more than {self.factor:g} times its smallest value "
                f"{self.best:.4g}: the weights after epoch {self.best_epoch + 1} are kept"
            )


class StopOnInterrupt(keras.callbacks.Callback):
    """Ctrl-C ends the training after the current step and exports; a second one stops at once.

    The model's attribute `is_interrupted` tells a search that there is no time for further ones.
    """

    def on_train_begin(self, logs=None):
        self.usual, self.asked = None, False
        if threading.current_thread() is threading.main_thread():  # signals reach no other thread
            self.usual = signal.signal(signal.SIGINT, self.stop)

    def stop(self, *signal_and_frame):
        if self.model.stop_training:
            raise KeyboardInterrupt
        self.model.is_interrupted = True
        self.model.stop_training = self.asked = True  # printing here could interrupt a print

    def on_train_batch_end(self, batch, logs=None):
        self.announce()

    def announce(self):
        if self.asked:
            self.asked = False
            print(
                "\nStopping after this step; the best weights so far will be exported. "
                "Press Ctrl-C again to stop at once."
            )

    def on_train_end(self, logs=None):
        self.announce()
        if self.usual is not None:
            signal.signal(signal.SIGINT, self.usual)


class Seconds(keras.callbacks.Callback):
    """Adds the time spent on training to the logs, including the time before an interruption."""

    def on_train_begin(self, logs=None):
        self.seconds, self._last = 0.0, time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        now = time.perf_counter()
        self.seconds, self._last = self.seconds + now - self._last, now
        logs["seconds"] = self.seconds


class StopAfter(keras.callbacks.Callback):
    """Ends the training after a time, with the current step.

    Args:
        seconds: seconds of training, including those before an interruption.
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


class CosineDecayInTime(StopAfter):
    """Lowers the learning rate by a cosine, to 0 at the time when the training ends.

    Args:
        seconds: seconds of training.
        learning_rate: initial learning rate.
    """

    def __init__(self, seconds, learning_rate):
        super().__init__(seconds)
        self.initial_rate = learning_rate

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        passed = min(self.seconds_passed / self.seconds_allowed, 1.0)
        rate = self.initial_rate * (1 + math.cos(math.pi * passed)) / 2
        self.model.optimizer.learning_rate = rate
