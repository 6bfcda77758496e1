"""Progress of a training: one moving line in a terminal, some twenty plain lines elsewhere."""

import shutil
import sys
import time

import keras

from training import progress_line
from training.progress_line import format_metrics

BAR = 20  # letters
REFRESH = 0.1  # seconds
ENDLESS = 10**6  # epochs, which are so many only because a time limit ends the training


class Progress(keras.callbacks.Callback):
    """Shows epoch, loss and metrics while a model trains."""

    def on_train_begin(self, logs=None):
        self._terminal = sys.stdout.isatty()
        self._start = self._last = time.monotonic()
        self._width = self._done = self._shown = 0

    def on_train_batch_end(self, batch, logs=None):
        if self._terminal and time.monotonic() - self._last > REFRESH:
            self.show(self._epoch, logs)

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_epoch_end(self, epoch, logs=None):
        self._logs, self._done = logs, epoch + 1
        if self._terminal:
            if time.monotonic() - self._last > REFRESH:
                self.show(self._done, logs)
        elif self.is_due(self._done):
            self.show(self._done, logs)

    def is_due(self, epoch):
        """Return whether a plain line is due: by the number of epochs or, if they are long, by
        time; the time between lines grows with the time that has passed."""
        every = -(-self.params["epochs"] // progress_line.LINES)
        now = time.monotonic()
        late = now - self._last > max(10, 0.2 * (now - self._start))
        return epoch == 1 or epoch % every == 0 or epoch == self.params["epochs"] or late

    def on_train_end(self, logs=None):
        if self._done > self._shown:  # training stopped between two lines
            self.show(self._done, self._logs)
        if self._terminal:
            print()

    def show(self, epoch, logs):
        """Write one line about the epochs that are done."""
        epochs = self.params["epochs"]
        if epochs < ENDLESS:
            done = f"epoch {epoch}/{epochs}"
        else:
            done, epochs = f"epoch {epoch}, {time.monotonic() - self._start:.0f} s", None
        line = f"{done}  {format_metrics(logs)}"
        self._last, self._shown = time.monotonic(), epoch
        if not self._terminal:
            print(line, flush=True)
            return
        if epochs:
            full = round(BAR * epoch / epochs)
            line = f"[{'=' * full}{' ' * (BAR - full)}] {line}"
        line = line[: shutil.get_terminal_size().columns - 1]
        print(f"\r{line:<{self._width}}", end="", flush=True)
        self._width = len(line)
