"""A line of progress: written by a training, and read by the page that shows it."""

import re

LINES = 20  # of a training that is written to a file, a pipe or a notebook
METRICS = 6  # shown at most
NOT_MEASURED = float("nan")  # what a loop logs where there is nothing to measure, itself not shown
HIDDEN = ("seconds", "learning_rate", "iteration", "phase")


def format_metrics(logs):
    """Return names and values with four digits: the losses first, then some of the metrics."""
    # A training that diverges has other NaNs, which are shown.
    logs = {name: value for name, value in logs.items() if value is not NOT_MEASURED}
    names = [name for name in ("loss", "val_loss") if name in logs]
    others = [name for name in logs if name not in names and name not in HIDDEN]
    others = [name for name in others if " " not in name or not names]
    return "  ".join(f"{name} {logs[name]:.4g}" for name in (names + others)[:METRICS])


def read_line(line):
    """Return epoch and `{name: value}` of a line of `training.progress.Progress`; None for any
    other line."""
    found = re.match(r"epoch (\d+)(?:/\d+|, \d+ s)  (.*)", line)
    if not found:
        return None
    pairs = [pair.rsplit(" ", 1) for pair in found[2].split("  ") if " " in pair]
    return int(found[1]), {name: float(value) for name, value in pairs}
