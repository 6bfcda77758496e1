"""Convolution, from the command to the report."""

import numpy as np
import pytest
import scipy.signal
import tensorflow as tf

import train
from errors import UserError
from tests.checks import check_experiment

SMALL = ("--epochs", "3", "--units", "20", "--filters", "8", "8")


def test_formulas_filters_and_shifts(saved_models):
    folder, metrics = check_experiment(
        "convolution",
        saved_models,
        *SMALL,
        endpoints=("serve", "layers", "filters"),
        pictures=("filtered", "shifts"),
    )
    assert metrics["largest_difference"] < 1e-12
    assert max(row[1] for row in metrics["kernels"][1:]) < 1e-6
    header, *rows = metrics["by_shift"]
    columns = {name: np.array([row[n] for row in rows]) for n, name in enumerate(header)}
    assert columns["convolution"].max() == 0 == columns["convolution, stride 2"][::2].max()
    assert columns["convolution, stride 2"][1::2].min() > 0.3 < columns["dense layer"][1:].min()
    assert columns["convolutional"][2] == columns["convolutional"][0]
    assert columns["dense"][2] < columns["dense"][0] - 0.2
    picture = np.random.default_rng(0).uniform(size=(128, 128)).astype("float32")
    model = tf.saved_model.load(str(folder / "1"))
    edges = model.filters({"photograph": tf.constant(picture[None])})["edges (Laplace)"]
    by_scipy = scipy.signal.correlate2d(picture, [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "same")
    np.testing.assert_allclose(edges[0, ..., 0], by_scipy, atol=1e-5)


@pytest.mark.parametrize("options", [("--filters", "3"), ("--units", "0"), ("--epochs", "0")])
def test_mistakes_are_reported(saved_models, options):
    with pytest.raises(UserError, match=options[0]):
        train.main(["convolution", *options])
