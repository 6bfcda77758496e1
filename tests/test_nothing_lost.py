"""A full disk, two trainings of one name, an impatient user, changed data: no run is lost."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

import train
from errors import UserError

PROJECT = Path(__file__).parents[1]
LONG = ("function", "--epochs", "100000", "--patience", "100000", "--snapshot-seconds", "0.1")
TIMEOUT = 600  # seconds; the machine may be busy


def start(folder, *words, **options):
    environment = {**os.environ, "SAVED_MODELS": str(folder)}
    options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    words = [sys.executable, "-u", "train.py", *words]
    return subprocess.Popen(words, cwd=PROJECT, env=environment, **options)


def read_only_line(process, code):
    """Return the only line of standard error of a process that ends with this exit code."""
    _, errors = process.communicate(timeout=TIMEOUT)
    lines = [line for line in errors.splitlines() if line.startswith("train.py:")]
    assert process.returncode == code and len(lines) == 1 and "Traceback" not in errors, errors
    return lines[0]


def wait_for(path, process):
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a good run, and its content."""
    folder = tmp_path_factory.mktemp("saved_models")
    process = start(folder, "function", "--epochs", "1")
    process.communicate(timeout=TIMEOUT)
    return folder / "function", content(folder / "function")


def content(run):
    return {
        path.relative_to(run): path.read_bytes()
        for path in sorted(run.rglob("*"))
        if path.is_file()
    }


def test_two_trainings_of_one_name_and_an_impatient_user(run):
    run, before = run
    process = start(run.parent, *LONG, "--overwrite")
    snapshot = run.parent / ".function.partial" / "snapshot.npz"
    wait_for(snapshot, process)
    refused = read_only_line(start(run.parent, "function", "--overwrite"), 2)
    assert "another process is training" in refused
    process.send_signal(signal.SIGINT)
    # Two signals at once would count as one.
    while "Stopping after this step" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "--resume" in read_only_line(process, 130)
    assert content(run) == before and snapshot.exists()
    (run.parent / "moved").mkdir()
    run.rename(run.parent / "moved" / "function")
    try:
        refused = read_only_line(start(run.parent, "function"), 2)
    finally:
        (run.parent / "moved" / "function").rename(run)
        (run.parent / "moved").rmdir()
    assert "was interrupted" in refused and snapshot.exists()


def test_a_full_disk(run):
    run, before = run

    def limit():  # the size of a file, as near as one comes to a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process = start(run.parent, *LONG, "--hidden", "200", "200", "--overwrite", preexec_fn=limit)
    assert "File too large" in read_only_line(process, 2)
    assert content(run) == before


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "saved_models").write_text("a file")
    assert "cannot be written" in read_only_line(start(tmp_path / "saved_models", "xor"), 2)


def test_a_training_is_resumed_with_its_own_data_only(saved_models, tmp_path):
    path = tmp_path / "table.csv"
    words = ["table", "--data", str(path), "--target", "y", "--epochs", "1", "--members", "1"]
    random = np.random.default_rng(0)
    pd.DataFrame(random.normal(size=(50, 2)), columns=["x", "y"]).to_csv(path, index=False)
    train.main(words)
    with pytest.raises(UserError, match="is complete; there is nothing to resume"):
        train.main(["--resume", str(saved_models / "table")])
    partial = saved_models / ".table.partial"
    (saved_models / "table").rename(partial)
    (partial / "snapshot.npz").touch()
    pd.DataFrame(random.normal(size=(50, 2)), columns=["x", "y"]).to_csv(path, index=False)
    with pytest.raises(UserError, match="the data has changed"):
        train.main(["--resume", str(saved_models / "table")])
    assert partial.exists()  # the old file may come back


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--resume",), "--resume takes the run's folder"),
        (("--resume", "a", "--epochs", "3"), "--resume takes the run's folder and no other option"),
        (("--resume", "nothing"), "is not a run's folder"),
    ],
)
def test_resume_of_what_is_not_there(saved_models, words, text):
    with pytest.raises(UserError, match=text):
        train.main(list(words))


@pytest.mark.parametrize("name", ["digits", "function"])
def test_deterministic_runs_are_equal_to_the_last_bit(tmp_path, name):
    folders = tmp_path / "first", tmp_path / "second"
    words = (name, "--epochs", "2", "--deterministic")
    for process in [start(folder, *words) for folder in folders]:
        _, errors = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 0, errors
    weights = []
    for folder in folders:
        weights.append(keras.models.load_model(folder / name / "model.keras").get_weights())
        assert json.loads((folder / name / "config.json").read_text())["options"]["deterministic"]
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
