"""Train the same work by several methods, in turns and in a process each, for one table."""

import itertools
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time

HEADER = "", "epoch [s]", "speed-up", "first two [s]", "to loss [s]", "loss", "memory [GB]"


def make_clock():
    """Return a Keras callback that notes the end and the validation loss of each epoch."""
    import keras

    class Clock(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.ends = []

        def on_epoch_end(self, epoch, logs=None):
            self.ends.append((time.time(), float(logs.get("val_loss", math.nan))))

    return Clock()


def report(ends, started):
    """Print the end time and the validation loss of each epoch as JSON, for `measure`."""
    print(json.dumps({
        "seconds": [end - float(started) for end, _ in ends],
        "losses": [loss for _, loss in ends],
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,  # GB
    }))  # fmt: skip


def measure(python, script, *words):
    """Run `script --once *words TIME` in a separate process; return what it reports."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [python, script, "--once", *map(str, words), str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        sys.exit(f"{', '.join(map(str, words))} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def epoch_seconds(run):
    pairs = itertools.pairwise(run["seconds"][1:])
    return statistics.median(later - earlier for earlier, later in pairs)


def seconds_to(goal, run):
    """Return when the validation loss was as low as a goal, NaN if it never was."""
    pairs = zip(run["seconds"], run["losses"], strict=True)
    return next((second for second, loss in pairs if loss <= goal), math.nan)


def print_rows(title, found):
    """Print a row of the table for each method, `{method: runs}`, the first one this project."""
    goal = max(run["losses"][-1] for runs in found.values() for run in runs)
    ours = statistics.median(map(epoch_seconds, next(iter(found.values()))))
    for method, runs in found.items():
        epoch = statistics.median(map(epoch_seconds, runs))
        cells = (
            f"{epoch:.4f}",
            f"{epoch / ours:.1f}",
            f"{statistics.median(run['seconds'][1] for run in runs):.1f}",
            f"{statistics.median(seconds_to(goal, run) for run in runs):.1f}",
            f"{statistics.median(run['losses'][-1] for run in runs):.4f}",
            f"{statistics.median(run['memory'] for run in runs):.2f}",
        )
        print(f"| {title}: {method} | {' | '.join(cells)} |".replace("nan", "-"), flush=True)


def print_header():
    print(f"| {' | '.join(HEADER)} |\n{'|---' * len(HEADER)}|")
