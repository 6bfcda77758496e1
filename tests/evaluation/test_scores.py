"""Scores against closed forms worked out by hand."""

import numpy as np
import pytest

from evaluation.scores import classification_scores, regression_scores


def test_regression_scores():
    scores = regression_scores(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]))
    # errors 0, 0, 3: mean 1, mean square 3; the squares around the mean add up to 2
    assert scores == pytest.approx({"MAE": 1.0, "RMSE": 3**0.5, "R2": 1 - 9 / 2})


def test_probabilistic_scores():
    true = np.random.default_rng(0).normal(10, 2, 100_000)
    scores = regression_scores(true, np.full_like(true, 10.0), np.full_like(true, 2.0))
    entropy = np.log(2) + 0.5 * np.log(2 * np.pi) + 0.5  # of a Gaussian with standard deviation 2
    assert scores["negative log likelihood"] == pytest.approx(entropy, abs=0.01)
    assert scores["inside 68 % interval"] == pytest.approx(0.68, abs=0.01)
    assert scores["inside 95 % interval"] == pytest.approx(0.95, abs=0.01)


def test_classification_scores():
    true = np.array(["a", "a", "a", "b"])
    predicted = np.array(["a", "a", "b", "b"])
    probability_of_b = np.array([0.1, 0.2, 0.8, 0.6])
    scores = classification_scores(
        true, predicted, np.stack([1 - probability_of_b, probability_of_b], axis=1), ("a", "b")
    )
    assert scores["accuracy"] == pytest.approx(3 / 4)
    assert scores["balanced accuracy"] == pytest.approx((2 / 3 + 1) / 2)
    assert scores["F1, mean of classes"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert scores["log loss"] == pytest.approx(-np.mean(np.log([0.9, 0.8, 0.2, 0.6])))
    assert scores["ROC AUC"] == pytest.approx(
        2 / 3
    )  # of the three pairs (a, b), two are in the right order


def test_one_class_alone_has_no_roc():
    scores = classification_scores(
        np.array([1, 1]), np.array([1, 1]), np.array([[0.1, 0.9], [0.2, 0.8]]), (0, 1)
    )
    assert scores["accuracy"] == 1 and np.isnan(scores["ROC AUC"])
