import numpy as np
import pandas as pd
import pytest

from datasets.target_column import describe_target, drop_missing_targets, extract_target
from errors import UserError


def make_frame(values):
    return pd.DataFrame({"y": values})


@pytest.mark.parametrize(
    "values, classes, remark",
    [
        (["b", "a", "ü"] * 10, ("a", "b", "ü"), "y: classification, 3 classes (text)"),
        ([True, False] * 10, (False, True), "y: classification, 2 classes (true or false)"),
        ([True, False, None] * 10, (False, True), "y: classification, 2 classes (true or false)"),
        ([2, 0, 1] * 10, (0, 1, 2), "y: classification, 3 classes (whole numbers)"),
        ([2.0, 0.0, None] * 10, (0, 2), "y: classification, 2 classes (whole numbers)"),
        (
            pd.array([2, 0, None] * 10, dtype="Int64"),
            (0, 2),
            "y: classification, 2 classes (whole numbers)",
        ),
        (pd.Categorical(["b", "a", None] * 10), ("a", "b"), "y: classification, 2 classes (text)"),
        ([0.5, 1.5] * 30, (), "y: regression (2 distinct numbers)"),
        (range(30), (), "y: regression (30 distinct numbers)"),
        (
            [1, 2, 3, 4, 5, 6] * 5,
            (),
            "y: regression (6 distinct numbers)",
        ),  # 5 rows each are too few
        (
            [1, 2, 3, 4, 5, 6] * 6,
            (1, 2, 3, 4, 5, 6),
            "y: classification, 6 classes (whole numbers)",
        ),
        (list(range(21)) * 10, (), "y: regression (21 distinct numbers)"),
        ([1e20, 2e20] * 30, (), "y: regression (2 distinct numbers)"),  # integers, but not counts
    ],
)
def test_auto(values, classes, remark):
    labels, text = describe_target(make_frame(values), "y")
    assert (labels, text) == (classes, remark)
    assert [type(label) for label in labels] == [type(label) for label in classes]


def test_requested_task():
    assert describe_target(make_frame([0, 1] * 10), "y", "regression") == (
        (),
        "y: regression (2 distinct numbers)",
    )
    assert describe_target(make_frame([True, False] * 10), "y", "regression")[0] == ()
    classes, remark = describe_target(make_frame([0.5, 1.5] * 10), "y", "classification")
    assert classes == (0.5, 1.5) and remark == "y: classification, 2 classes (as requested)"


@pytest.mark.parametrize(
    "values, task, message",
    [
        ([None, None], "auto", "missing in every row"),
        ([3.5, 3.5, None], "auto", "is 3.5 in every row"),
        (["a", "a"], "auto", "is 'a' in every row"),
        ([1.0, 2.0, -np.inf], "auto", "infinite in row 3"),
        ([1.0, 1e39, 2.0], "auto", "infinite in row 2, or too large for float32"),
        (
            ["0.0", "1.0"] * 20,
            "regression",
            "is text; a regression needs numbers.",
        ),  # read with a decimal comma
        (["a", "b"] * 10, "regression", "is text; a regression needs numbers."),
        (["1", "2", "?"], "regression", "the first that is not is '?' in row 3"),
        ([f"{i}" for i in range(99)] + ["?"], "auto", "the first that is not is '?' in row 100"),
        (["a", "b"] * 20 + ["c"], "auto", "has the class 'c' in only 1 row; expected at least 3"),
        (["a", "b"] * 20 + ["c", "c"], "auto", "has the class 'c' in only 2 rows"),
        ([0, 1] * 20 + [7], "classification", "has the class 7 in only 1 row"),
        (
            range(100),
            "classification",
            "has 100 classes in 100 rows, too many to learn. Choose regression",
        ),
        ([f"name {i}" for i in range(100)], "auto", "has 100 classes in 100 rows"),
        (pd.date_range("2024-01-01", periods=5), "auto", "is a date"),
        ([1, 2, 3], "regresion", "Did you mean regression"),
    ],
)
def test_errors(values, task, message):
    with pytest.raises(UserError) as caught:
        describe_target(make_frame(values), "y", task)
    assert message in str(caught.value) and len(str(caught.value).splitlines()) == 1


