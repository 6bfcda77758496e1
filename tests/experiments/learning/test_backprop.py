"""Backpropagation by the formulas, from the command to the report."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits

import evaluate
import train
from errors import Diverged, UserError
from tests.checks import check_experiment


@pytest.fixture
def run(saved_models):
    def call(*options):
        pictures = ("gradients-by-depth", "agreement", "history")
        return check_experiment("backprop", saved_models, *options, pictures=pictures)[1]

    return call


SHORT = ("--epochs", "10")
HIDDEN = ("--hidden", "9", "8", "7")
DEEP = (*HIDDEN, "--activation", "arctan", "--loss", "squared-error", "--epochs", "1")


@pytest.mark.parametrize("options", [SHORT, DEEP])
def test_formulas_and_tape_agree_on_the_exported_network(run, options):
    metrics = run(*options)
    assert 0 < metrics["headline"]["value"] < 1e-12
    if options == SHORT:
        assert metrics["accuracy"] > 0.9


def test_gradients_vanish_with_logistic_units_and_not_with_relu(run):
    ratio = run("--epochs", "1", "--hidden", "10")["gradient_ratios"]
    assert ratio["logistic"] < 0.25**9  # g' is 1/4 at most
    assert 0.1 < ratio["relu"] < 10


def test_a_loss_that_becomes_nan_is_reported(saved_models):
    options = ["--learning-rate", "100", "--loss", "squared-error", "--epochs", "9"]
    with pytest.raises(Diverged, match="try a smaller --learning-rate"):
        train.main(["backprop", *options])
    evaluate.main([str(saved_models / "backprop")])


def test_digits_of_a_file_are_predicted_and_scored(saved_models, tmp_path, capsys):
    train.main(["backprop", "--epochs", "10"])
    digits = load_digits()
    np.savez(tmp_path / "digits.npz", x=digits.images[..., None], y=digits.target)
    output = tmp_path / "predictions.csv"
    words = ["--data", str(tmp_path / "digits.npz"), "--output", str(output)]
    evaluate.main([str(saved_models / "backprop"), *words])
    assert "accuracy" in capsys.readouterr().out
    predicted = pd.read_csv(output)["digit_predicted"]
    assert (predicted == digits.target).mean() > 0.9


@pytest.mark.parametrize(
    "options", [("--hidden", "0"), ("--activation", "maxout"), ("--depth", "1"), ("--l2", "-1")]
)
def test_mistakes_are_reported(saved_models, options):
    with pytest.raises(UserError):
        train.main(["backprop", *options])
