"""What may happen to a machine costs a line, and no run: a full disk, two trainings of one name, impatience, other data."""

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
import tensorflow as tf
from training.export import export
from training.run import in_use, put_in_place, writing

import train
from datasets.dataset import Column, Target
from errors import UserError
from models.columns import column_encoder
from models.dense import dense_regressor
from models.heads import complete
from training.fit import fit
from training.snapshots import Snapshots

PROJECT = Path(__file__).parents[1]
LONG = ("function", "--epochs", "100000", "--patience", "100000", "--snapshot-seconds", "0.1")


def start(folder, *words, **options):
    return subprocess.Popen(
        [sys.executable, "-u", "train.py", *words], cwd=PROJECT, env={**os.environ, "SAVED_MODELS": str(folder)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def to_one_line(process, code):
    """What a process said that ended with this code, in the only line of its standard error."""
    _, errors = process.communicate(timeout=120)
    said = [line for line in errors.splitlines() if line.startswith("train.py:")]
    assert process.returncode == code and len(said) == 1 and "Traceback" not in errors, errors
    return said[0]


def wait_for(path, process):
    while not path.exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A folder with a good run, and its content."""
    folder = tmp_path_factory.mktemp("saved_models")
    process = start(folder, "function", "--epochs", "1")
    process.communicate(timeout=120)
    return folder / "function", content(folder / "function")


def content(run):
    return {
        path.relative_to(run): path.read_bytes()
        for path in sorted(run.rglob("*"))
        if path.is_file()
    }


def test_two_trainings_of_one_name_and_an_impatient_user(run, tmp_path):
    run, before = run
    process = start(run.parent, *LONG, "--overwrite")
    snapshot = run.parent / ".function.partial" / "snapshot.npz"
    wait_for(snapshot, process)
    assert "another process is training" in to_one_line(
        start(run.parent, "function", "--overwrite"), 2
    )
    process.send_signal(signal.SIGINT)
    while (
        "Stopping after this step" not in process.stdout.readline()
    ):  # two signals at once would count as one
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "--resume" in to_one_line(process, 130)
    assert content(run) == before and snapshot.exists()
    (run.parent / "moved").mkdir()
    run.rename(run.parent / "moved" / "function")
    try:
        refused = to_one_line(start(run.parent, "function"), 2)
    finally:
        (run.parent / "moved" / "function").rename(run)
        (run.parent / "moved").rmdir()
    assert "was interrupted" in refused and snapshot.exists()


def test_a_full_disk(run):
    run, before = run

    def limit():  # of the size of a file, as near as one comes to a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    process = start(run.parent, *LONG, "--hidden", "200", "200", "--overwrite", preexec_fn=limit)
    assert "File too large" in to_one_line(process, 2)
    assert content(run) == before


def test_an_export_that_cannot_be_written(tmp_path, monkeypatch):
    def full(*arguments, **options):
        raise tf.errors.ResourceExhaustedError(None, None, "No space left on device")

    monkeypatch.setattr(type(keras.export.ExportArchive()), "write_out", full)
    column, target = Column("a"), Target("y")
    model = complete(column_encoder([column]), dense_regressor(1, hidden=()), [target])
    with pytest.raises(OSError, match="cannot be written: No space left"):
        export(model, [column], [target], tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "saved_models").write_text("a file")
    assert "cannot be written" in to_one_line(start(tmp_path / "saved_models", "xor"), 2)


def test_a_run_that_is_being_evaluated_is_not_replaced(tmp_path):
    with (
        in_use(tmp_path / "run"),
        pytest.raises(UserError, match="another process is evaluating"),
        in_use(tmp_path / "run"),
    ):
        pass


@pytest.mark.parametrize("old_is_there", [True, False])
def test_a_move_that_was_cut_short_is_finished(tmp_path, old_is_there):
    run = tmp_path / "run"
    for name, text in ((".run.complete", "new"), ("run" if old_is_there else ".run.old", "old")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.json").write_text(text)
    put_in_place(run)
    assert (run / "config.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_training_goes_on_with_its_own_data_only(saved_models, tmp_path):
    path = tmp_path / "table.csv"
    words = ["table", "--data", str(path), "--target", "y", "--epochs", "1", "--members", "1"]
    random = np.random.default_rng(0)
    pd.DataFrame(random.normal(size=(50, 2)), columns=["x", "y"]).to_csv(path, index=False)
    train.main(words)
    partial = saved_models / ".table.partial"
    (saved_models / "table").rename(partial)
    (partial / "snapshot.npz").touch()
    pd.DataFrame(random.normal(size=(50, 2)), columns=["x", "y"]).to_csv(path, index=False)
    with pytest.raises(UserError, match="data has changed"):
        train.main(["--resume", str(saved_models / "table")])
    assert partial.exists()  # the old file may come back


def test_a_snapshot_of_another_network_is_told(tmp_path):
    def trained(units):
        x = np.zeros((8, 2), "float32")
        rows = (x, [x[:, 0]], [x[:, 0] + 1])
        options = {"callbacks": [], "epochs": 1, "batch_size": 4, "learning_rate": 0.1}
        network = dense_regressor(2, hidden=(units,))
        fit(
            network,
            rows,
            rows,
            loss=["mean_squared_error"],
            metrics=[[]],
            snapshots=Snapshots(tmp_path, 0),
            **options,
        )

    trained(3)
    with pytest.raises(UserError, match="is of another network"):
        trained(4)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--resume",), "--resume wants the run's folder"),
        (("--resume", "a", "--epochs", "3"), "--resume wants the run's folder and no other option"),
        (("--resume", "nothing"), "is not a run's folder"),
    ],
)
def test_resume_of_what_is_not_there(saved_models, words, text):
    with pytest.raises(UserError, match=text):
        train.main(list(words))


def test_a_complete_run_has_nothing_to_go_on_with(saved_models):
    train.main(["function", "--epochs", "1"])
    with pytest.raises(UserError, match="is complete"):
        train.main(["--resume", str(saved_models / "function")])


def test_a_mistake_leaves_nothing_behind(tmp_path):
    with pytest.raises(UserError), writing(tmp_path / "run") as partial:
        (partial / "config.json").write_text("{}")
        raise UserError("a mistake")
    assert [path.name for path in tmp_path.iterdir()] == [".run.lock"]


@pytest.mark.parametrize("name", ["digits", "function"])
def test_deterministic_runs_are_equal_to_the_last_bit(tmp_path, name):
    weights = []
    for folder in (tmp_path / "first", tmp_path / "second"):
        process = start(folder, name, "--epochs", "2", "--deterministic")
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        weights.append(keras.models.load_model(folder / name / "model.keras").get_weights())
        assert json.loads((folder / name / "config.json").read_text())["options"]["deterministic"]
    for one, other in zip(*weights, strict=True):
        np.testing.assert_array_equal(one, other)
