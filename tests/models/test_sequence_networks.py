"""Networks for series: shapes, padding, gaps, the cells gate by gate, and maps of classes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from datasets.dataset import Column
from models.columns import column_encoder
from models.ensemble import average, ensemble
from models.gates import run_cell
from models.sequence import (
    convolutional_classifier,
    recurrent_classifier,
    transformer_classifier,
)
from models.sequence_layers import AugmentSequence, NormaliseSequence, interpolate
from models.sequence_views import class_activation_map, gates_over_time
from tests.checks import check_builder

# Small networks of two channels and the mask, for three classes; their numbers of weights.
NETWORKS = {
    "lstm": (lambda *a, **o: recurrent_classifier(*a, "lstm", 8, **o), 4 * 8 * 11 + 27),
    "gru": (lambda *a, **o: recurrent_classifier(*a, "gru", 8, **o), 3 * 8 * 12 + 27),
    "cnn": (lambda *a, **o: convolutional_classifier(*a, (8, 4), **o), 128 + 160 + 48 + 15),
    "transformer": (
        lambda *a, **o: transformer_classifier(*a, 8, 2, 1, **o),
        (16 * 8 + 8) + 16 + 4 * 72 + 16 + (8 * 32 + 32) + (32 * 8 + 8) + 16 + 27,
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_builders(name, tmp_path):
    build, parameters = NETWORKS[name]
    model = build((12, 3), 3)
    check_builder(model, (12, 3), (3,), parameters, "softmax", tmp_path)
    assert build((None, 3), 2).output_shape == (None, 1)  # two classes get a sigmoid


@pytest.mark.parametrize("name", NETWORKS)
def test_padding_changes_nothing(name):
    model = NETWORKS[name][0]((None, 3), 3, augment=0.1, warp=0.1, normalise=True)
    x = np.random.default_rng(0).normal(size=(4, 15, 3)).astype("float32")
    x[..., 2] = 1
    padded = np.concatenate([x, np.zeros((4, 9, 3), "float32")], axis=1)
    found = model(padded, training=False)
    np.testing.assert_allclose(found, model(x, training=False), atol=1e-5)
    assert np.abs(np.diff(found, axis=0)).max() > 1e-3


def test_padding_changes_no_training_step_of_batch_normalisation():
    x = np.random.default_rng(0).normal(size=(6, 10, 2)).astype("float32")
    x[..., 1] = 1
    padded = np.concatenate([x, np.zeros((6, 30, 2), "float32")], axis=1)
    model = convolutional_classifier((None, 2), 3, (4,))
    found = model(padded, training=True)
    np.testing.assert_allclose(found, model(x, training=True), atol=1e-5)


def test_gaps_are_interpolated_as_by_numpy():
    random = np.random.default_rng(0)
    x = random.normal(size=(50, 12, 2)).astype("float32")
    x[random.uniform(size=x.shape) < 0.5] = np.nan
    x[0, :, 0] = np.nan
    found, t = interpolate(tf.constant(x)).numpy(), np.arange(12)
    for row, channel in np.ndindex(50, 2):
        values = x[row, :, channel]
        known = ~np.isnan(values)
        expected = np.interp(t, t[known], values[known]) if known.any() else np.zeros(12)
        np.testing.assert_allclose(found[row, :, channel], expected, atol=1e-6)


@pytest.fixture
def encoder():
    columns = (
        Column("sequence", "sequence", mean=(10.0, 0.0), std=(2.0, 1.0), shape=(None, 2)),
        Column("length", dtype="int32", default=0),
    )
    return column_encoder(columns)


def test_the_encoder_scales_and_finds_the_end(encoder):
    x = np.full((3, 4, 2), np.nan, "float32")
    x[0], x[1, :3], x[2] = [14, 3], [[10, 1], [np.nan, 2], [14, 3]], [8, 5]
    found = encoder({"sequence": x, "length": np.array([0, 0, 2])}).numpy()
    np.testing.assert_array_equal(found[..., 2], [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0]])
    np.testing.assert_allclose(found[1, :3, 0], [0, 1, 2])
    np.testing.assert_allclose(found[2, :, 0], [-1, -1, 0, 0])
    assert not np.isnan(found).any()


def test_each_series_is_normalised():
    x = np.random.default_rng(0).normal(5, 3, size=(4, 9, 2)).astype("float32")
    inside = np.ones((4, 9, 1), "float32")
    inside[:, 6:] = 0
    found = NormaliseSequence()(x, inside).numpy()
    part = x[:, :6]
    expected = (part - part.mean(axis=1, keepdims=True)) / part.std(axis=1, keepdims=True)
    np.testing.assert_allclose(found[:, :6], expected, atol=1e-5)
    assert (found[:, 6:] == 0).all()


def test_augmentation_of_the_course_of_time():
    """A straight line stays one, with a slope that changes by at most the warp."""
    x = np.tile(np.arange(50, dtype="float32")[:, None], (200, 1, 1))
    inside = np.ones_like(x)
    layer = AugmentSequence(0.0, 0.2)
    np.testing.assert_array_equal(layer(x, inside, training=False), x)
    found = layer(x, inside, training=True).numpy()[..., 0]
    assert found.min() >= 0 and found.max() <= 49
    slopes = np.median(np.diff(found, axis=1), axis=1)
    assert 0.79 < slopes.min() < 0.85 and 1.15 < slopes.max() < 1.21


def test_augmentation_of_the_values():
    x, inside = np.ones((500, 40, 1), "float32"), np.ones((500, 40, 1), "float32")
    inside[:, 30:] = 0
    found = AugmentSequence(0.1, 0.0)(x * inside, inside, training=True).numpy()
    assert (found[:, 30:] == 0).all()
    means = found[:, :30].mean(axis=1)
    assert means.std() == pytest.approx(0.1, rel=0.15)  # the amplitude of each series
    within = (found[:, :30] - means[:, None]).std()
    assert within == pytest.approx(0.1, rel=0.05)  # the noise of each step


@pytest.mark.parametrize(("cell", "kind"), [("lstm", keras.layers.LSTM), ("gru", keras.layers.GRU)])
def test_the_cells_equal_those_of_keras(cell, kind):
    x = np.random.default_rng(0).normal(size=(5, 20, 3)).astype("float32")
    layer = kind(7, return_sequences=True, bias_initializer="random_normal")
    expected = layer(x).numpy()
    found = run_cell(cell, tf.constant(x), [tf.constant(w) for w in layer.get_weights()])
    assert np.abs(found["hidden"].numpy() - expected).max() < 1e-6
    gates = ("input", "forget", "output") if cell == "lstm" else ("update", "reset")
    for gate in gates:
        assert found[gate].numpy().min() > 0 and found[gate].numpy().max() < 1
    assert np.abs(found["candidate"].numpy()).max() < 1


def test_gates_of_a_network_end_in_the_state_that_decides():
    model = recurrent_classifier((None, 2), 3, "gru", 6)
    x = np.random.default_rng(0).normal(size=(4, 9, 2)).astype("float32")
    x[..., 1] = 1
    gates = gates_over_time(model)(tf.constant(x))
    kernel, bias = model.get_layer("probabilities").get_weights()
    last = gates["hidden"].numpy()[:, -1] @ kernel + bias
    expected = tf.nn.softmax(last).numpy()
    np.testing.assert_allclose(model(x, training=False), expected, atol=1e-6)


@pytest.mark.parametrize("classes", [2, 3])
def test_the_mean_of_a_map_is_the_score_of_its_class(classes):
    model = convolutional_classifier((None, 2), classes, (4, 3))
    x = np.random.default_rng(0).normal(size=(5, 8, 2)).astype("float32")
    x[..., 1] = 1
    x[:, 6:] = 0
    maps = class_activation_map(model)(tf.constant(x)).numpy()
    assert maps.shape == (5, 8, classes) and (maps[:, 6:] == 0).all()
    scores = maps[:, :6].mean(axis=1)  # the biases are 0 at the start
    found = model(x, training=False).numpy()
    if classes == 2:
        found = np.concatenate([1 - found, found], axis=1)
    np.testing.assert_allclose(tf.nn.softmax(scores), found, atol=1e-5)
    both = average(ensemble([model, convolutional_classifier((None, 2), classes, (4, 3))]),
                   {"y": "sigmoid" if classes == 2 else "softmax"})  # fmt: skip
    assert class_activation_map(both)(tf.constant(x)).shape == (5, 8, classes)
