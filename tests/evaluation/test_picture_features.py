"""The features of pictures on which samples are compared."""

import numpy as np
import pytest

from datasets.dataset import Column, Dataset, Split
from evaluation.picture_features import PictureFeatures
from evaluation.samples import choose_features


def draw_shapes(count, seed):
    """Return pictures of discs and bars of 16 x 16 pixels, and their labels."""
    random, labels = np.random.default_rng(seed), np.arange(count) % 2
    y, x = np.mgrid[:16, :16]
    pictures = []
    for label in labels:
        horizontal, vertical = random.uniform(4, 12, 2)
        disc = (x - horizontal) ** 2 + (y - vertical) ** 2 < random.uniform(2, 4) ** 2
        bar = np.abs(x - horizontal) < 1.2 if random.random() < 0.5 else np.abs(y - vertical) < 1.2
        pictures.append(random.uniform(120, 255) * (bar if label else disc))
    return np.stack(pictures)[..., None], np.array(["disc", "bar"])[labels]


@pytest.fixture(scope="module")
def network():
    return PictureFeatures(draw_shapes(128, 0), draw_shapes(60, 1), 255.0)


def test_few_pictures_are_shown_often_enough(network):
    """Eight epochs of 128 pictures are 16 steps, after which all pictures have the same class."""
    assert network.accuracy > 0.85 and network.largest_class == 0.5 and network.is_useful


def test_the_classes_are_a_linear_function_of_the_features(network):
    """Features come after the activation: they are what the last layer sees."""
    features, numbers = network(draw_shapes(40, 2)[0])
    assert features.shape == (40, 64) and (features >= 0).all() and (features > 0).any()
    kernel, bias = network.model.layers[-1].get_weights()
    np.testing.assert_array_equal((features @ kernel + bias).argmax(axis=1), numbers)


def test_pixels_if_the_labels_cannot_be_told_apart(monkeypatch):
    monkeypatch.setattr("evaluation.picture_features.STEPS", 20)
    random = np.random.default_rng(0)

    def split(rows):
        pictures = random.integers(0, 17, (rows, 8, 8, 1))
        return Split({"image": pictures}, {}, labels={"kind": random.permutation(rows) % 2})

    column = Column("image", "image", shape=(8, 8, 1), max_pixel=16.0)
    data = Dataset("noise", split(60), split(40), split(40), (column,))
    embed, name, labels, remarks = choose_features(data, lambda x: x["image"].reshape(-1, 64) / 16)
    assert name == "pixels" and labels is None and embed(data.test.inputs)[0].shape == (40, 64)
    assert "compared by their pixels: a classifier of 'kind' is right for" in remarks[0]
