"""Backpropagation by the formulas, from the command to the report."""

import json

import pytest

import evaluate
import train
from errors import Diverged, UserError


@pytest.fixture
def run(saved_models):
    def call(*options):
        train.main(["backprop", *options])
        evaluate.main([str(saved_models / "backprop")])
        return json.loads((saved_models / "backprop" / "metrics.json").read_text())

    return call


SHORT = ("--epochs", "10")
DEEP = (
    "--hidden",
    "9",
    "8",
    "7",
    "--activation",
    "arctan",
    "--loss",
    "squared-error",
    "--epochs",
    "1",
)


@pytest.mark.parametrize("options", [SHORT, DEEP])
def test_formulas_and_tape_agree_on_the_exported_network(run, options):
    metrics = run(*options)
    assert 0 < metrics["summary"]["value"] < 1e-12
    if options == SHORT:
        (accuracy,) = (
            rows[1][1] for heading, rows in metrics["tables"].items() if "trained by" in heading
        )
        assert accuracy > 0.9


def test_gradients_vanish_with_logistic_units_and_not_with_relu(run):
    tables = run("--epochs", "1", "--hidden", "10")["tables"]
    (rows,) = (rows for heading, rows in tables.items() if "first layer's" in heading)
    ratio = {row[0]: row[2] for row in rows[1:]}
    assert ratio["logistic"] < 0.25**9  # g' is 1/4 at most
    assert 0.1 < ratio["relu"] < 10


def test_a_loss_that_ceases_to_be_a_number_is_told(saved_models):
    with pytest.raises(Diverged, match="lower --learning-rate"):
        train.main(
            ["backprop", "--learning-rate", "100", "--loss", "squared-error", "--epochs", "9"]
        )
    evaluate.main([str(saved_models / "backprop")])


@pytest.mark.parametrize(
    "options", [("--hidden", "0"), ("--activation", "maxout"), ("--depth", "1"), ("--l2", "-1")]
)
def test_mistakes_are_told(saved_models, options):
    with pytest.raises(UserError):
        train.main(["backprop", *options])
