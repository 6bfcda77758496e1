"""Encoded rows in a file: those of the array, written piece by piece, gone with the process."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from datasets.dataset import join_splits
from errors import UserError
from experiments.tables.table import Table
from tasks.supervised import encoder_of
from training.arrays import encode_split
from training.rows_on_disk import RowsOnDisk, TemporaryFolder, write_rows


def test_rows_are_those_of_the_array(tmp_path):
    array = np.random.default_rng(0).normal(size=(100, 3, 2)).astype("float32")
    array.tofile(tmp_path / "rows")
    rows = RowsOnDisk(tmp_path / "rows", array.shape, "float32")
    assert (len(rows), rows.shape, rows.ndim, rows.dtype) == (100, (100, 3, 2), 3, np.float32)
    chosen = (
        slice(None),
        slice(10, 20),
        slice(90, 200),
        slice(-5, None),
        slice(7, 3),
        slice(0, 50, 7),
    )
    numbers = (np.array([5, 99, 0, 5, -1]), [3], np.arange(100) % 3 == 0, np.array([], int))
    for rows_asked in (*chosen, *numbers):
        found = rows[rows_asked]
        assert type(found) is np.ndarray and found.flags.writeable
        np.testing.assert_array_equal(found, array[rows_asked])
    np.testing.assert_array_equal(np.asarray(rows), array)
    with pytest.raises(IndexError, match="row 100 of 100"):
        rows[[100]]


def pieces(count=1000, size=70):
    x = np.arange(count * 2, dtype="float32").reshape(count, 2)
    for start in range(0, count, size):
        part = x[start : start + size]
        yield part, [part[:, 0].astype("int32"), part[:, 1]], [part[:, 0] * 2]


def test_pieces_follow_one_another(saved_models):
    x, (first, second), (weights,) = write_rows(pieces(), 1000)
    expected = np.arange(2000, dtype="float32").reshape(1000, 2)
    np.testing.assert_array_equal(x[:], expected)
    np.testing.assert_array_equal(first, expected[:, 0])
    np.testing.assert_array_equal(second, expected[:, 1])
    np.testing.assert_array_equal(weights, 2 * expected[:, 0])
    assert (x.dtype, first.dtype) == (np.float32, np.int32)


def folders(saved_models):
    return [path for path in saved_models.iterdir() if path.is_dir()]


def test_the_file_goes_with_the_rows_and_with_a_failure(saved_models):
    rows, *_ = write_rows(pieces(), 1000)
    (folder,) = folders(saved_models)
    assert folder.name.startswith(".") and (folder / "rows").stat().st_size == 8000
    del rows
    assert not folders(saved_models)

    def failing():
        yield from pieces(200)
        raise UserError("a bad line")

    with pytest.raises(UserError, match="a bad line"):
        write_rows(failing(), 1000)
    assert not folders(saved_models)


def test_what_a_killed_process_leaves_is_removed_and_what_another_uses_is_not(saved_models):
    code = "import os, signal, training.rows_on_disk as rows; folder = rows.TemporaryFolder(); "
    code += "os.kill(os.getpid(), signal.SIGKILL)"
    project, environment = Path(__file__).parents[2], {"SAVED_MODELS": str(saved_models)}
    words = [sys.executable, "-c", code]
    subprocess.run(words, cwd=project, env=os.environ | environment, timeout=300)
    (left,) = folders(saved_models)
    used = TemporaryFolder()
    assert not left.exists() and folders(saved_models) == [used.path]
    other = TemporaryFolder()
    assert set(folders(saved_models)) == {used.path, other.path}


def test_a_table_that_changed_between_the_passes(saved_models):
    with pytest.raises(
        UserError, match="had 900 training rows when it was first read, and 1000 now"
    ):
        write_rows(pieces(), 900)


def test_a_folder_that_cannot_be_written(saved_models):
    saved_models.write_text("a file")
    with pytest.raises(UserError, match="cannot be written"):
        write_rows(pieces(), 1000)


def test_more_rows_than_the_disk_has_room_for(saved_models):
    with pytest.raises(UserError, match="the encoded rows need 8000000.0 GB on disk"):
        write_rows(pieces(), 10**15)
    assert not folders(saved_models)


@pytest.fixture
def table(tmp_path):
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "size": np.where(random.uniform(size=900) < 0.1, np.nan, random.normal(5, 2, 900)),
            "colour": random.choice(["red", "blue", None], 900),
            "seen": pd.date_range("2024-01-01", periods=900, freq="5h").strftime("%d/%m/%Y %H:%M"),
            "price": random.normal(size=900),
            "kind": random.choice(["a", "b", "c"], 900, p=[0.8, 0.15, 0.05]),
        }
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    data, target = str(tmp_path / "table.csv"), ("kind", "price")
    return Table(data=data, stream="yes", target=target, class_weights="balanced")


def test_encoded_rows_are_those_encoded_in_memory(table, saved_models, monkeypatch):
    monkeypatch.setattr("datasets.table_files.PIECE", 5000)  # bytes
    dataset = table.load()
    (x, targets, weights), validation = table.training_arrays(dataset)
    together = join_splits(*dataset.train.pieces())
    assert len(list(dataset.train.pieces())) > 3
    row_weights = [t.weigh_rows(together.targets[t.name]) for t in dataset.targets]
    in_memory = encode_split(encoder_of(dataset.columns), dataset, together, row_weights)
    assert type(x) is RowsOnDisk
    found, expected = x[:], in_memory[0]
    np.testing.assert_array_equal(found[:, :-8], expected[:, :-8])
    # The last digit of TensorFlow's sine of a date depends on the row's position in its batch.
    np.testing.assert_allclose(found[:, -8:], expected[:, -8:], atol=2e-7)
    assert set(targets) == set(weights) == {"kind", "price"}
    for number, name in enumerate(("kind", "price")):
        for found, expected in zip((targets, weights), in_memory[1:], strict=True):
            assert found[name].dtype == expected[number].dtype
            np.testing.assert_array_equal(found[name], expected[number])
    # Rare classes have larger weights.
    assert len(set(weights["kind"])) == 3 and set(weights["price"]) == {1}
    assert validation[0].shape == (dataset.validation.rows, x.shape[1])


def test_weights_of_classes_are_scikit_learns(table):
    from sklearn.utils.class_weight import compute_sample_weight

    split = table.load().train.sample
    expected = compute_sample_weight("balanced", split.targets["kind"])
    found = table.load().targets[0].weigh_rows(split.targets["kind"])
    np.testing.assert_allclose(found, expected, rtol=0.05)  # of all training rows, not the sample


def test_the_warm_start_takes_rows_from_disk(saved_models):
    from training.linear_start import fit_linear_model

    x = np.random.default_rng(0).normal(size=(30_000, 3)).astype("float32")
    y = x @ np.array([1, 2, 3], "float32") + 4
    rows, (y,), (weights,) = write_rows(iter([(x, [y], [np.ones(30_000, "float32")])]), 30_000)
    for count in (30_000, 5000):  # a sample of them, all of them
        part = RowsOnDisk(rows.path, (count, 3), "float32")
        kernel, bias = fit_linear_model(part, y[:count], "linear", weights[:count])
        np.testing.assert_allclose(kernel[:, 0], [1, 2, 3], atol=1e-5)
        np.testing.assert_allclose(bias, [4], atol=1e-5)


def test_the_warm_start_of_a_regression_is_of_rows_at_random():
    from training.linear_start import fit_linear_model

    x = np.random.default_rng(0).uniform(0, 1, (100_000, 1))
    kernel, bias = fit_linear_model(x, x[:, 0] ** 2, "linear", np.ones(100_000))
    # Least squares of x^2 on [0, 1] is x - 1/6.
    assert (kernel[0, 0], bias[0]) == (pytest.approx(1, abs=0.02), pytest.approx(-1 / 6, abs=0.01))
