"""Handwritten digits, 8 x 8 pixels of 0 to 16, that ship with scikit-learn."""

from sklearn.datasets import load_digits

from datasets.pictures import picture_dataset


def digits(split_seed):
    """1797 pictures `(8, 8, 1)` and their digits. Source: UCI, Optical Recognition of Handwritten Digits."""
    data = load_digits()
    images = data.images[..., None].astype("float32")
    return picture_dataset(
        "scikit-learn's digits, 8 x 8 pixels",
        images,
        data.target,
        split_seed,
        "digit",
        max_pixel=16.0,
    )
