"""What a dataset is: labels, shapes of inputs and targets, what all rows share, a fingerprint."""

import json
from dataclasses import replace

import numpy as np
import pytest

from datasets.dataset import Column, Dataset, Split, StreamedSplit, Target, join_splits
from runs.config import to_tuples


def make_split(rows, start=0):
    numbers = np.arange(start, start + rows)
    inputs = {
        "x": numbers.astype("float32"),
        "series": np.ones((rows, 4, 2)) * numbers[:, None, None],
    }
    targets = {"y": numbers * 0.5, "kind": np.where(numbers % 2, "odd", "even").astype(object)}
    return Split(inputs, targets, {"cluster": numbers % 3})


@pytest.fixture
def dataset():
    columns = (Column("x", unit="m"), Column("series", "array", shape=(4, 2)))
    targets = (Target("y", "s", mean=2.0, std=3.0), Target("kind", classes=("even", "odd")))
    splits = make_split(6), make_split(2, 6), make_split(3, 8)
    context = {"edges": np.zeros((5, 2), int)}
    return Dataset(
        "an example",
        *splits,
        columns,
        targets,
        {"outside": make_split(4, 50)},
        ("a note",),
        context,
    )


# Splits


def test_rows_are_chosen_by_number_or_by_mask():
    split = make_split(6)
    for chosen in ([1, 3], np.array([False, True, False, True, False, False])):
        taken = split.take(chosen)
        assert taken.rows == 2 and taken.inputs["x"].tolist() == [1, 3]
        assert taken.inputs["series"].shape == (2, 4, 2)
        assert taken.targets["kind"].tolist() == ["odd", "odd"]
        assert taken.labels["cluster"].tolist() == [1, 0]


def test_splits_are_joined_in_their_order():
    joined = join_splits(make_split(3), make_split(2, 3))
    whole = make_split(5)
    for found, expected in zip(joined, whole, strict=True):
        assert found.keys() == expected.keys()
        for name in found:
            np.testing.assert_array_equal(found[name], expected[name])


def test_class_counts():
    assert make_split(5).class_counts("kind") == {"even": 3, "odd": 2}
    assert make_split(5).sample.rows == 5
    streamed = StreamedSplit(10**9, make_split(4), {"kind": {"even": 7, "odd": 3}}, iter)
    assert streamed.class_counts("kind")["even"] == 7 and streamed.sample.rows == 4


# Labels


def test_without_targets_they_are_labels_for_scoring(dataset):
    found = dataset.unlabelled()
    assert found.targets == () and found.columns == dataset.columns
    assert found.context is dataset.context and found.remarks == dataset.remarks
    splits = (found.train, found.validation, found.test, found.extra_splits["outside"])
    before = (dataset.train, dataset.validation, dataset.test, dataset.extra_splits["outside"])
    for split, old in zip(splits, before, strict=True):
        assert split.targets == {} and set(split.labels) == {"cluster", "y", "kind"}
        assert split.inputs is old.inputs and split.rows == old.rows
        np.testing.assert_array_equal(split.labels["kind"], old.targets["kind"])
        np.testing.assert_array_equal(split.labels["cluster"], old.labels["cluster"])
    assert dataset.targets and dataset.train.targets  # the old one is as it was


def test_labels_are_named_in_the_summary(dataset):
    summary = dataset.unlabelled().summary()
    assert "labels      cluster, y, kind, for scoring only" in summary
    assert "targets" not in summary and "targets     y [s] (regression)" in dataset.summary()


def test_labels_change_the_fingerprint(dataset):
    """They are part of the score."""
    changed = dataset.test._replace(labels={"cluster": np.zeros(3, int)})
    assert replace(dataset, test=changed).fingerprint() != dataset.fingerprint()


# Targets


def test_a_target_of_any_shape():
    number, vector = Target("y"), Target("y", shape=(3,))
    forecast = Target("y", mean=1.0, std=2.0, shape=(4, 2))
    assert (number.size, vector.size, forecast.size) == (1, 3, 8)
    assert number.head == vector.head == forecast.head == "linear"
    encoded = forecast.encode(np.ones((5, 4, 2)) * 3)
    assert encoded.shape == (5, 8) and encoded.dtype == np.float32 and (encoded == 1).all()


def test_heads_and_sizes_of_other_targets():
    two, three = Target("k", classes=(0, 1)), Target("k", classes=("c", "a", "b"))
    assert (two.head, two.size, three.head, three.size) == ("sigmoid", 2, "softmax", 3)
    assert Target("y", probabilistic=True).head == "gaussian"
    # Numbers of the classes, in the order of the probabilities.
    assert three.encode(np.array(["a", "b", "c"])).tolist() == [1, 2, 0]
    assert two.encode(np.array([1, 0, 1])).tolist() == [1, 0, 1]


# What is kept


def test_the_description_is_json_and_gives_the_targets_back(dataset):
    kept = json.loads(json.dumps(dataset.description()))
    assert kept["rows"] == {"train": 6, "validation": 2, "test": 3}
    assert kept["source"] == "an example" and kept["remarks"] == ["a note"]
    assert kept["fingerprint"] == dataset.fingerprint()
    # As `config.json` is read.
    assert tuple(Target(**target) for target in to_tuples(kept["targets"])) == dataset.targets


def test_the_fingerprint_is_that_of_the_test_rows(dataset):
    found = dataset.fingerprint()
    assert len(found) == 8
    assert replace(dataset, train=make_split(9)).fingerprint() == found
    for name in ("x", "series"):
        inputs = {n: x + 1 if n == name else x for n, x in dataset.test.inputs.items()}
        changed = dataset.test._replace(inputs=inputs)
        assert replace(dataset, test=changed).fingerprint() != found
    kinds = dataset.test.targets["kind"][::-1].copy()
    kinds[0] = "neither"
    changed = dataset.test._replace(targets=dataset.test.targets | {"kind": kinds})
    assert replace(dataset, test=changed).fingerprint() != found


def test_a_dataset_has_nothing_to_predict_by_default():
    split = Split({"x": np.arange(3)}, {})
    dataset = Dataset("numbers", split, split, split, (Column("x"),))
    assert dataset.targets == () and dataset.context == {} and dataset.extra_splits == {}
    assert not dataset.streamed and dataset.summary().count("\n") == 2
