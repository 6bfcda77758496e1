"""The variational autoencoder: a linear one against its closed form, its training, its file."""

import keras
import numpy as np
import pytest
from scipy.stats import multivariate_normal

from models.vae import VAE, divergence

NUMBERS = (("gaussian", 3),)


def make_linear():
    """Return a VAE that is probabilistic PCA with its exact posterior, and its distribution.

    x = W z + b + noise has the posterior N(S W' (x - b) / s^2, S) with S = (1 + W'W / s^2)^-1,
    which is diagonal for orthogonal columns of W.
    """
    model = VAE(NUMBERS, latent=2, hidden=())
    w, b, std = np.array([[0.8, 0.1], [0.6, -0.2], [0, 0.5]]), np.array([0.3, -1, 2]), 0.4
    w[:, 1] -= w[:, 0] * (w[:, 0] @ w[:, 1]) / (w[:, 0] @ w[:, 0])
    variance = 1 / (1 + np.square(w).sum(axis=0) / std**2)
    kernel = w / std**2 * variance  # (features, latent)
    model.encoder.get_layer("mean").set_weights([kernel, -b @ kernel])
    raw = np.arctanh(np.log(variance) / 2 / 6) * 6  # `LARGEST_LOG_STD` bends it
    model.encoder.get_layer("raw_log_std").set_weights([np.zeros((3, 2)), raw])
    model.decoder.get_layer("means_0").set_weights([w.T, b])
    low = np.log(1e-3)
    raw = low + np.log(np.expm1(np.log(std) - low))
    model.decoder.get_layer("log_std_0").set_weights([np.full(3, raw)])
    return model, multivariate_normal(b, w @ w.T + std**2 * np.eye(3))


def test_a_linear_vae_has_the_density_of_probabilistic_pca():
    """With the exact posterior all importance weights are equal, and the bound is tight."""
    model, known = make_linear()
    x = known.rvs(200, random_state=0).astype("float32")
    scores = {name: np.asarray(values) for name, values in model.score(x, draws=500).items()}
    np.testing.assert_allclose(scores["log_prob"], known.logpdf(x), atol=2e-3)
    np.testing.assert_allclose(scores["elbo"], known.logpdf(x), atol=0.3)  # a mean of 500 draws
    difference = scores["reconstruction"] - scores["divergence"]
    np.testing.assert_allclose(scores["elbo"], difference, atol=1e-4)


def test_a_wrong_posterior_loosens_the_bound_but_not_the_weighted_estimate():
    model, known = make_linear()
    layer = model.encoder.get_layer("mean")
    layer.set_weights([layer.get_weights()[0], layer.get_weights()[1] + 0.15])
    x = known.rvs(200, random_state=0).astype("float32")
    scores = model.score(x, draws=2000)
    assert np.mean(scores["elbo"]) < known.logpdf(x).mean() - 0.05
    assert np.mean(scores["log_prob"]) == pytest.approx(known.logpdf(x).mean(), abs=0.03)


def test_a_rows_score_does_not_depend_on_the_rows_beside_it():
    model, known = make_linear()
    x = known.rvs(50, random_state=0).astype("float32")
    alone = model.score(x[7:8], draws=20)["log_prob"]
    np.testing.assert_allclose(model.score(x, draws=20)["log_prob"][7:8], alone, rtol=1e-5)


def test_divergence_by_integration():
    z = np.linspace(-12, 12, 100_001)
    q = np.exp(-((z - 0.7) ** 2) / 2 / 0.25) / (0.5 * np.sqrt(2 * np.pi))
    p = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    expected = np.sum(q[q > 0] * np.log(q[q > 0] / p[q > 0])) * (z[1] - z[0])
    assert float(divergence(0.7, float(np.log(0.5)))) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("blocks", "options", "parameters"),
    [
        (NUMBERS, {}, 3 * 8 + 8 + 2 * (8 * 2 + 2) + 2 * 8 + 8 + 8 * 3 + 3 + 3),
        (NUMBERS, {"spread": "row", "noise": (0.1, 0, 0)}, 68 + 24 + 8 * 6 + 6),
        ((("binomial", 3, 4),), {"free_bits": 0.1, "warm_up": 10}, 68 + 24 + 8 * 3 + 3),
    ],
)
def test_a_short_fit_and_a_file(blocks, options, parameters, tmp_path):
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    model = VAE(blocks, latent=2, hidden=(8,), **options)
    assert model.count_params() == parameters
    level = random.integers(0, 5, 256)[:, None]
    x = (np.clip(level + random.integers(-1, 2, (256, 3)), 0, 4) / 4).astype("float32")
    model.compile(keras.optimizers.Adam(0.02), jit_compile=False)
    loss = model.fit(x, batch_size=128, epochs=20, verbose=0).history["loss"]
    assert loss[-1] < loss[0] - 0.3
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(x), model(x), atol=1e-5)
    assert loaded.get_config() == model.get_config()


def test_free_bits_and_warm_up_keep_the_units_in_use():
    """Of noise, a code is worth nothing: it collapses unless it is free."""
    x = np.random.default_rng(0).normal(size=(512, 3)).astype("float32")
    used = {}
    for free_bits in (0.0, 0.3):
        keras.utils.set_random_seed(0)
        model = VAE(NUMBERS, latent=2, hidden=(8,), free_bits=free_bits, warm_up=5)
        model.compile(keras.optimizers.Adam(0.05), jit_compile=False)
        assert float(model.divergence_factor()) == 0
        history = model.fit(x, batch_size=256, epochs=30, verbose=0).history
        assert float(model.divergence_factor()) == 1
        used[free_bits] = history["divergence"][-1]
    assert used[0.3] > 0.4 and used[0.0] < 0.2
