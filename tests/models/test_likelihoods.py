"""Likelihoods of a decoder: against SciPy, normalised over all values, and their draws."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import stats

from models.likelihoods import Binomial, Categorical, Gaussian, Likelihood, Logistic

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("block", "values"),
    [
        (Binomial(1), [0.0, 1.0]),
        (Binomial(1, 16), np.arange(17) / 16),
        (Logistic(1, 16), np.arange(17) / 16),
        (Logistic(1, 255), np.arange(256) / 255),
        (Categorical(3), np.eye(3)),
    ],
)
def test_probabilities_sum_to_1_and_draws_have_them(block, values):
    parameters = RANDOM.normal(size=(20, block.parameters)).astype("float32")
    x = np.asarray(values, "float32").reshape(len(values), 1, -1)  # (values, 1, width)
    probabilities = np.exp(block.log_prob(x, parameters))  # (values, 20)
    np.testing.assert_allclose(probabilities.sum(axis=0), 1, rtol=1e-5)
    repeated = tf.constant(np.repeat(parameters[:1], 20_000, axis=0))
    drawn = block.draw(repeated, (0, 1)).numpy()
    found = (np.abs(drawn[None] - x).max(axis=-1) < 1e-4).mean(axis=1)
    np.testing.assert_allclose(found, probabilities[:, 0], atol=0.015)


def test_a_binomial_against_scipy():
    counts, logits = np.arange(17.0), np.linspace(-3, 3, 17).astype("float32")
    found = Binomial(17, 16).log_prob((counts / 16).astype("float32"), logits)
    expected = stats.binom.logpmf(counts, 16, 1 / (1 + np.exp(-logits))).sum()
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_a_logistic_against_scipy():
    """Also where the pixel is far from the middle, or the scale is much smaller than a level."""
    block = Logistic(1, 255)
    for value, middle, scale in ((0, -0.4, 0), (255, 0.2, -1), (100, -0.1, -2), (128, 0, -6)):
        parameters = np.array([middle, scale], "float32")
        found = float(block.log_prob(np.array([value / 255], "float32"), parameters))
        m, log_scale = (float(part[0]) for part in block.read(parameters))
        edges = np.array([value + 0.5, value - 0.5])
        upper, lower = stats.logistic.cdf(edges, m, np.exp(log_scale))
        upper, lower = 1.0 if value == 255 else upper, 0.0 if value == 0 else lower
        assert found == pytest.approx(np.log(upper - lower), rel=1e-3, abs=1e-4)


def test_columns_side_by_side():
    likelihood = Likelihood((("gaussian", 2), ("categorical", 3)))
    parameters = RANDOM.normal(size=(5, 7)).astype("float32")
    x = np.concatenate([RANDOM.normal(size=(5, 2)), np.eye(3)[[0, 1, 2, 0, 1]]], axis=1)
    x = x.astype("float32")
    mean, log_std = (part.numpy() for part in Gaussian(2).read(parameters[:, :4]))
    expected = stats.norm.logpdf(x[:, :2], mean, np.exp(log_std)).sum(axis=1)
    logits = parameters[:, 4:]
    expected += (x[:, 2:] * (logits - np.log(np.exp(logits).sum(axis=1))[:, None])).sum(axis=1)
    np.testing.assert_allclose(likelihood.log_prob(x, parameters), expected, rtol=1e-4)
    centre = likelihood.centre(parameters).numpy()
    np.testing.assert_allclose(centre[:, :2], mean)
    assert (centre[:, 2:].argmax(axis=1) == logits.argmax(axis=1)).all()
    drawn = likelihood.draw(tf.constant(np.repeat(parameters[:1], 9000, axis=0)), 3).numpy()
    np.testing.assert_allclose(drawn[:, :2].std(axis=0), np.exp(log_std[0]), rtol=0.05)
