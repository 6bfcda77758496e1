"""Snapshots: the full training state, saved every few seconds, from which a training resumes."""

import json
import os
import time

import keras
import numpy as np

from atomic import write_atomically
from errors import UserError

# Keras turns its sign when the first epoch of a process ends: restored, it would be turned twice.
NO_STATE = "min_delta"


class Snapshots(keras.callbacks.Callback):
    """Saves the training state to a file, and restores the state that is there.

    The state is all weights, the optimisers', the metrics' and the random layers' variables, the
    position in the rows, and what the other callbacks count and keep.

    Args:
        path: path of the file.
        trainer: what trains: has `position`, `shuffling`, `within_epochs` (whether the state can
            be saved between the epochs' ends), `state()` and `restore_position()`.
        callbacks: callbacks whose state belongs to the training; this one comes after them.
        seconds: time between snapshots; the last epoch gets one in any case.
        writes: whether this process writes; of several that train together one does.
    """

    def __init__(self, path, trainer, callbacks, seconds=10.0, writes=True):
        super().__init__()
        self.path, self.trainer, self.callbacks = path, trainer, callbacks
        self.seconds, self.writes = seconds, writes

    def on_train_begin(self, logs=None):
        if self.path.exists():
            try:
                self.restore()
            except (KeyError, ValueError) as error:
                reason = str(error).splitlines()[0][:200]
                raise UserError(
                    f"{self.path} is of a different network or version ({reason}). "
                    "Give --overwrite to start again"
                ) from None
        self.last = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        if self.trainer.within_epochs:
            self.write_if_due()

    def on_epoch_end(self, epoch, logs=None):
        done = self.model.stop_training or epoch + 1 == self.params["epochs"]
        self.write_if_due(at_once=done)

    def write_if_due(self, at_once=False):
        if self.writes and (at_once or time.monotonic() >= self.last + self.seconds):
            self.write()
            self.last = time.monotonic()

    def write(self):
        variables = enumerate(self.trainer.state())
        arrays = {f"variable {number}": variable.numpy() for number, variable in variables}
        counts = []
        for number, callback in enumerate(self.callbacks):
            attributes = vars(callback).items()
            counts.append(
                {
                    name: value
                    for name, value in attributes
                    if is_plain(value) and name[0] != "_" and name != NO_STATE
                }
            )
            for name, value in attributes:
                if is_weights(value):
                    key = f"callback {number} {name}"
                    arrays |= {f"{key} {index}": array for index, array in enumerate(value)}
        state = {
            "position": self.trainer.position,
            "shuffling": self.trainer.shuffling,
            "stopped": bool(self.model.stop_training),
            "callbacks": counts,
        }
        with write_atomically(self.path) as path, path.open("wb") as file:
            np.savez(file, state=json.dumps(state), **arrays)
            file.flush()
            os.fsync(file.fileno())  # a power cut could leave the name without the content

    def restore(self):
        with np.load(self.path, allow_pickle=False) as arrays:
            state = json.loads(str(arrays["state"]))
            for number, variable in enumerate(self.trainer.state()):
                variable.assign(arrays[f"variable {number}"])
            counts = zip(self.callbacks, state["callbacks"], strict=True)
            for number, (callback, values) in enumerate(counts):
                vars(callback).update(values)
                keys = [key.split() for key in arrays.files]
                keys = [key for key in keys if key[:2] == ["callback", str(number)]]
                for name in {key[2] for key in keys}:
                    indices = range(sum(key[2] == name for key in keys))
                    weights = [arrays[f"callback {number} {name} {index}"] for index in indices]
                    setattr(callback, name, weights)
        epoch = state["position"][0]
        self.model.stop_training = state["stopped"]
        position = (self.params["epochs"], 0, 0) if state["stopped"] else tuple(state["position"])
        self.trainer.restore_position(position, state["shuffling"])
        print(f"Resuming after {epoch} epoch{'s' * (epoch != 1)}")


def is_plain(value):
    """Return whether JSON can hold a value: what callbacks count, and the history."""
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or isinstance(value, (bool, int, float, str))


def is_weights(value):
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(array, np.ndarray) for array in value)
    )
