"""The features of pictures on which samples are compared."""

import numpy as np

from evaluation.picture_features import PictureFeatures


def test_the_classes_are_a_linear_function_of_the_features():
    """Features come after the activation: they are what the last layer sees."""
    random = np.random.default_rng(0)
    pictures, labels = random.integers(0, 17, (40, 8, 8, 1)), np.arange(40) % 4
    network = PictureFeatures(pictures, labels, 16.0)
    features, numbers = network(pictures)
    assert features.shape == (40, 64) and (features >= 0).all() and (features > 0).any()
    kernel, bias = network.model.layers[-1].get_weights()
    np.testing.assert_array_equal((features @ kernel + bias).argmax(axis=1), numbers)
