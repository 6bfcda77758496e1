"""Keeps what a network answers on fixed points while it learns, for an animation."""

import keras
import numpy as np

from runs.frames import Frames, write_frames
from runs.workers import is_chief

GROWTH = 1.15  # ratio of the epochs of two frames: 38 in 400 epochs, 60 in 10 000


class KeepFrames(keras.callbacks.Callback):
    """Keeps a frame before the first epoch, after each of the first ones, and then ever fewer.

    A network changes most in its first epochs, so the frames are even in the logarithm of the
    epoch. The file is written with every frame: a page may draw it while the training goes on.

    Args:
        scene: `runs.frames.Scene`.
        answer: function of no argument that returns the values of a frame.
        path: path of the file.
    """

    def __init__(self, scene, answer, path):
        super().__init__()
        # An underscore: not part of a snapshot, which keeps `frames` and `frame_epochs`.
        self._scene, self._answer, self._path = scene, answer, path

    def on_train_begin(self, logs=None):
        self.frames, self.frame_epochs, self.done = [], [], 0
        self.keep(0)

    def on_epoch_end(self, epoch, logs=None):
        self.done = epoch + 1
        if self.done >= find_next(self.frame_epochs[-1]):
            self.keep(self.done)

    def on_train_end(self, logs=None):
        """Keep the network that is exported: early stopping has set its best weights."""
        if self.frame_epochs[-1] == self.done and self.done:
            self.frames.pop(), self.frame_epochs.pop()
        self.keep(self.done)

    def keep(self, epoch):
        self.frames.append(np.asarray(self._answer(), "float32"))
        self.frame_epochs.append(epoch)
        if is_chief():
            epochs = np.array(self.frame_epochs)
            write_frames(self._path, Frames(self._scene, epochs, np.stack(self.frames)))


def find_next(epoch):
    """Return the epoch of the frame after that of an epoch."""
    return max(epoch + 1, int(GROWTH * epoch))
