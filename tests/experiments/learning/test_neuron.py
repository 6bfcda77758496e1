"""One neuron, from the command to the report."""

import numpy as np
import pytest
import tensorflow as tf

import train
from errors import UserError
from tests.checks import check_experiment

SMALL = ("--orders", "3", "--epochs", "30", "--steps", "2000")
PICTURES = ("half-spaces", "mistakes-by-epoch")


def test_a_neuron_and_a_layer(saved_models):
    folder, metrics = check_experiment(
        "neuron", saved_models, *SMALL, endpoints=("serve", "height", "layer"), pictures=PICTURES
    )
    separable, overlapping = metrics["mistakes"][1:]
    assert 0 < separable[2] <= separable[3] == metrics["headline"]["baseline"]
    assert overlapping[1] > 30 and overlapping[5] == 0
    _, loss, least, *_ = metrics["descent"][2]
    assert loss == pytest.approx(least, abs=1e-9)
    scores = {tuple(row[:2]): row[2:] for row in metrics["scores"][1:]}
    assert scores["separable", "Rosenblatt"][0] == 1
    *_, new, best = scores["overlapping", "gradient descent"]
    assert best - 0.06 < new < best + 0.01
    model = tf.saved_model.load(str(folder / "1"))
    answers = model.layer({"x": tf.constant([[1, -2, 0.5]], "float64")})
    np.testing.assert_allclose(answers["identity"], [[2, -1.5]])
    np.testing.assert_allclose(answers["relu"], [[2, 0]])
    np.testing.assert_allclose(answers["logistic"], [[0.8807970780, 0.1824255238]])
    corners = {"x1": tf.constant([-1.0, 1], "float64"), "x2": tf.constant([-1.0, 1], "float64")}
    answers = {name: value.numpy() for name, value in model.serve(corners).items()}
    np.testing.assert_array_equal(answers["separable, Rosenblatt"], [0, 1])
    np.testing.assert_allclose(answers["separable, gradient descent"], [0, 1], atol=0.05)


@pytest.mark.parametrize("option", ["--points", "--margin", "--epochs", "--steps", "--orders"])
def test_mistakes_are_reported(saved_models, option):
    with pytest.raises(UserError, match=option):
        train.main(["neuron", option, "0"])
