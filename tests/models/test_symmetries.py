"""Symmetries of pictures, and a network that recognises them."""

import keras
import numpy as np
import pytest

from models.symmetries import apply_symmetries, measure_surprise, symmetry_classifier


@pytest.mark.parametrize("shape, count", [((5, 5, 1), 8), ((4, 6, 3), 4)])
def test_all_symmetries_differ(shape, count):
    pictures = np.random.default_rng(0).random((2, *shape)).astype("float32")
    turned = np.asarray(apply_symmetries(pictures))
    assert turned.shape == (count, 2, *shape)
    np.testing.assert_array_equal(turned[0], pictures)
    assert len({picture.tobytes() for picture in turned[:, 0]}) == count


def test_classifier_and_surprise(tmp_path):
    model = symmetry_classifier((4, 4, 1), 8, filters=(4,))
    pictures = np.random.default_rng(0).random((6, 4, 4, 1)).astype("float32")
    assert model(pictures).shape == (6, 8)
    surprise = np.asarray(measure_surprise(model, pictures))
    turned = apply_symmetries(pictures)
    expected = np.mean(
        [-keras.ops.log_softmax(model(turned[k]))[:, k].numpy() for k in range(8)], axis=0
    )
    np.testing.assert_allclose(surprise, expected, rtol=1e-5)
    model.save(tmp_path / "model.keras")
    keras.models.load_model(tmp_path / "model.keras")
