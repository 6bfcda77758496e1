"""Permutation importance against the closed form of a linear function."""

import numpy as np
import pytest

from datasets.dataset import Column, Dataset, Split, Target
from evaluation import scores
from evaluation.evaluation import Evaluation, Headline
from evaluation.importance import add_importance


def make_data(targets, rows=4000):
    random = np.random.default_rng(0)
    x = {name: random.normal(size=rows) for name in ("a", "b", "c")}
    values = {"y": 3 * x["a"] + x["b"], "kind": np.where(x["c"] > 0, "up", "down")}
    split = Split(x, {target.name: values[target.name] for target in targets})
    return Dataset("made", split, split, split, tuple(map(Column, x)), targets)


def score(targets, split, predictions):
    return scores.score(targets, split.targets, predictions)


def predict(inputs):
    up = 1 / (1 + np.exp(-20 * inputs["c"]))
    return {
        "y": 3 * inputs["a"] + inputs["b"],
        "kind": np.where(inputs["c"] > 0, "up", "down"),
        "kind_probabilities": np.stack([1 - up, up], axis=1),
    }


def test_a_linear_function():
    """Shuffling a column of variance 1 with slope k adds 2 k^2 to the mean squared error."""
    data = make_data((Target("y", "m"),))
    found = add_importance(Evaluation(Headline("RMSE", 0.0), {}, {}), predict, data, score)
    (rows,) = found.tables.values()
    assert rows[0] == ["column", "increase of the RMSE [m]", "standard deviation"]
    assert [name for name, *_ in rows[1:]] == ["a", "b", "c"]
    increases = [increase for _, increase, _ in rows[1:]]
    assert increases == pytest.approx([3 * 2**0.5, 2**0.5, 0], rel=0.1, abs=1e-9)
    assert found.metrics["importance"]["y"]["a"]["std"] > 0
    assert list(found.figures) == ["importance"]


def test_several_targets_have_a_picture_each():
    data = make_data((Target("y"), Target("kind", classes=("down", "up"))))
    found = add_importance(Evaluation(Headline("RMSE", 0.0), {}, {}), predict, data, score)
    assert list(found.figures) == ["importance-1", "importance-2"]
    by_column = found.metrics["importance"]["kind"]
    assert by_column["c"]["mean"] > 1 and by_column["a"]["mean"] == 0
