"""Rows of numbers without answers, and the scales on which a density is fitted to them.

A picture is a row of its pixels. Whole numbers n are spread over [n, n + 1) by uniform noise: a
density of single points would be infinite.
"""

from dataclasses import replace

import numpy as np

from datasets.complete_rows import TAKEN, keep_complete, list_whole
from datasets.dataset import list_names

SHIFTS = 8  # points of [n, n + 1) at which the density of a whole number is taken


def keep_numbers(data):
    """Return a `Dataset` with its number columns alone, without rows that miss a value."""
    data = keep_complete(data, ("number",), (*TAKEN, "log_prob"))
    if whole := list_whole(data):
        remark = f"whole numbers, spread over [n, n + 1) by uniform noise: {list_names(whole)}"
        data = replace(data, remarks=(*data.remarks, remark))
    return data


def find_whole(data):
    """Return for each number of a row whether all its values are whole numbers, a tuple."""
    names = list_whole(data)
    return tuple(c.name in names for c in data.columns for _ in range(int(np.prod(c.shape))))


def stack_columns(inputs, columns):
    """Return `{column: (rows, ...)}` as one array, `(rows, numbers)`, in float64."""
    parts = [np.asarray(inputs[c.name], "float64") for c in columns]
    return np.concatenate([x.reshape(len(x), -1) for x in parts], axis=1)


def spread_whole(rows, whole, random):
    """Add uniform noise from [0, 1) to whole numbers, `(rows, numbers)`."""
    return rows + random.uniform(size=rows.shape) * np.array(whole)


def find_units(data):
    """Return the mean and the standard deviation of each number, `(numbers,)` each.

    For whole numbers, both describe the values after they are spread over [n, n + 1).
    """
    whole = np.array(find_whole(data))
    if data.columns[0].shape:
        pixels = stack_columns(data.train.inputs, data.columns)
        means, stds = pixels.mean(axis=0), pixels.std(axis=0)
    else:
        means, stds = np.array([[column.mean, column.std] for column in data.columns]).T
    return means + 0.5 * whole, np.sqrt(stds**2 + whole / 12)


def find_noise(data):
    """Return the width of the noise that spreads whole numbers, in standard deviations, one for
    each number of a row; () if none are whole."""
    whole = np.array(find_whole(data))
    return tuple((whole / find_units(data)[1]).tolist()) if whole.any() else ()


def choose_shifts(whole):
    """Return points in the cell of a row, `(points, numbers)`, where its density is averaged.

    The mean density over [n, n + 1) is the probability of n. The points are a Latin hypercube,
    always the same one, so that a row has the same probability whenever it is asked for; without
    whole numbers they are a single zero.
    """
    if not any(whole):
        return np.zeros((1, len(whole)))
    random = np.random.default_rng(0)
    places = np.stack([random.permutation(SHIFTS) for _ in whole], axis=1)
    return (places + 0.5) / SHIFTS * np.array(whole)


def find_middle(rows, whole):
    """Return the rows with the middle of [n, n + 1) for each whole number n."""
    return rows + 0.5 * np.array(whole)
