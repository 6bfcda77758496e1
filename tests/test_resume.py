"""A training killed at any moment can be resumed and ends with the weights it would have had."""

import functools
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

PROJECT = Path(__file__).parents[1]
KILLS = int(os.environ.get("KILLS", 6))
WHOLE = {"1", "model.keras", "config.json", "history.csv"}
TABLE = (
    *("--members", "1", "--epochs", "12", "--batch-size", "10", "--patience", "3"),
    *("--snapshot-seconds", "0.02"),
)
BURGERS = (  # Adam, then half of the time, then all of it, with new points after every epoch
    *("burgers", "--hidden", "8", "--collocation-points", "300", "--epochs", "40"),
    *("--adam-steps", "400", "--time-windows", "2"),
    *("--resample", "always", "--snapshot-seconds", "0.02"),
)
EQUATION = {"frames.npz", "collocation.csv", "equation.toml"}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table that keeps a training busy for a moment; its last batch is not full."""
    path = tmp_path_factory.mktemp("data") / "table.csv"
    values = np.random.default_rng(0).normal(size=(8003, 3))
    frame = pd.DataFrame(values, columns=["a", "b", "c"])
    frame.assign(y=np.sin(3 * values[:, 0]) * values[:, 1]).to_csv(path, index=False)
    return path


def begin(folder, *words):
    """Start a command in a process of its own."""
    environment = {**os.environ, "SAVED_MODELS": str(folder)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, *words], cwd=PROJECT, env=environment, **pipes)


def finished(folder, *words):
    process = begin(folder, *words)
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    return output


def weights(run):
    """Return the weights of the exported network."""
    from runs.run import Run

    return Run(run).network.get_weights()


def content(run):
    """Return a checksum of all files of a run."""
    check = hashlib.sha256()
    for path in sorted(run.rglob("*")):
        check.update(
            path.relative_to(run).as_posix().encode()
            + (path.read_bytes() if path.is_file() else b"")
        )
    return check.hexdigest()


def killed(process, seconds):
    """Kill a process after a while; return False if it ended before."""
    try:
        _, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True


def wait_until(happened, process):
    """Wait until something has happened, or the process has ended."""
    while not happened() and process.poll() is None:
        time.sleep(0.01)


@pytest.fixture(scope="module")
def uninterrupted(table, tmp_path_factory):
    """`uninterrupted(name)` trains in peace, once.

    It returns the words of the command, the run's folder, and the seconds that it took.
    """
    commands = {
        "table": ("table", "--data", str(table), "--target", "y", *TABLE),
        "burgers": BURGERS,
    }

    @functools.cache
    def train(name):
        words, folder = commands[name], tmp_path_factory.mktemp("uninterrupted")
        start = time.monotonic()
        finished(folder, "train.py", *words)
        return words, folder / name, time.monotonic() - start

    return train


def assert_same_run(whole, run):
    """Assert that a run is complete and ended as the uninterrupted one did, to the last bit."""
    form = WHOLE | (EQUATION if whole.name == "burgers" else set())
    assert {path.name for path in run.iterdir()} == form
    for one, other in zip(weights(whole), weights(run), strict=True):
        np.testing.assert_array_equal(one, other)
    first, second = (
        pd.read_csv(folder / "history.csv").drop(columns="seconds") for folder in (whole, run)
    )
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(("name", "most"), [("table", KILLS), ("burgers", KILLS // 2)])
def test_a_training_killed_at_random_moments_is_resumed(uninterrupted, name, most, tmp_path):
    """A kill may come at any moment, and later than it was meant to where the machine is busy.

    Before the new run is complete, the good run is untouched. While the new run replaces it there
    may be none, and the next command moves the new one into its place. Then the new run is there,
    perhaps beside what is left of the old one.
    """
    words, whole, seconds = uninterrupted(name)
    moments = random.Random(1)
    run, partial, complete, old = (
        tmp_path / folder
        for folder in (name, f".{name}.partial", f".{name}.complete", f".{name}.old")
    )
    shutil.copytree(whole, run)  # the good run that is to be replaced
    begun = ("train.py", *words, "--overwrite")
    words, before, kills, snapshots = begun, content(run), 0, 0
    while kills < most or not snapshots:  # some of the kills leave one to resume from
        process, start = begin(tmp_path, *words), time.monotonic()
        if kills % 2:  # every other kill comes after a snapshot, the others at any moment
            wait_until((partial / "snapshot.npz").exists, process)
            moment = moments.uniform(0, 0.3) if kills > 1 else 0
        else:
            moment = moments.uniform(0.3, 1.0)  # the first third imports TensorFlow
        if killed(process, seconds * moment):
            kills += 1
            if not run.exists():
                assert complete.exists()
            elif content(run) != before:  # it was replaced before the kill
                assert_same_run(whole, run)
                before = content(run)
            snapshots += (partial / "snapshot.npz").exists()
            resumed = ("train.py", "--resume", str(run))
            words = resumed if (partial / "config.json").exists() else begun
        else:
            assert_same_run(whole, run)
            words, before = begun, content(run)
            # The machine may be less busy than it was when the time was measured.
            seconds = min(seconds, time.monotonic() - start)
    finished(tmp_path, *words)
    assert_same_run(whole, run)
    assert not any(path.exists() for path in (partial, complete, old))


def test_an_evaluation_killed_at_random_moments_leaves_complete_files(uninterrupted, tmp_path):
    _, whole, _ = uninterrupted("table")
    run, moments = tmp_path / "table", random.Random(2)
    shutil.copytree(whole, run)
    start = time.monotonic()
    finished(tmp_path, "evaluate.py", str(run))
    seconds = time.monotonic() - start
    pictures = {path.name for path in (run / "plots").glob("*.png")}
    shutil.rmtree(run / "plots")
    for name in ("metrics.json", "report.html"):
        (run / name).unlink()
    before = content(run)
    for number in range(KILLS // 2):
        process, moment = begin(tmp_path, "evaluate.py", str(run)), moments.uniform(0.4, 1.0)
        if number % 2:  # every other kill comes after the first file was written
            (run / "metrics.json").unlink(missing_ok=True)
            wait_until((run / "metrics.json").exists, process)
            moment = moments.uniform(0, 0.2)
        killed(process, seconds * moment)
        for path in run.rglob("[!.]*.json"):
            json.loads(path.read_text())
        for path in run.rglob("[!.]*.png"):
            Image.open(path).load()
        for path in run.glob("report.html"):
            assert path.read_text().rstrip().endswith("</html>")
    assert content(run) != before
    finished(tmp_path, "evaluate.py", str(run))
    assert {path.name for path in (run / "plots").glob("*.png")} == pictures
