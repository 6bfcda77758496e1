"""Regularisation, likelihood, cross-validation and decision, from the command to the report."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_digits, load_iris

import train
from errors import UserError
from tests.checks import check_experiment


def by_name(table):
    return {row[0]: row[1:] for row in table[1:]}


def test_regularisation(saved_models):
    folder, metrics = check_experiment(
        "regularisation",
        saved_models,
        *("--steps", "150", "--seeds", "2", "--hidden", "16"),
        endpoints=("serve", "networks"),
        pictures=("methods", "learning-curves"),
    )
    rows = by_name(metrics["methods"])
    assert len(rows) == 13 and metrics["chosen"] in rows
    assert rows["nothing"][3] > 0.3
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.serve({"image": tf.constant(load_digits().images[:5], "float32")})
    np.testing.assert_allclose(np.sum(answers["digit_probabilities"], axis=1), 1, rtol=1e-5)


def test_likelihood(saved_models):
    folder, metrics = check_experiment(
        "likelihood",
        saved_models,
        *("--repeats", "300", "--epochs", "50", "--rows", "600", "--hidden", "24", "24"),
        pictures=("noise-models", "learned-noise", "calibration"),
    )
    rows = by_name(metrics["intervals"])
    assert rows["truth"][0] < rows["Gaussian likelihood"][0] < rows["squared error"][0]
    # too wide where the noise is small, too narrow where it is large
    assert rows["squared error"][4] > rows["squared error"][5] + 0.05
    model = tf.saved_model.load(str(folder / "1"))
    std = model.serve({"x": tf.constant([-2.5, 2.5])})["std"].numpy()
    assert std[0] < 0.6 * std[1]


def test_cross_validation(saved_models):
    options = ("--datasets", "50", "--trials", "100", "--repeats", "2", "--folds", "2", "5")
    _, metrics = check_experiment(
        "cross-validation", saved_models, *options, pictures=("folds", "best-of-many")
    )
    assert metrics["headline"]["value"] == pytest.approx(metrics["headline"]["baseline"], abs=0.02)
    assert 45 < metrics["choice"][1][3] < 65


def test_decision(saved_models):
    options = ("--points", "60", "--folds", "2", "--steps", "300", "--hidden", "16")
    folder, metrics = check_experiment(
        "decision",
        saved_models,
        *options,
        endpoints=("serve", "iris", "breast_cancer"),
        pictures=("surfaces", "score-against-time"),
    )
    plane, tables = by_name(metrics["plane"]), by_name(metrics["tables"])
    assert set(plane) == set(tables) and len(plane) == 7
    assert plane["linear"][1] < 0.6 < plane["network"][1]  # XOR
    assert tables["network"][0] > 0.8 and tables["linear"][3] > 0.9
    iris = load_iris()
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.iris({"row": tf.constant(iris.data, "float32")})["probabilities"]
    assert answers.shape == (150, 2, 3)
    assert np.mean(np.argmax(answers[:, 0], axis=-1) == iris.target) > 0.8


@pytest.mark.parametrize(
    "words, message",
    [
        ("regularisation --rows 5", "--rows"),
        ("regularisation --dropout 1", "--dropout"),
        ("likelihood --examples 1", "--examples"),
        ("likelihood --epochs 0", "--epochs"),
        ("cross-validation --folds 1", "--folds"),
        ("cross-validation --folds 60", "--folds must be numbers below --rows"),
        ("decision --folds 1", "--folds"),
        ("decision --points 3", "--points"),
    ],
)
def test_mistakes_are_reported(saved_models, words, message):
    with pytest.raises(UserError, match=message):
        train.main(words.split())
