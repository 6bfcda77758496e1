"""Forecasters: the seasonal naive start, shapes, instance normalisation, windows, intervals."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from datasets.dataset import Column
from models.forecaster import LAST, NETWORKS, forecaster, window_encoder, with_intervals
from models.sequence_layers import ReadWindow

# Weights beside those of the linear model, of 8 units that read 2 channels in 12 steps.
WEIGHTS = {
    "linear": 0,
    "gru": (2 * 8 + 8) + 3 * 8 * (8 + 8 + 2),
    "lstm": (2 * 8 + 8) + 4 * 8 * (8 + 8 + 1),
    "cnn": (3 * 2 * 8 + 8) + 2 * (3 * 8 * 8 + 8),
    "transformer": (2 * 8 + 8) + 2 * (4 * 72 + 32 + (8 * 32 + 32) + (32 * 8 + 8)) + 16,
}
HEAD = (8 + 3) * 8 + 8 + 8 * 3 + 3  # a dense layer that also sees 3 known steps, and the last one


def draw(rows=4, window=12, channels=2):
    return np.random.default_rng(0).normal(size=(rows, window, channels)).astype("float32")


def build(network="linear"):
    return forecaster(12, 3, 2, 1, season=4, known=1, network=network, units=8)


def randomise(model):
    random = np.random.default_rng(1)
    model.set_weights([0.3 * random.normal(size=w.shape) for w in model.get_weights()])


@pytest.mark.parametrize("network", WEIGHTS)
def test_builders(network, tmp_path):
    model, x = build(network), {"history": draw(), "known": draw(4, 3, 1)}
    linear = (12 + 12 + 3) * 3 + 3  # target, known column in the past, known column ahead
    assert model.count_params() == linear + WEIGHTS[network] + HEAD * (network != "linear")
    # A new forecaster repeats the last season.
    np.testing.assert_allclose(model.predict(x, verbose=0), x["history"][:, 8:11, :1], atol=1e-6)
    randomise(model)
    answers = model.predict(x, verbose=0)
    assert answers.shape == (4, 3, 1)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded.predict(x, verbose=0), answers, atol=1e-5)


@pytest.mark.parametrize("network", WEIGHTS)
def test_a_shifted_history_has_a_shifted_forecast(network):
    model, x = build(network), {"history": draw(), "known": draw(4, 3, 1)}
    randomise(model)
    shifted = {name: values + 5 for name, values in x.items()}
    np.testing.assert_allclose(model(shifted), model(x) + 5, atol=1e-4)


@pytest.mark.parametrize("network", NETWORKS)
def test_what_a_network_adds_grows_with_the_history(network):
    model = forecaster(12, 3, 1, 1, network=network, units=8)
    randomise(model)
    model.get_layer("linear_1").set_weights([np.zeros((12, 3)), np.zeros(3)])
    x = draw(channels=1)
    found, ten_times = (model({"history": values}) for values in (x, 10 * x))
    np.testing.assert_allclose(ten_times, 10 * found, rtol=1e-3, atol=1e-3)


def test_a_season_longer_than_the_horizon_and_shorter_than_it():
    x = draw(channels=1)
    for season, expected in ((10, [2, 3, 4]), (2, [10, 11, 10]), (1, [11, 11, 11])):
        found = forecaster(12, 3, 1, 1, season=season)({"history": x})
        np.testing.assert_allclose(found, x[:, expected], atol=1e-6)


def test_the_window_ends_a_history_of_any_length():
    layer = ReadWindow((10.0, 0.0), (2.0, 1.0), 12)
    x = draw(4, 30) * 3 + 7
    x[:, 20, 0], x[:, -1, 1] = np.nan, np.nan
    found = layer(tf.constant(x)).numpy()
    np.testing.assert_allclose(found, layer(tf.constant(x[:, -12:])), atol=1e-6)
    scaled = (x[:, -12:] - [10, 0]) / [2, 1]
    scaled[:, 2, 0] = (scaled[:, 1, 0] + scaled[:, 3, 0]) / 2  # between its neighbours
    scaled[:, -1, 1] = scaled[:, -2, 1]  # at the end the last known one
    np.testing.assert_allclose(found, scaled, atol=1e-5)
    with pytest.raises(tf.errors.InvalidArgumentError, match="shorter than the window of 12"):
        layer(tf.constant(x[:, :11]))


def test_logarithms_of_the_first_channels():
    x = np.exp(draw()) - 0.1
    x[0, 5, 0] = -1.0  # has none: missing
    found = ReadWindow((0.0, 1.0), (1.0, 2.0), 12, logs=1)(tf.constant(x)).numpy()
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(found[1:, :, 0], np.log(x[1:, :, 0]), atol=1e-5)
    assert found[0, 5, 0] == pytest.approx((found[0, 4, 0] + found[0, 6, 0]) / 2, abs=1e-5)
    np.testing.assert_allclose(found[:, :, 1], (x[:, :, 1] - 1) / 2, atol=1e-6)


@pytest.mark.parametrize("log", [False, True])
def test_intervals_are_in_raw_units(log):
    column = Column("history", "history", mean=(3.0,), std=(2.0,), shape=(None, 1))
    encoder = window_encoder((column,), 12, int(log))
    widths = np.array([[0.5], [1.0], [2.0]])
    model = with_intervals(encoder, forecaster(12, 3, 1, 1), [3.0], [2.0], widths, log)
    x = np.exp(draw(channels=1))
    z = (np.log(x) - 3) / 2 if log else (x - 3) / 2
    found = {name: np.asarray(y) for name, y in model({"history": x}).items()}
    size = z.std(axis=1, keepdims=True)
    for name, sign in (("lower", -1), ("mean", 0), ("upper", 1)):
        y = 3 + 2 * (z[:, -1:] + sign * size * widths)
        np.testing.assert_allclose(found[name], np.exp(y) if log else y, rtol=1e-4)


def test_the_last_layer_begins_as_zero():
    for network in NETWORKS:
        layer = forecaster(12, 3, 1, 1, network=network, units=8).get_layer(LAST)
        assert not np.any(layer.kernel) and not np.any(layer.bias)
