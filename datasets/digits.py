"""Handwritten digits of 8 x 8 pixels from 0 to 16, which scikit-learn contains."""

import sklearn.datasets

from datasets.pictures import make_picture_dataset


def load_digits(split_seed):
    """Load 1797 pictures `(8, 8, 1)` and their digits.

    Source: UCI, Optical Recognition of Handwritten Digits.
    """
    data = sklearn.datasets.load_digits()
    images = data.images[..., None].astype("float32")
    source = "scikit-learn's digits, 8 x 8 pixels"
    return make_picture_dataset(source, images, data.target, split_seed, "digit", max_pixel=16.0)