def test_no_such_column():
    frame = pd.DataFrame({"price": [1.0], "area": [2.0]})
    for call in (
        lambda: describe_target(frame, "prize"),
        lambda: drop_missing_targets(frame, ["prize"]),
    ):
        with pytest.raises(
            UserError,
            match=r"no column 'prize' to predict. Did you mean price\? .* has: price, area",
        ):
            call()


def test_classes_are_refused_only_if_the_split_is_impossible():
    from datasets.split import take_fifth

    for rows in range(12, 60):
        labels = np.array([f"{row % 4}" for row in range(rows)])
        try:
            describe_target(make_frame(labels), "y")
        except UserError as error:
            assert "too many to learn" in str(error) and rows < 20
        else:
            others, _ = take_fifth(np.arange(rows), 0, labels)
            take_fifth(others, 0, labels[others])  # scikit-learn refuses fewer rows than classes


def test_smallest_class_survives_the_split():
    from datasets.dataset import Split
    from datasets.split import split_at_random

    labels = np.array(["a"] * 20 + ["b"] * 20 + ["c"] * 3)
    assert describe_target(make_frame(labels), "y")[0] == ("a", "b", "c")
    parts = split_at_random(Split({"x": np.arange(43)}, {"y": labels}), 0, labels)
    assert sum(part.rows for part in parts) == 43


def test_drop_missing_targets():
    frame = pd.DataFrame(
        {"x": [None, 1, 2, 3], "y": [1.0, None, 3.0, 4.0], "z": ["a", "b", None, "d"]}
    )
    kept, remarks = drop_missing_targets(frame, ["y"])
    assert kept.index.tolist() == [0, 2, 3] and remarks == [
        "left out 1 of 4 rows in which 'y' is missing"
    ]
    kept, remarks = drop_missing_targets(frame, ["y", "z"])
    assert kept.index.tolist() == [0, 3] and remarks == [
        "left out 2 of 4 rows in which 'y', 'z' is missing"
    ]
    assert drop_missing_targets(kept, ["y", "z"])[1] == []


@pytest.mark.parametrize(
    "values, classes, expected, dtype",
    [
        (["b", "a"], ("a", "b"), ["b", "a"], object),
        ([2, 1], ("1", "2", "x"), ["2", "1"], object),  # in the training another row was "x"
        ([2.0, 1.0], ("1", "2", "x"), ["2", "1"], object),
        (pd.Categorical(["b", "a"]), ("a", "b"), ["b", "a"], object),
        ([2.0, 0.0], (0, 1, 2), [2, 0], np.int64),
        (pd.array([2, 0], dtype="Int64"), (0, 1, 2), [2, 0], np.int64),
        ([1.0, 2.0], (1.0, 1.5, 2.0), [1.0, 2.0], np.float64),
        ([True, False], (False, True), [True, False], bool),
        (pd.Series([True, False], dtype=object), (False, True), [True, False], bool),
        ([3, 4], (), [3.0, 4.0], np.float64),
        ([1e20, 6e24], (), [1e20, 6e24], np.float64),  # beyond 64-bit integers
        ([True, False], (), [1.0, 0.0], np.float64),
    ],
)
def test_values(values, classes, expected, dtype):
    result = extract_target(make_frame(values), "y", classes)
    assert result.dtype == dtype and result.tolist() == expected


@pytest.mark.parametrize(
    "values, classes, message",
    [
        (["a", "c"], ("a", "b"), "has 'c' in row 2, which is not a class of the training: a, b"),
        ([0, 1, 7], (0, 1), "has 7 in row 3"),
        ([0.5], (0, 1), "has 0.5 in row 1"),
        (["yes"], (False, True), "has 'yes' in row 1"),
        (["a"], (), "is text; a regression needs numbers"),
        ([1.0, np.inf], (), "infinite in row 2"),
    ],
)
def test_values_of_a_different_kind(values, classes, message):
    with pytest.raises(UserError) as caught:
        extract_target(make_frame(values), "y", classes)
    assert message in str(caught.value) and len(str(caught.value).splitlines()) == 1
