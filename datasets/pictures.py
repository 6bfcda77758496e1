"""Pictures in an array, each with a label, as a dataset."""

from dataclasses import replace

import numpy as np

from datasets.dataset import Column, Dataset, Split, Target
from datasets.split import split_at_random

SEED = 0  # of the random binarisation, which is the same in every run


def make_picture_dataset(
    source, images, labels, split_seed, target="label", max_pixel=255.0, remarks=()
):
    """Split pictures into train, validation and test with the same proportions of the classes.

    Args:
        source: where the pictures come from, in words.
        images: `(pictures, height, width, channels)`, any numeric type.
        labels: `(pictures,)`.
        split_seed: seed of the random split.
        target: name of the labels.
        max_pixel: largest possible value of a pixel.
        remarks: what the user should know about the pictures.
    """
    rows = Split({"image": images}, {target: labels})
    train, validation, test = split_at_random(rows, split_seed, stratify=labels)
    columns, targets = describe_pictures(images, labels, target, max_pixel)
    return Dataset(source, train, validation, test, columns, targets, remarks=tuple(remarks))


def describe_pictures(images, labels, target, max_pixel):
    """Return `(columns, targets)`, the descriptions of a picture and of its label."""
    column = Column(
        "image", "image", shape=images.shape[1:], dtype=str(images.dtype), max_pixel=max_pixel
    )
    return (column,), (Target(target, classes=tuple(sorted(set(labels.tolist())))),)


def binarise_pictures(data, at_random):
    """Return a dataset whose pixels are 0 or the largest value.

    Args:
        data: `datasets.dataset.Dataset` of pictures.
        at_random: a pixel is set with its grey value as the probability, drawn once, as in the
            binarised MNIST of Salakhutdinov and Murray (2008); otherwise if it is above the middle.
    """
    (column,) = data.columns
    random = np.random.default_rng(SEED)

    def binarise(split):
        x = split.inputs[column.name]
        limit = random.uniform(size=x.shape) if at_random else 0.5
        pixels = np.where(x > limit * column.max_pixel, column.max_pixel, 0).astype(x.dtype)
        return split._replace(inputs={column.name: pixels})

    parts = {name: binarise(getattr(data, name)) for name in ("train", "validation", "test")}
    how = "drawn once with its grey value as the probability" if at_random else "by threshold 0.5"
    remark = f"each pixel is 0 or {column.max_pixel:g}, {how}"
    return replace(data, **parts, remarks=(*data.remarks, remark))
