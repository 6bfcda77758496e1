"""Pictures in an array, with a label each, as a dataset."""

from datasets.dataset import Column, Dataset, Split, Target
from datasets.split import split


def picture_dataset(
    source, images, labels, split_seed, target="label", max_pixel=255.0, remarks=()
):
    """Split pictures into train, validation and test, keeping the share of each class.

    Args:
        source: where they come from, in words.
        images: `(pictures, height, width, channels)`, any type of number.
        labels: `(pictures,)`.
        split_seed: of the split.
        target: what the labels are called.
        max_pixel: largest value a pixel may have.
        remarks: for the user.
    """
    train, validation, test = split(
        Split({"image": images}, {target: labels}), split_seed, stratify=labels
    )
    columns, targets = picture_columns(images, labels, target, max_pixel)
    return Dataset(source, train, validation, test, columns, targets, remarks=tuple(remarks))


def picture_columns(images, labels, target, max_pixel):
    """Descriptions of a picture and its label."""
    column = Column(
        "image", "image", shape=images.shape[1:], dtype=str(images.dtype), max_pixel=max_pixel
    )
    return (column,), (Target(target, classes=tuple(sorted(set(labels.tolist())))),)
