import numpy as np
import pandas as pd
import pytest

from datasets.dataset import joined
from errors import UserError
from experiments.tables.table import Table
from training.fit import examples
from training.rows_on_disk import RowsOnDisk, on_disk


def test_rows_are_those_of_the_array(tmp_path):
    array = np.random.default_rng(0).normal(size=(100, 3, 2)).astype("float32")
    array.tofile(tmp_path / "rows")
    rows = RowsOnDisk(tmp_path / "rows", array.shape, "float32")
    assert (len(rows), rows.shape, rows.ndim, rows.dtype) == (100, (100, 3, 2), 3, np.float32)
    chosen = (slice(None), slice(10, 20), slice(90, 200), slice(-5, None), slice(7, 3), slice(0, 50, 7))
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


@pytest.mark.parametrize("at_once", [2**26, 500])  # one file, many files
def test_every_row_is_written_once_in_a_random_order_with_its_target(saved_models, monkeypatch, at_once):
    monkeypatch.setattr("training.rows_on_disk.SHUFFLED_AT_ONCE", at_once)
    x, (first, second), (weights,) = on_disk(pieces(), 1000)
    np.testing.assert_array_equal(x[:][:, 0], first)
    np.testing.assert_array_equal(x[:][:, 1], second)
    np.testing.assert_array_equal(weights, 2 * first)
    assert first.dtype == np.int32 and sorted(first) == list(range(0, 2000, 2))
    # No half of the file holds mostly early rows, nor do neighbours stay together:
    assert np.mean(first[:500] < 1000) == pytest.approx(0.5, abs=0.1)
    assert np.mean(np.diff(first) == 2) < 0.02


def test_the_file_goes_with_the_rows_and_with_a_failure(saved_models):
    rows, *_ = on_disk(pieces(), 1000)
    (folder,) = saved_models.iterdir()
    assert folder.name.startswith(".") and [path.name for path in folder.iterdir()] == ["rows"]
    del rows
    assert not list(saved_models.iterdir())

    def failing():
        yield from pieces(200)
        raise UserError("a bad line")

    with pytest.raises(UserError, match="a bad line"):
        on_disk(failing(), 1000)
    assert not list(saved_models.iterdir())


def test_a_table_that_changed_between_the_passes(saved_models):
    with pytest.raises(UserError, match="had 900 training rows when it was read first, and 1000 now"):
        on_disk(pieces(), 900)


def test_a_folder_that_cannot_be_written(saved_models):
    saved_models.write_text("a file")
    with pytest.raises(UserError, match="cannot be written"):
        on_disk(pieces(), 1000)


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
    return Table(data=str(tmp_path / "table.csv"), stream="yes", target=("kind", "price"))


def test_encoded_rows_are_those_encoded_in_memory(table, saved_models, monkeypatch):
    monkeypatch.setattr("datasets.table_files.PIECE", 5000)  # bytes
    dataset = table.load()
    encoder = table.encoder(dataset)
    (x, targets, weights), validation = table.examples(encoder, dataset)
    together = joined(*dataset.train.pieces())
    assert len(list(dataset.train.pieces())) > 3
    in_memory = examples(encoder, dataset.columns, dataset.targets, together, table.row_weights(dataset, together, together))
    order = np.argsort(in_memory[1][1]), np.argsort(targets[1])  # by price, which differs in every row
    found, expected = x[order[1]], in_memory[0][order[0]]
    np.testing.assert_array_equal(found[:, :-8], expected[:, :-8])
    # TensorFlow's sine of a date's last digit depends on the place of a row in its batch, with arrays in memory as well.
    np.testing.assert_allclose(found[:, -8:], expected[:, -8:], atol=2e-7)
    for found, expected in zip((*targets, *weights), (*in_memory[1], *in_memory[2]), strict=True):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found[order[1]], expected[order[0]])
    assert len(set(weights[0])) == 3 and set(weights[1]) == {1}  # rare classes weigh more
    assert validation[0].shape == (dataset.validation.rows, x.shape[1])


def test_weights_of_classes_are_scikit_learns(table):
    from sklearn.utils.class_weight import compute_sample_weight

    split = table.load().train.sample
    expected = compute_sample_weight("balanced", split.targets["kind"])
    dataset = table.load()
    np.testing.assert_allclose(table.row_weights(dataset, split, split)[0], expected, rtol=1e-6)


def test_the_linear_start_takes_rows_from_disk(saved_models):
    from training.linear_start import linear_model

    x = np.random.default_rng(0).normal(size=(30_000, 3)).astype("float32")
    y = x @ np.array([1, 2, 3], "float32") + 4
    rows, (y,), (weights,) = on_disk(iter([(x, [y], [np.ones(30_000, "float32")])]), 30_000)
    for count in (30_000, 5000):  # a sample of them, all of them
        part = RowsOnDisk(rows.path, (count, 3), "float32")
        kernel, bias = linear_model(part, y[:count], "linear", weights[:count])
        np.testing.assert_allclose(kernel[:, 0], [1, 2, 3], atol=1e-5)
        np.testing.assert_allclose(bias, [4], atol=1e-5)


def test_the_linear_start_of_a_regression_is_of_rows_at_random():
    from training.linear_start import linear_model

    x = np.random.default_rng(0).uniform(0, 1, (100_000, 1))
    kernel, bias = linear_model(x, x[:, 0] ** 2, "linear", np.ones(100_000))
    # Least squares of x^2 on [0, 1] is x - 1/6.
    assert (kernel[0, 0], bias[0]) == (pytest.approx(1, abs=0.02), pytest.approx(-1 / 6, abs=0.01))
