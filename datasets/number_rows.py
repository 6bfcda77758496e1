"""Rows of numbers without answers, and the scales on which a density is fitted to them."""

from dataclasses import replace

import numpy as np

from datasets.complete_rows import keep_complete
from datasets.dataset import list_names


def keep_numbers(data):
    """Return a `Dataset` with its number columns alone, without rows that miss a value."""
    data = keep_complete(data, ("number",))
    if whole := [
        c.name for c, is_whole in zip(data.columns, find_whole(data), strict=True) if is_whole
    ]:
        remark = f"whole numbers, spread over [n, n + 1) by uniform noise: {list_names(whole)}"
        data = replace(data, remarks=(*data.remarks, remark))
    return data


def find_whole(data):
    """Return for each column whether all its values are whole numbers, a tuple."""
    values = [stack_columns(part.inputs, data.columns) for part in (data.train, data.validation)]
    rows = np.concatenate(values)
    return tuple((rows == np.round(rows)).all(axis=0).tolist())


def stack_columns(inputs, columns):
    """Return `{column: (rows,)}` as one array, `(rows, columns)`, in float64."""
    return np.stack([np.asarray(inputs[c.name], "float64") for c in columns], axis=-1)


def spread_whole(rows, whole, random):
    """Add uniform noise from [0, 1) to the columns of whole numbers, `(rows, columns)`."""
    return rows + random.uniform(size=rows.shape) * np.array(whole)


def find_units(data):
    """Return the mean and the standard deviation of each column, `(columns,)` each.

    For whole numbers, both describe the values after they are spread over [n, n + 1).
    """
    whole = np.array(find_whole(data))
    means, stds = np.array([[column.mean, column.std] for column in data.columns]).T
    return means + 0.5 * whole, np.sqrt(stds**2 + whole / 12)


def find_noise(data):
    """Return the width of the noise that spreads whole numbers, in standard deviations, a number
    a column; () if no column has whole numbers."""
    whole = np.array(find_whole(data))
    return tuple((whole / find_units(data)[1]).tolist()) if whole.any() else ()


def find_middle(rows, whole):
    """Return the rows with the middle of [n, n + 1) for each whole number n."""
    return rows + 0.5 * np.array(whole)
