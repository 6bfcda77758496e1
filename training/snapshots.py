"""A training that is killed goes on where it was: all that it needs, written every few seconds."""

import json
import os
import time
from pathlib import Path

import keras
import numpy as np

from errors import UserError
from training.run import SNAPSHOT
from whole import whole


class Snapshots(keras.callbacks.Callback):
    """Writes the state of a training to a file, and begins with the state that is there.

    The state is the model's weights, the optimizer's, the metrics', the seeds of random layers, the place in the rows, and
    what the other callbacks count and keep. A file is whole or not there.

    Args:
        folder: of the run.
        seconds: between snapshots; the last epoch gets one in any case.
        writes: whether this process writes; of several that train together one does.

    `others` are the callbacks whose state belongs to it; this one comes after them.
    """

    others = ()

    def __init__(self, folder, seconds, writes=True):
        super().__init__()
        self.path, self.seconds, self.writes = Path(folder) / SNAPSHOT, seconds, writes

    def on_train_begin(self, logs=None):
        if self.path.exists():
            try:
                self.restore()
            except (KeyError, ValueError) as error:
                reason = str(error).splitlines()[0][:200]
                raise UserError(
                    f"{self.path} is of another network or version ({reason}). --overwrite begins anew"
                ) from None
        self.last = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
        if self.within_epochs():
            self.write_if_due()

    def on_epoch_end(self, epoch, logs=None):
        self.epochs = epoch + 1
        done = self.model.stop_training or self.epochs == self.params["epochs"]
        self.write_if_due(at_once=done)

    def write_if_due(self, at_once=False):
        if self.writes and (at_once or time.monotonic() >= self.last + self.seconds):
            self.write()
            self.last = time.monotonic()

    def within_epochs(self):
        """Whether there are snapshots before an epoch's end: not of Keras' own loop, whose place in the rows is unknown, nor
        of several devices, which would have to add up their metrics at the same moment."""
        return (
            hasattr(self.model, "position")
            and self.model.distribute_strategy.num_replicas_in_sync == 1
        )

    def variables(self):
        """Everything that changes while the model trains, each once. An epoch's end does without the metrics' sums."""
        found = [
            *self.model.variables,
            *self.model.optimizer.variables,
            *getattr(self.model, "state", ()),
        ]
        if self.within_epochs():
            found += self.model.metrics_variables
        return list({id(variable): variable for variable in found}.values())

    def write(self):
        arrays = {
            f"variable {number}": variable.numpy()
            for number, variable in enumerate(self.variables())
        }
        counts = []
        for number, callback in enumerate(self.others):
            counts.append(
                {
                    name: value
                    for name, value in vars(callback).items()
                    if is_plain(value) and name[0] != "_"
                }
            )
            for name, value in vars(callback).items():
                if is_weights(value):
                    arrays |= {
                        f"callback {number} {name} {place}": array
                        for place, array in enumerate(value)
                    }
        state = {
            "position": getattr(self.model, "position", (getattr(self, "epochs", 0), 0, 0)),
            "shuffling": getattr(self.model, "shuffling", 0),
            "stopped": bool(self.model.stop_training),
            "callbacks": counts,
        }
        with whole(self.path) as path, path.open("wb") as file:
            np.savez(file, state=json.dumps(state), **arrays)
            file.flush()
            os.fsync(file.fileno())  # else a power cut could leave the name without the content

    def restore(self):
        with np.load(self.path, allow_pickle=False) as arrays:
            state = json.loads(str(arrays["state"]))
            for number, variable in enumerate(self.variables()):
                variable.assign(arrays[f"variable {number}"])
            for number, (callback, counts) in enumerate(
                zip(self.others, state["callbacks"], strict=True)
            ):
                vars(callback).update(counts)
                for name in {
                    key.split()[2] for key in arrays.files if key.startswith(f"callback {number} ")
                }:
                    places = sum(
                        key.startswith(f"callback {number} {name} ") for key in arrays.files
                    )
                    setattr(
                        callback,
                        name,
                        [arrays[f"callback {number} {name} {place}"] for place in range(places)],
                    )
        if hasattr(self.model, "position"):
            self.model.position, self.model.shuffling = tuple(state["position"]), state["shuffling"]
        self.model.stop_training = state["stopped"]
        epoch = state["position"][0]
        self.model._initial_epoch = (
            self.params["epochs"] if state["stopped"] else epoch
        )  # where Keras' own loop begins
        print(f"Going on after {epoch} epoch{'s' * (epoch != 1)}")


def is_plain(value):
    """Whether JSON can hold it: what callbacks count, and the history."""
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
