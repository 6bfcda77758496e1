"""Killed at any moment, a training goes on and ends with the weights it would have had; nothing half-written is left."""

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
KILLS = int(os.environ.get("KILLS", 8))
WHOLE = {"1", "model.keras", "config.json", "history.csv"}
TABLE = (
    "--members",
    "1",
    "--epochs",
    "12",
    "--batch-size",
    "10",
    "--patience",
    "3",
    "--snapshot-seconds",
    "0.02",
)
BURGERS = (  # Adam, then half of the time, then all of it, with other points after every epoch
    *(
        "burgers",
        "--hidden",
        "8",
        "--points",
        "300",
        "--epochs",
        "60",
        "--adam-steps",
        "400",
        "--marches",
        "2",
    ),
    *("--redraw", "always", "--snapshot-seconds", "0.02"),
)


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table that keeps a training busy for a moment: dropout, callbacks with counters, a part of a batch."""
    path = tmp_path_factory.mktemp("data") / "table.csv"
    values = np.random.default_rng(0).normal(size=(8003, 3))
    frame = pd.DataFrame(values, columns=["a", "b", "c"])
    frame.assign(y=np.sin(3 * values[:, 0]) * values[:, 1]).to_csv(path, index=False)
    return path


def begin(folder, *words):
    """Start a command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, *words], cwd=PROJECT, env={**os.environ, "SAVED_MODELS": str(folder)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def finished(folder, *words):
    process = begin(folder, *words)
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return output


def weights(run):
    """Those of the exported network, by a loader that is not ours."""
    import keras

    import equations.trial_solution  # noqa: F401  a layer of equations' networks

    return keras.models.load_model(run / "model.keras").get_weights()


def content(run):
    """A checksum of all files of a run."""
    check = hashlib.sha256()
    for path in sorted(run.rglob("*")):
        check.update(
            path.relative_to(run).as_posix().encode()
            + (path.read_bytes() if path.is_file() else b"")
        )
    return check.hexdigest()


def killed(process, seconds):
    """Kill a process after a while; False if it came to its end before."""
    try:
        _, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True


@pytest.fixture(scope="module")
def uninterrupted(request, table, tmp_path_factory):
    """The words of a training, the run's folder, and how long the training and the evaluation took."""
    words = {"table": ("table", "--data", str(table), "--target", "y", *TABLE), "burgers": BURGERS}[
        request.param
    ]
    folder, start = tmp_path_factory.mktemp("uninterrupted"), time.monotonic()
    finished(folder, "train.py", *words)
    trained = time.monotonic()
    finished(folder, "evaluate.py", str(folder / words[0]))
    return words, folder / words[0], trained - start, time.monotonic() - trained


@pytest.mark.parametrize(
    ("uninterrupted", "most"),
    [("table", KILLS), ("burgers", KILLS // 2)],
    indirect=["uninterrupted"],
)
def test_a_training_killed_at_random_moments_goes_on(uninterrupted, most, tmp_path):
    words, whole, seconds, _ = uninterrupted
    name, form = whole.name, WHOLE | ({"collocation.csv"} if words[0] == "burgers" else set())
    run, partial, moments = tmp_path / name, tmp_path / f".{name}.partial", random.Random(1)
    shutil.copytree(whole, run)  # the good run that is to be replaced
    begun = ("train.py", *words, "--overwrite")
    words, before, kills, snapshots = begun, content(run), 0, 0
    while kills < most or words != begun:
        process = begin(tmp_path, *words)
        if kills % 2:  # every other kill comes after a snapshot, the others at any moment
            while not (partial / "snapshot.npz").exists() and process.poll() is None:
                time.sleep(0.01)
        # The first third imports TensorFlow. The last training is left to its end.
        moment = moments.uniform(0, 0.3) if kills % 2 else moments.uniform(0.3, 1.0)
        if killed(process, seconds * (moment if kills < most else 100)):
            kills += 1
            if run.exists():
                assert content(run) == before or {path.name for path in run.iterdir()} == form
            else:
                assert (
                    tmp_path / f".{name}.complete"
                ).exists()  # the next command moves it to its place
            snapshots += (partial / "snapshot.npz").exists()
            words = (
                ("train.py", "--resume", str(run)) if (partial / "config.json").exists() else begun
            )
        else:
            for one, other in zip(weights(whole), weights(run), strict=True):
                np.testing.assert_array_equal(one, other)
            histories = [
                pd.read_csv(folder / "history.csv").drop(columns="seconds")
                for folder in (whole, run)
            ]
            pd.testing.assert_frame_equal(*histories)
            words, before = begun, content(run)
    assert snapshots  # some of the kills left one to go on with
    assert not partial.exists() and not (tmp_path / f".{name}.old").exists()


@pytest.mark.parametrize("uninterrupted", ["table"], indirect=True)
def test_an_evaluation_killed_at_random_moments_leaves_whole_files(uninterrupted, tmp_path):
    _, whole, _, seconds = uninterrupted
    run, moments = tmp_path / "table", random.Random(2)
    shutil.copytree(whole, run)
    for made in ("plots", "metrics.json", "report.html"):
        shutil.rmtree(run / made) if made == "plots" else (run / made).unlink()
    before = content(run)
    for _ in range(KILLS // 2):
        killed(begin(tmp_path, "evaluate.py", str(run)), seconds * moments.uniform(0.4, 1.0))
        for path in run.rglob("[!.]*.json"):
            json.loads(path.read_text())
        for path in run.rglob("[!.]*.png"):
            Image.open(path).load()
        for path in run.glob("report.html"):
            assert path.read_text().rstrip().endswith("</html>")
    assert content(run) != before
    finished(tmp_path, "evaluate.py", str(run))
    assert {path.name for path in (run / "plots").glob("*.png")} == {
        path.name for path in (whole / "plots").glob("*.png")
    }
