"""Columns that vary: a constant one has no density, and a picture of 0 and 1 has two values."""

from dataclasses import replace

import numpy as np

from datasets.dataset import list_names
from errors import UserError

SEED = 0  # of the random binarisation, which is the same in every run


def keep_varying(data):
    """Return a dataset without the columns that have the same value in all training rows.

    Args:
        data: `datasets.dataset.Dataset` without targets; pictures stay as they are.

    Raises: UserError if no column is left, or all training pictures are the same.
    """

    def varies(column):
        values = data.train.inputs[column.name]
        return bool((values[1:] != values[:1]).any())

    columns = tuple(filter(varies, data.columns))
    constant = [column.name for column in data.columns if column not in columns]
    if not columns:
        raise UserError(
            f"{data.source}: all training rows are the same. Constant: {list_names(constant)}"
        )
    if not constant:
        return data

    def keep(split):
        return split._replace(inputs={c.name: split.inputs[c.name] for c in columns})

    parts = {name: keep(getattr(data, name)) for name in ("train", "validation", "test")}
    remark = f"left out, constant: {list_names(constant)}"
    return replace(data, **parts, columns=columns, remarks=(*data.remarks, remark))


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
