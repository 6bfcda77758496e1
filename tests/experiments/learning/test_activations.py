"""The exported activations against the lecture's table."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import train
from errors import UserError
from models.activations import ACTIVATIONS
from tests.checks import check_experiment


def test_every_activation_of_the_project_agrees_with_the_table(saved_models):
    folder, metrics = check_experiment("activations", saved_models, pictures=("activations",))
    assert set(metrics["differences"]) == set(ACTIVATIONS)
    assert metrics["headline"]["value"] < 1e-13
    steepest = {name: row["largest_derivative"] for name, row in metrics["differences"].items()}
    assert steepest["logistic"] == pytest.approx(0.25, abs=1e-5) and steepest["step"] == 0
    # Keras' own functions, and by hand what has weights
    z = np.array([-2.0, -0.3, 0.7, 3.0])
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.serve({"z": tf.constant(z)})
    for name in ("elu", "leaky_relu", "softplus", "relu", "tanh"):
        np.testing.assert_allclose(
            answers[name], getattr(keras.activations, name)(tf.constant(z)), rtol=1e-14
        )
    np.testing.assert_allclose(answers["prelu"], [-0.5, -0.075, 0.7, 3])
    np.testing.assert_allclose(answers["maxout"], [0.75, 0.2, 1.2, 3.5])


@pytest.mark.parametrize("interval", [("1", "1"), ("2",), ("1", "0"), ("-1", "nan"), ("-99", "1")])
def test_impossible_intervals_are_reported(saved_models, interval):
    with pytest.raises(UserError, match="--interval must be two numbers"):
        train.main(["activations", "--interval", *interval])
