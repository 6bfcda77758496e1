"""Codes that keep neighbours together: the loss by its formula, deformed pictures, a short fit."""

import keras
import numpy as np
import pytest

from models.neighbour_embedding import (
    NeighbourEmbedding,
    code_encoder,
    contrast,
    deform_pictures,
)
from training.loop import Loop
from training.neighbours import find_neighbours


@pytest.mark.parametrize(
    ("features", "shape", "parameters"), [(5, (), 5 * 4 + 4 + 4 * 2 + 2), (16, (4, 4, 1), 48)]
)
def test_encoder(features, shape, parameters, tmp_path):
    model = code_encoder(features, 2, (4,), shape=shape, filters=(2,))
    assert model.count_params() == (parameters if not shape else 20 + 8 * 4 + 4 + 10)
    x = np.random.default_rng(0).random((3, features)).astype("float32")
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(x), model(x), atol=1e-6)


def test_loss_by_its_formula():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(2, 6, 3)).astype("float32")
    q = 1 / (1 + ((a[:, None] - b) ** 2).sum(axis=-1))
    expected = np.mean(-np.log(np.diag(q) / q.sum(axis=1)))
    assert float(contrast(a, b)) == pytest.approx(expected, rel=1e-5)


def test_deformed_pictures_keep_their_middle():
    random = keras.random.SeedGenerator(0)
    picture = np.zeros((5, 21, 21, 1), "float32")
    picture[:, 7:14, 7:14] = 1
    rows = picture.reshape(5, -1)
    moved = np.asarray(deform_pictures(rows, (21, 21, 1), random)).reshape(picture.shape)
    assert np.abs(moved - picture).max() > 0.5
    np.testing.assert_allclose(moved[:, 10, 10], 1, atol=1e-5)
    np.testing.assert_allclose(moved[:, 0, 0], 0, atol=1e-5)
    assert not np.allclose(moved[0], moved[1])


def test_neighbours():
    train, others = np.array([[0.0], [1.0], [3.0], [7.0]]), np.array([[6.0]])
    assert find_neighbours(train, others, 2).tolist() == [[1, 2], [0, 2], [1, 0], [2, 1], [3, 2]]


def test_a_short_fit_separates_groups():
    random = np.random.default_rng(0)
    groups = np.arange(120) % 3
    rows = (random.normal(size=(120, 4)) + 6 * np.eye(3, 4)[groups]).astype("float32")
    near = find_neighbours(rows[:90], rows[90:], 5)
    keras.utils.set_random_seed(0)
    model = NeighbourEmbedding(code_encoder(4, 2, (16,)), rows, near)
    model.compile(keras.optimizers.Adam(0.01))
    numbers = np.arange(120, dtype="int32")
    history = Loop(model, 30).fit((numbers[:90],), (numbers[90:],), 25, [])
    assert history["val_loss"][-1] < history["val_loss"][0] - 0.15
    code = np.asarray(model(rows))
    centres = np.stack([code[groups == k].mean(axis=0) for k in range(3)])
    distances = ((code[:, None] - centres) ** 2).sum(axis=-1)
    assert np.mean(distances.argmin(axis=1) == groups) > 0.97
