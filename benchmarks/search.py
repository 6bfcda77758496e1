"""`train.py search` beside the topics' own options: is the best of 30 trials better, also on test?

    python benchmarks/search.py [--trials 30] [--seeds 3] [NAME ...]
    python benchmarks/search.py --processes       # trials a minute of one process and of two

Five tables and `digits`. The first trial has the topic's own options; its validation loss stands
beside the lowest one. The test scores are computed from the exported runs, and their standard error
from a thousand bootstrap samples of the test rows.
"""

import argparse
import contextlib
import io
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
FOLDER = tempfile.TemporaryDirectory()
os.environ["SAVED_MODELS"] = FOLDER.name  # before the project is imported, which reads it once
from benchmarks.tables import frames  # noqa: E402
from evaluation.tables import format_table  # noqa: E402

HEADER = ["", "validation", "searched", "test", "searched", "standard error", "minutes"]


def measure(name, words, trials, seed):
    """Return validation and test scores `(before, after)` of one search, errors all of them."""
    import train

    words = [name, *words, "--seed", str(seed), "--overwrite"]
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        train.main(words)
        train.main(["search", *words, "--trials", str(trials)])
    minutes = (time.perf_counter() - start) / 60
    found = [score_run(run) for run in (name, f"{name}-search")]
    table = pd.read_csv(Path(os.environ["SAVED_MODELS"]) / f"{name}-search" / "trials.csv")
    done = table[table["state"] == "complete"]["score"]
    (before, error), (after, _) = found
    return done.iloc[0], done.min(), before, after, error, minutes


def score_run(name):
    """Return the test error of a run, 1 - accuracy or RMSE, and its standard error."""
    from runs.run import Run
    from tasks.catalogue import restore
    from training.device import start_tensorflow

    run = Run(Path(os.environ["SAVED_MODELS"]) / name)
    data = restore(run.config).load()
    start_tensorflow()
    (target,) = data.targets
    true = np.asarray(data.test.targets[target.name])
    answers = run.predict(data.test.inputs)[target.name]
    wrong = (answers != true) if target.classes else (answers - true) ** 2
    rows = np.random.default_rng(0).integers(len(wrong), size=(1000, len(wrong)))
    samples = wrong.astype(float)[rows].mean(axis=1)
    root = (lambda x: x) if target.classes else np.sqrt
    return float(root(wrong.mean())), float(np.std(root(samples)))


def compare(names, trials, seeds, folder):
    """Print a row for each dataset: medians over seeds."""
    tasks = {"digits": ("digits", ())}
    for name, (frame, target, _) in frames().items():
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False)
        tasks[name] = ("table", ("--data", str(path), "--target", target))
    rows = [HEADER]
    for name in names or tasks:
        found = [measure(*tasks[name], trials, seed) for seed in range(seeds)]
        rows.append([name, *(statistics.median(column) for column in zip(*found, strict=True))])
        print(format_table([HEADER, rows[-1]]), flush=True)
    print(f"\n{trials} trials, medians of {seeds} seeds\n{format_table(rows)}")


def compare_processes(trials):
    """Print how many trials of `digits` one process and two run in a minute."""
    import subprocess

    script = Path(__file__).parents[1] / "train.py"
    rates = {}
    for processes in (1, 2):
        words = ["search", "digits", "--epochs", "20", "--trials", str(trials), "--overwrite"]
        words = [sys.executable, script, *words, "--processes", str(processes)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        path = Path(os.environ["SAVED_MODELS"]) / "digits-search" / "trials.csv"
        table = pd.read_csv(path)
        seconds = (table["begun"] + table["seconds"]).max() - table["begun"].min()
        rates[processes] = 60 * len(table) / seconds
        print(f"{processes} processes: {rates[processes]:.1f} trials a minute", flush=True)
    print(f"two processes run {rates[2] / rates[1]:.2f} times the trials of one")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="datasets; all of them by default")
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--processes", action="store_true", help="compare one process and two")
    options = parser.parse_args()
    with FOLDER as folder:
        if options.processes:
            compare_processes(options.trials)
        else:
            compare(options.names, options.trials, options.seeds, Path(folder))
