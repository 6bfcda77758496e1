"""Predictions of new rows: the columns of the file, and which of the rows are scored."""

import numpy as np
import pandas as pd
import pytest

from datasets.dataset import Column, Target
from errors import UserError
from evaluation.prediction import (
    prediction_columns,
    read_targets,
    take_known_rows,
    warn_of_unseen,
    write_predictions,
)

INDEX = pd.RangeIndex(2)


def test_every_answer_of_a_target_has_its_columns():
    targets = [Target("y"), Target("kind", classes=(0, 1)), Target("position", shape=(2,))]
    predictions = {
        "y": np.array([1.0, 2.0]),
        "y_std": np.array([0.1, 0.2]),
        "kind": np.array([0, 1]),
        "kind_probabilities": np.array([[0.9, 0.1], [0.2, 0.8]]),
        "position": np.array([[1.0, 2.0], [3.0, 4.0]]),
    }
    table = prediction_columns(targets, predictions, INDEX)
    assert table.to_dict("list") == {
        "y_predicted": [1.0, 2.0],
        "y_std": [0.1, 0.2],
        "kind_predicted": [0, 1],
        "kind_probability_0": [0.9, 0.2],
        "kind_probability_1": [0.1, 0.8],
        "position_predicted_1": [1.0, 3.0],
        "position_predicted_2": [2.0, 4.0],
    }


def test_without_targets_every_output_has_its_columns():
    predictions = {
        "u": np.array([1.0, 2.0]),
        "colour": np.array(["red", "blue"]),
        "grid": np.arange(8.0).reshape(2, 2, 2),
    }
    table = prediction_columns([], predictions, INDEX)
    names = ["u_predicted", "colour_predicted", *(f"grid_predicted_{k}" for k in (1, 2, 3, 4))]
    assert list(table) == names and table["grid_predicted_3"].tolist() == [2.0, 6.0]


@pytest.mark.parametrize("turn", [1, -1])
def test_the_columns_are_written_in_their_order(tmp_path, turn):
    frame = pd.DataFrame({"b": [1.0], "a": [2.0]})
    found = {"a": [2.0], "elbo": [0.0], "p_value": [0.1], "b": [1.0], "score": [3.0]}
    found = {name: np.array(found[name]) for name in list(found)[::turn]}
    write_predictions(frame, [], found, "rows.csv", tmp_path / "found.csv")
    written = pd.read_csv(tmp_path / "found.csv")
    assert list(written) == ["b", "a", "b_predicted", "a_predicted", "score", "p_value", "elbo"]


TARGETS = [Target("y"), Target("kind", classes=("a", "b"))]
INPUTS = {"x": np.arange(3.0)}
PREDICTIONS = {"y": np.arange(3.0), "kind": np.array(["a", "b", "a"])}


def test_rows_with_all_targets_that_the_file_has_are_scored():
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0], "y": [1.0, np.nan, 3.0], "kind": ["a", "b", None]})
    split, predictions = take_known_rows(frame, TARGETS, INPUTS, PREDICTIONS)
    assert split.rows == 1 and split.targets["y"].tolist() == [1.0]
    assert predictions["kind"].tolist() == ["a"]
    split, predictions = take_known_rows(frame[["x", "y"]], TARGETS, INPUTS, PREDICTIONS)
    assert split.rows == 2 and list(split.targets) == ["y"]
    assert predictions["y"].tolist() == [0.0, 2.0]


@pytest.mark.parametrize("columns", [{}, {"y": [np.nan] * 3}])
def test_rows_without_targets_are_not_scored(columns):
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0]} | columns)
    split, _ = take_known_rows(frame, TARGETS, INPUTS, PREDICTIONS)
    assert split.rows == 0 and split.targets == {}


def test_the_targets_of_a_run():
    assert read_targets({"data": {}}) == []
    kept = {"name": "y", "classes": ("a", "b")}
    assert read_targets({"data": {"targets": (kept,)}}) == [Target("y", classes=("a", "b"))]
    for damaged in ({"width": 3}, 3):
        with pytest.raises(UserError, match="config.json is damaged"):
            read_targets({"data": {"targets": (damaged,)}})


def test_categories_never_seen_are_named(capsys):
    columns = [Column("colour", "category", vocabulary=("red",)), Column("x")]
    seen = {"colour": np.array(["red", ""], object), "x": np.zeros(2)}
    warn_of_unseen(seen, columns)
    assert capsys.readouterr().out == ""
    unseen = {"colour": np.array([f"{number}\x1b" for number in range(9)], object)}
    warn_of_unseen(seen | unseen, columns)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("warning: column 'colour' has 9 categories never seen in training: 0 ,")
    assert line.endswith(", ...") and line.isprintable()


def test_the_file_of_the_rows_is_never_overwritten(tmp_path):
    data = tmp_path / "rows.csv"
    data.write_text("x\n1\n")
    with pytest.raises(UserError, match="is the file of --data. Choose a different file"):
        write_predictions(pd.DataFrame({"x": [1]}), [], {"u": np.zeros(1)}, data, data)
    assert data.read_text() == "x\n1\n"
