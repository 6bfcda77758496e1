"""Errors of approximation, from the command to the report."""

import numpy as np
import pytest
import tensorflow as tf

import train
from errors import UserError
from tests.checks import check_experiment

SMALL = ("--targets", "x^2", "abs(x)", "--widths", "1", "8", "--depths", "1", "2", "--seeds", "2")


def test_networks_approximate_and_the_identity_does_not(saved_models):
    folder, metrics = check_experiment("universal-approximation", saved_models, *SMALL)
    errors = {row[0]: row[1:] for row in metrics["rmse"][1:]}
    # The best line to x^2 on [-1, 1] is 1/3, to |x| it is 1/2; their errors by integration. The
    # lines here are fitted to points.
    by_hand = [np.sqrt(4 / 45), np.sqrt(1 / 12)]
    np.testing.assert_allclose(errors["straight line"], by_hand, rtol=2e-3)
    np.testing.assert_allclose(errors["identity"], errors["straight line"], rtol=1e-9)
    assert errors["width 8"][0] < 1e-5 and errors["width 8"][1] < 2e-3
    assert errors["depth 2"][1] < errors["depth 1"][1] < by_hand[1] / 10
    assert {path.stem for path in (folder / "plots").iterdir()} == {"error-by-size", "curves"}
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.serve({"x": tf.constant([-0.5, 0.25], "float64")})
    np.testing.assert_allclose(answers["x^2, width 8"], [0.25, 0.0625], atol=1e-4)


def test_units_of_x_and_y_do_not_matter(saved_models):
    options = ["--interval", "1000", "1001", "--widths", "8", "--depths", "1", "--seeds", "1"]
    train.main(["universal-approximation", "--targets", "1e9*(x - 1000)^3", *options])
    model = tf.saved_model.load(str(saved_models / "universal-approximation" / "1"))
    answers = model.serve({"x": tf.constant([1000.2, 1000.7], "float64")})
    np.testing.assert_allclose(answers["1e9*(x - 1000)^3, width 8"], [8e6, 343e6], rtol=1e-3)


@pytest.mark.parametrize(
    "options, words",
    [
        (("--targets", "x + y"), "unknown name 'y'"),
        (("--targets", "3"), "must be finite and vary"),
        (("--targets", "1/x", "--interval", "0", "1"), "must be finite and vary"),
        (("--targets", "x", "x"), "different values"),
        (("--widths", "0"), "--widths"),
        (("--widths", "2", "2"), "different values"),
        (("--interval", "1", "0"), "the lower first"),
        (("--activation", "identity"), "--activation"),
    ],
)
def test_mistakes_are_reported(saved_models, options, words):
    with pytest.raises(UserError, match=words):
        train.main(["universal-approximation", *options])
