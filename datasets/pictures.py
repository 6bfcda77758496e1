"""Pictures in an array, each with a label, as a dataset."""

from datasets.dataset import Column, Dataset, Split, Target
from datasets.split import split_at_random


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
