"""The normalizing flow: inverse, Jacobian, first and saved weights, and a fit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.flow import Flow, choose_orders, start_from_gaussian
from training.loop import Loop


def build(features, coupling="spline", couplings=4):
    """Build a small flow with random weights, far from the identity."""
    model = Flow(features, couplings, (8,), "tanh", coupling, bins=5)
    random = np.random.default_rng(0)
    model.set_weights([
        w if w.dtype.kind != "f" else w + 0.2 * random.normal(size=w.shape).astype("float32")
        for w in model.get_weights()
    ])  # fmt: skip
    return model


def draw(rows, features, scale=1.5):
    return (scale * np.random.default_rng(1).normal(size=(rows, features))).astype("float32")


@pytest.mark.parametrize("coupling", ["spline", "affine"])
@pytest.mark.parametrize("features", [1, 2, 5])
def test_inverse_and_log_determinant(features, coupling):
    model, x = build(features, coupling), draw(40, features)
    with tf.GradientTape() as tape:
        rows = tf.constant(x)
        tape.watch(rows)
        z, log_determinant = model(rows)
    assert np.abs(z - x).max() > 0.1
    np.testing.assert_allclose(model.inverse(z), x, atol=1e-4)
    jacobian = tape.batch_jacobian(z, rows)
    expected = np.linalg.slogdet(np.asarray(jacobian, "float64"))[1]
    np.testing.assert_allclose(log_determinant, expected, atol=1e-4)


def test_tails_are_linear():
    model = build(2)
    x = np.array([[50.0, -70.0], [0.0, 1e6]], "float32")
    z, log_determinant = model(x)
    assert np.isfinite(log_determinant).all()
    np.testing.assert_allclose(model.inverse(z), x, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("coupling", ["spline", "affine"])
def test_it_begins_as_a_gaussian(coupling):
    from scipy.stats import multivariate_normal

    model, x = Flow(3, 2, (4,), coupling=coupling), draw(20, 3)
    z, log_determinant = model(x)
    np.testing.assert_allclose(z, x, atol=1e-5)
    np.testing.assert_allclose(log_determinant, 0, atol=1e-4)
    rows = draw(500, 3) @ np.array([[1, 0.5, 0], [0, 1, 0.9], [0, 0, 1]])
    rows -= rows.mean(axis=0)
    start_from_gaussian(model, rows, rows)
    expected = multivariate_normal(np.zeros(3), np.cov(rows.T)).logpdf(x)
    np.testing.assert_allclose(model.log_prob(x), expected, atol=1e-2)


def test_two_couplings_change_every_column():
    for features in (1, 2, 3, 6, 7):
        first, second = choose_orders(features, 2, seed=0)
        changed = {*first[features // 2 :], *second[features // 2 :]}
        assert changed == set(range(features))
    assert len(set(choose_orders(6, 6, seed=0))) == 6


def test_save_and_load(tmp_path):
    model, x = build(3), draw(10, 3)
    # The linear layer, and 1-8-(2 x 14) or its like for each coupling, and the noise's seed.
    assert model.linear.count_params() == 3 + 9
    assert [one.count_params() for one in model.couplings] == 4 * [(8 + 8) + (8 + 1) * 2 * 14]
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_allclose(loaded.log_prob(x), model.log_prob(x), atol=1e-5)
    np.testing.assert_allclose(loaded.inverse(x), model.inverse(x), atol=1e-5)


@pytest.mark.parametrize("xla", [False, True])
def test_a_fit_lowers_the_loss(xla):
    keras.utils.set_random_seed(0)
    x = draw(640, 2)
    x[:, 1] = np.abs(x[:, 0]) + 0.1 * x[:, 1]
    model = Flow(2, 2, (8,), bins=4, noise=(0.0, 0.1))
    model.compile(keras.optimizers.Adam(0.01))
    loop = Loop(model, 64, xla)
    before = loop.evaluate((x,))["loss"]
    assert before == pytest.approx(-np.mean(model.log_prob(x)), rel=1e-5)
    history = loop.fit((x,), (x,), 10, [])
    assert history["val_loss"][-1] < before - 0.4
