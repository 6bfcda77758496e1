"""A table that is read in pieces gives the same decisions, statistics and remarks as in memory."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from datasets.columns import describe_columns, to_inputs
from datasets.dataset import join_splits
from datasets.interpreter import Interpreter
from datasets.table import compute_mean_and_std, make_table_dataset
from datasets.table_files import find_table_files
from datasets.table_stream import stream_table
from errors import UserError

ROWS = 2400
PIECES = (170, None)


def table():
    """A table with every kind of column, and columns that are left out for every reason."""
    random = np.random.default_rng(0)
    numbers = np.arange(ROWS)

    def drop_some(values, share=0.1):
        return np.where(random.uniform(size=ROWS) < share, None, values)

    return pd.DataFrame(
        {
            "width": random.normal(1e6, 1, ROWS).round(6),
            "lacking": pd.array(drop_some(random.normal(size=ROWS).round(6)), "Float64"),
            "late gap": pd.array(
                np.where(numbers < ROWS - 5, random.integers(0, 50, ROWS), None), "Int64"
            ),
            "colour": drop_some(random.choice(["red", "blue", "Zoë", " green"], ROWS)),
            "text at last": np.where(
                numbers < ROWS - 10,
                np.char.add(random.integers(0, 4, ROWS).astype(str), ".0"),
                "many",
            ),
            "wild": drop_some(random.uniform(size=ROWS) < 0.5, 0.01),
            "answer": np.where(numbers < 2000, np.where(numbers % 2, "True", "False"), "1"),
            "day first": drop_some(pd.date_range("2001-01-01", periods=ROWS).strftime("%d/%m/%Y")),
            "iso": pd.date_range("1999-12-31", periods=ROWS, freq="7h").strftime(
                "%Y-%m-%dT%H:%M:%S"
            ),
            "either": np.char.add(random.integers(1, 12, ROWS).astype(str), "/05/2024"),
            "CustomerID": numbers * 7 + 1000,
            "shop_id": numbers % 1000,
            "step": numbers,
            "ticket": [f"ticket {number}" for number in numbers],
            "nearly a ticket": [f"ticket {min(number, ROWS - 2)}" for number in numbers],
            "constant": 5,
            "planet": "earth",
            "mostly constant": drop_some(np.full(ROWS, 7)),
            "nothing": np.nan,
            "price": random.normal(50, 3, ROWS).round(4),
            "kind": random.choice(["a", "b", "c"], ROWS, p=[0.8, 0.15, 0.05]),
            "stars": random.integers(1, 6, ROWS),
        }
    )


@pytest.fixture
def csv(tmp_path):
    table().to_csv(tmp_path / "table.csv", index=False)
    return tmp_path / "table.csv"


def stream(data, targets, rows=None, **options):
    return stream_table("", find_table_files(str(data)), targets, 42, piece_rows=rows, **options)


def read_all_training_rows(dataset):
    return join_splits(*dataset.train.pieces())


def assert_same(one, other):
    """Check that two datasets are equal, apart from rounding in means and standard deviations."""
    for a, b in zip((*one.columns, *one.targets), (*other.columns, *other.targets), strict=True):
        assert replace(a, mean=0, std=1) == replace(b, mean=0, std=1)
        assert (a.mean, a.std) == pytest.approx((b.mean, b.std), rel=1e-9)
    assert one.remarks == other.remarks and one.fingerprint() == other.fingerprint()
    assert one.train.counts == other.train.counts
    for a, b in (
        (one.validation, other.validation),
        (read_all_training_rows(one), read_all_training_rows(other)),
    ):
        assert_same_rows(a, b)


def assert_same_rows(a, b):
    for one, other in zip(a, b, strict=True):
        assert list(one) == list(other)
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("targets", [["price"], ["kind", "price"], ["stars"], ["wild"]])
@pytest.mark.parametrize("rows", PIECES)
def test_pieces_give_the_decisions_and_statistics_of_the_table_in_memory(csv, targets, rows):
    dataset = stream(csv, targets, rows)
    at_once = make_table_dataset("", find_table_files(str(csv)).read_at_once(), targets, 42)
    assert dataset.remarks == at_once.remarks
    assert [(c.name, c.kind) for c in dataset.columns] == [
        (c.name, c.kind) for c in at_once.columns
    ]
    assert [t.classes for t in dataset.targets] == [t.classes for t in at_once.targets]
    # Statistics, from the same training rows at once:
    train = read_all_training_rows(dataset)
    plain = [
        replace(c, mean=0.0, std=1.0, has_missing=False, vocabulary=()) for c in dataset.columns
    ]
    expected = describe_columns(train.inputs, plain)
    for column, other in zip(dataset.columns, expected, strict=True):
        assert replace(column, mean=0, std=1) == replace(other, mean=0, std=1)
        # The second is of float32.
        assert (column.mean, column.std) == pytest.approx((other.mean, other.std), rel=1e-6)
    for target in dataset.targets:
        if target.classes:
            assert dataset.train.counts[target.name] == train.class_counts(target.name)
        else:
            assert (target.mean, target.std) == pytest.approx(
                compute_mean_and_std(train.targets[target.name])
            )


def test_every_row_is_in_one_split_and_unchanged(csv):
    dataset = stream(csv, ["price"], 100)
    frame = Interpreter().interpret(find_table_files(str(csv)).read_at_once())
    at_once = to_inputs(frame, dataset.columns)
    together = join_splits(read_all_training_rows(dataset), dataset.validation, dataset.test)
    order = np.argsort(together.inputs["iso"], kind="stable")
    for name, values in at_once.items():
        np.testing.assert_array_equal(together.inputs[name][order], values)
    assert dataset.train.rows == len(at_once["iso"]) - dataset.validation.rows - dataset.test.rows


def test_the_split_depends_on_one_random_number_per_row(csv):
    dataset = stream(csv, ["price"], 100)
    draws, step = np.random.default_rng(42).random(ROWS), np.arange(ROWS)
    price = table()["price"].to_numpy()
    np.testing.assert_array_equal(dataset.test.targets["price"], price[draws < 0.2])
    np.testing.assert_array_equal(
        dataset.validation.targets["price"], price[(draws >= 0.2) & (draws < 0.4)]
    )
    np.testing.assert_array_equal(
        read_all_training_rows(dataset).targets["price"], price[step[draws >= 0.4]]
    )


def test_few_of_many_rows_are_held(csv, monkeypatch):
    monkeypatch.setattr("datasets.stream_split.MAX_HELD", 100)
    monkeypatch.setattr("datasets.stream_split.MAX_SAMPLED", 300)
    dataset = stream(csv, ["price"], 100)
    for part, about in (
        (dataset.test, 100),
        (dataset.validation, 100),
        (dataset.train.sample, 300),
    ):
        assert part.rows == pytest.approx(about, rel=0.4)
    assert np.isin(
        dataset.train.sample.inputs["iso"], read_all_training_rows(dataset).inputs["iso"]
    ).all()


@pytest.mark.parametrize("rows", PIECES)
def test_pieces_of_any_size_and_files_of_any_kind_give_the_same_dataset(csv, rows, tmp_path):
    one, frame = stream(csv, ["kind", "price"]), find_table_files(str(csv)).read_at_once()
    assert_same(one, stream(csv, ["kind", "price"], rows))
    for kind in ("csv", "parquet"):
        (tmp_path / kind).mkdir()
        for number, start in enumerate(range(0, ROWS, 700)):
            part = frame[start : start + 700]
            part = part[part.columns[::-1]] if number else part  # columns in a different order
            path = tmp_path / kind / f"{number}.{kind}"
            part.to_csv(path, index=False) if kind == "csv" else part.to_parquet(path)
        assert_same(one, stream(tmp_path / kind, ["kind", "price"], rows))


def test_rows_without_a_target_are_left_out(tmp_path):
    frame = table().assign(price=lambda f: f["price"].where(f["step"] % 9 > 0))
    frame.to_csv(tmp_path / "table.csv", index=False)
    dataset = stream(tmp_path / "table.csv", ["price"], 50)
    assert (
        dataset.remarks
        == make_table_dataset(
            "", find_table_files(str(tmp_path / "table.csv")).read_at_once(), ["price"], 42
        ).remarks
    )
    assert dataset.remarks[0] == "left out 267 of 2400 rows in which 'price' is missing"
    draws = np.random.default_rng(42).random(ROWS)  # one for each row that is left out as well
    expected = frame["price"][draws < 0.2].dropna()
    np.testing.assert_array_equal(dataset.test.targets["price"], expected)


def test_rows_to_test_with(csv):
    test = table()[:50]
    test.to_csv(csv.with_name("test.csv"), index=False)
    dataset = stream(csv, ["price"], test_data=str(csv.with_name("test.csv")))
    np.testing.assert_array_equal(dataset.test.targets["price"], test["price"])
    assert dataset.validation.rows == pytest.approx(0.2 * ROWS, rel=0.15)
    assert dataset.train.rows + dataset.validation.rows == ROWS


def test_late_latin1_is_read_again_as_latin1(tmp_path):
    content = (
        b"x,name,y\n"
        + b"".join(b"%d,a,%d\n" % (number % 7, number) for number in range(20_000))
        + b"2,\xe9,5\n"
    )
    (tmp_path / "a.csv").write_bytes(content)
    dataset = stream(tmp_path / "a.csv", ["y"], 1000)
    names = np.concatenate(
        [
            part.inputs["name"]
            for part in (dataset.test, dataset.validation, *dataset.train.pieces())
        ]
    )
    assert set(names) == {"a", "é"}


# Mistakes


@pytest.mark.parametrize(
    "changes, targets, message",
    [
        (
            {"price": ["x", "z"] * 1200},
            ["price"],
            "Target 'price' is text; a regression needs numbers.",
        ),
        (
            {"price": [1.5] * 2000 + ["12B"] * 400},
            ["price"],
            "the first that is not is '12B' in row 2001.",
        ),
        ({"price": [*range(2399), np.inf]}, ["price"], "Target 'price' is infinite in row 2400"),
        ({"price": [*range(2399), 10**39]}, ["price"], "in row 2400, or too large for float32"),
        ({"price": 1.5}, ["price"], "Target 'price' is 1.5 in every row"),
        ({"price": np.nan}, ["price"], "Target 'price' is missing in every row"),
        ({"kind": ["a"] * 2399 + ["b"]}, ["kind"], "the class 'b' in only 1 row"),
        ({"kind": [f"k{i}" for i in range(2400)]}, ["kind"], "2400 classes in 2400 rows, too many"),
        (
            {"width": [*range(2399), np.inf]},
            ["price"],
            "Column 'width', row 2400: 'inf' is infinite",
        ),
        ({}, ["prize"], "no column 'prize' to predict. Did you mean price"),
    ],
)
def test_errors_are_those_of_the_table_in_memory(tmp_path, changes, targets, message):
    table().assign(**changes).to_csv(tmp_path / "table.csv", index=False)
    task = "regression" if "price" in targets else "auto"
    with pytest.raises(UserError) as at_once:
        make_table_dataset(
            "", find_table_files(str(tmp_path / "table.csv")).read_at_once(), targets, 42, task
        )
    with pytest.raises(UserError) as in_pieces:
        read_all_training_rows(stream(tmp_path / "table.csv", targets, 300, task=task))
    assert message in str(in_pieces.value)
    assert str(in_pieces.value) == str(at_once.value)


def test_integers_beyond_64_bits_are_numbers(tmp_path):
    table().assign(width=[*range(2399), 10**30], price=[*range(2398), 10**25, 2**70]).to_csv(
        tmp_path / "table.csv", index=False
    )
    dataset = stream(tmp_path / "table.csv", ["price"], 300)
    at_once = make_table_dataset(
        "", find_table_files(str(tmp_path / "table.csv")).read_at_once(), ["price"], 42
    )
    # Only rows in memory are searched for absurd values.
    remarks = tuple(text for text in at_once.remarks if "absurd" not in text)
    assert dataset.columns[0].kind == "number" and dataset.remarks == remarks


def test_too_few_rows(tmp_path):
    table()[:9].to_csv(tmp_path / "table.csv", index=False)
    with pytest.raises(UserError, match="has 9 rows with a target; expected at least 10"):
        stream(tmp_path / "table.csv", ["price"])


def test_a_bad_line_far_down(tmp_path):
    (tmp_path / "a.csv").write_text("x,y\n" + "1,2\n" * 5000 + "1,2,3\n")
    with pytest.raises(
        UserError, match=r"a\.csv' cannot be read as a table: Expected 2 fields in line 5002, saw 3"
    ):
        stream(tmp_path / "a.csv", ["y"], 100)
