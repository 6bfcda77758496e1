"""Scores against closed forms worked out by hand."""

import numpy as np
import pytest

from datasets.dataset import Target
from evaluation.scores import (
    calibration_error,
    classification_scores,
    regression_scores,
    score,
)


def test_regression_scores():
    scores = regression_scores(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]))
    # errors 0, 0, 3: mean 1, mean square 3; the squares around the mean add up to 2
    assert scores == pytest.approx({"MAE": 1.0, "RMSE": 3**0.5, "R2": 1 - 9 / 2})


def test_probabilistic_scores():
    true = np.random.default_rng(0).normal(10, 2, 100_000)
    scores = regression_scores(true, np.full_like(true, 10.0), np.full_like(true, 2.0))
    entropy = np.log(2) + 0.5 * np.log(2 * np.pi) + 0.5  # of a Gaussian with standard deviation 2
    assert scores["negative_log_likelihood"] == pytest.approx(entropy, abs=0.01)
    assert scores["coverage_68"] == pytest.approx(0.68, abs=0.01)
    assert scores["coverage_95"] == pytest.approx(0.95, abs=0.01)


def test_classification_scores():
    true = np.array(["a", "a", "a", "b"])
    predicted = np.array(["a", "a", "b", "b"])
    probability_of_b = np.array([0.1, 0.2, 0.8, 0.6])
    scores = classification_scores(
        true, predicted, np.stack([1 - probability_of_b, probability_of_b], axis=1), ("a", "b")
    )
    assert scores["accuracy"] == pytest.approx(3 / 4)
    assert scores["balanced_accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert scores["f1_macro"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert scores["log_loss"] == pytest.approx(-np.mean(np.log([0.9, 0.8, 0.2, 0.6])))
    assert scores["roc_auc"] == pytest.approx(
        2 / 3
    )  # of the three pairs (a, b), two are in the right order


def test_one_class_alone_has_no_roc():
    scores = classification_scores(
        np.array([1, 1]), np.array([1, 1]), np.array([[0.1, 0.9], [0.2, 0.8]]), (0, 1)
    )
    assert scores["accuracy"] == 1 and np.isnan(scores["roc_auc"])


def test_answers_of_several_numbers_count_alike():
    true = np.array([[1.0, 10.0], [3.0, 10.0], [5.0, 40.0]])
    scores = regression_scores(true, true + [1.0, 3.0])
    assert scores["MAE"] == pytest.approx(2.0) and scores["RMSE"] == pytest.approx(2.0)
    # R2 of each column, then their mean: squares around the means are 8 and 600
    assert scores["R2"] == pytest.approx(1 - (3 / 8 + 27 / 600) / 2)


def test_only_targets_with_true_values_are_scored():
    targets = [Target("y"), Target("kind", classes=("a", "b")), Target("z")]
    predictions = {
        "y": np.array([1.0, 3.0]),
        "y_std": np.array([1.0, 1.0]),
        "kind": np.array(["a", "b"]),
        "kind_probabilities": np.array([[0.9, 0.1], [0.4, 0.6]]),
    }
    true = {"y": np.array([1.0, 2.0]), "kind": np.array(["a", "a"])}
    scores = score(targets, true, predictions)
    assert list(scores) == ["y", "kind"]
    assert scores["y"]["MAE"] == 0.5 and "coverage_95" in scores["y"]
    assert scores["kind"]["accuracy"] == 0.5


def test_the_calibration_error_of_a_class():
    """Probabilities that are 0.3 too large have this error; frequencies themselves have none."""
    true = np.arange(1000) % 10 == 0  # a tenth of the rows, in every group of a hundred
    assert calibration_error(true, np.full(1000, 0.1)) == pytest.approx(0, abs=1e-12)
    assert calibration_error(true, np.full(1000, 0.4)) == pytest.approx(0.3)
    weights = np.where(true, 9.0, 1.0)  # nine rows count as much as the one
    assert calibration_error(true, np.full(1000, 0.5), weights) == pytest.approx(0, abs=1e-12)
