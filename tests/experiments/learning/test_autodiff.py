"""A formula differentiated in every way, from the command to the report."""

import json
import math

import numpy as np
import pytest
import tensorflow as tf

import train
from errors import UserError
from tests.checks import check_experiment


@pytest.fixture
def run(saved_models):
    def call(*options):
        return check_experiment("autodiff", saved_models, *options, pictures=("differences",))

    return call


def test_every_method_finds_the_derivative(run):
    folder, metrics = run("--at", "x=0.8")
    a = math.exp(0.64)
    assert metrics["headline"]["value"] < 1e-15
    errors = metrics["errors"]
    forward, central = (np.array(errors[f"{name}_difference"]) for name in ("forward", "central"))
    # Truncation errors are proportional to h and h^2.
    np.testing.assert_allclose(np.log10(forward[:3] / forward[1:4]), 1, atol=0.1)
    np.testing.assert_allclose(np.log10(central[:2] / central[1:3]), 2, atol=0.1)
    assert forward[-1] > 1e-3  # round-off
    costs = dict(metrics["operations"][1:])
    assert costs["value alone"] == 5 and costs["forward differences"] == 13
    assert {path.stem for path in (folder / "plots").iterdir()} == {"graph", "differences"}
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.serve({"x": tf.constant([0.8], "float64")})
    assert float(answers["df/dx"][0]) == pytest.approx(
        0.8 * (1 + a) / math.sqrt(0.64 + a), rel=1e-15
    )


def test_names_of_any_letters(run):
    folder, metrics = run("--formula", "_x*X^2*x", "--at", "X=3", "x=5", "_x=7")
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.serve(
        {name: tf.constant([value], "float64") for name, value in {"X": 3, "x": 5, "_x": 7}.items()}
    )
    assert {name: float(value[0]) for name, value in answers.items()} == {
        "f": 315,
        "df/dX": 210,
        "df/dx": 63,
        "df/d_x": 45,
    }


def test_on_a_kink_the_methods_differ_and_the_report_says_so(run):
    folder, metrics = run("--formula", "abs(x)*y", "--at", "x=0", "y=2")
    assert "kinks" in json.loads((folder / "config.json").read_text())["data"]["remarks"][0]
    assert metrics["errors"]["forward_difference"][0] == pytest.approx(2)  # 2 instead of 0


def test_differences_outside_the_domain_are_left_out(run):
    _, metrics = run("--formula", "x^(3/2)", "--at", "x=0")
    assert metrics["headline"]["value"] == 0
    assert metrics["errors"]["forward_difference"][1] == pytest.approx(0.01**0.5)
    assert metrics["errors"]["central_difference"][1] == math.inf


@pytest.mark.parametrize(
    "options, words",
    [
        (["--formula", "3 + pi"], "must depend on a variable"),
        (["--formula", "x - x"], "must depend on a variable"),
        (["--formula", "1/x", "--at", "x=0"], "not a finite number at x = 0, in v_1 = 1/x"),
        (["--formula", "sqrt(x)", "--at", "x=0"], "derivative"),
        (["--formula", "log(x)", "--at", "x=-1"], "not a finite number"),
        (["--formula", "sin(y)", "--at", "x=1"], "The variables are y"),
        (["--formula", "sin(y)", "--at", "y"], "must be a variable and a number"),
        (["--formula", "sin(y)", "--at", "y=z"], "--at y must be a number"),
        (["--formula", "__import__('os')"], "unexpected character"),
    ],
)
def test_mistakes_are_reported(saved_models, options, words):
    with pytest.raises(UserError, match=words):
        train.main(["autodiff", *options])
