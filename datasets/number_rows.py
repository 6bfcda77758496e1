"""Rows of numbers without answers: a density in the plane, or the number columns of a table."""

from dataclasses import replace

import numpy as np

from datasets.columns import describe_columns
from datasets.dataset import Column, Dataset, Split, list_names
from datasets.densities import DENSITIES
from datasets.split import split_at_random
from datasets.table_file import is_table_name
from datasets.unlabelled import load_unlabelled
from errors import UserError, suggest

DEFAULT = "moons"
AXES = ("x", "y")
TAKEN = ("count", "seed", "latent")  # inputs of the endpoints `generate` and `decode`


def find_density(data):
    """Return the `Density` that `--data` names, None if it is a table."""
    return DENSITIES.get(data or DEFAULT)


def load_number_rows(data, label, samples, split_seed):
    """Draw points from a density, or read the number columns of a table.

    Args:
        data: "" for `moons`, a name in `datasets.densities.DENSITIES`, or a table.
        label: column of a table that is a label; "" for none.
        samples: number of points to draw from a density.
        split_seed: seed of the points and of the random split.

    Returns: a `datasets.dataset.Dataset` without targets, all of whose columns are numbers.

    Raises: UserError if `data` is neither, or a table has no column of numbers.
    """
    if density := find_density(data):
        if label:
            raise UserError(f"--label names a column of a table; {data or DEFAULT} has no label")
        return sample_density(density, samples, split_seed)
    if not (data.startswith("kaggle:") or is_table_name(data)):
        raise UserError(
            f"--data must be a table (CSV, Parquet) or one of {', '.join(DENSITIES)}. "
            f"Received: {data!r}.{suggest(data, DENSITIES)}"
        )
    return keep_numbers(load_unlabelled(data, label, split_seed))


def sample_density(density, samples, seed):
    """Return a `Dataset` of points drawn from a `Density`, columns x and y."""
    points = density.sample(samples, np.random.default_rng(seed)).astype("float32")
    rows = Split(dict(zip(AXES, points.T, strict=True)), {})
    train, validation, test = split_at_random(rows, seed)
    columns = describe_columns(train.inputs, [Column(name) for name in AXES])
    return Dataset(density.line, train, validation, test, columns)


def keep_numbers(data):
    """Return a `Dataset` with its number columns alone, without rows that miss a value."""
    columns = [column for column in data.columns if column.kind == "number"]
    others = [column.name for column in data.columns if column.kind != "number"]
    if not columns:
        raise UserError(
            f"{data.source} has no column of numbers to model. It has: {list_names(others)}"
        )
    for column in columns:
        if column.name in TAKEN:
            raise UserError(
                f"column '{column.name}' has the name of an input of an endpoint "
                f"({', '.join(TAKEN)}). Rename it"
            )
    remarks = [f"left out, not numbers: {list_names(others)}"] if others else []
    parts, dropped = {}, 0
    for name in ("train", "validation", "test"):
        split = getattr(data, name)
        split = split._replace(inputs={c.name: split.inputs[c.name] for c in columns})
        complete = ~np.isnan(stack_columns(split.inputs, columns)).any(axis=1)
        parts[name], dropped = split.take(complete), dropped + int(np.sum(~complete))
    if dropped:
        remarks.append(f"{dropped} rows miss a value and are left out")
    if min(split.rows for split in parts.values()) < 2:
        raise UserError(
            f"{data.source} has too few rows without missing values: "
            f"{', '.join(f'{part.rows} {name}' for name, part in parts.items())}. Add rows"
        )
    columns = describe_columns(
        parts["train"].inputs, [replace(column, has_missing=False) for column in columns]
    )
    data = replace(data, **parts, columns=columns, remarks=(*data.remarks, *remarks))
    if whole := [c.name for c, is_whole in zip(columns, find_whole(data), strict=True) if is_whole]:
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
