"""Rows without gaps, of the kinds of columns that a generative model can draw."""

from dataclasses import replace

import numpy as np

from datasets.columns import describe_columns
from datasets.dataset import list_names
from errors import UserError

# Inputs of the endpoints of generative models.
TAKEN = ("count", "seed", "latent", "label", "steps", "temperature", "level")

PLURALS = {"number": "numbers", "category": "categories"}


def keep_complete(data, kinds, taken=TAKEN):
    """Return a dataset with the columns of some kinds, without rows that miss a value.

    Args:
        data: `datasets.dataset.Dataset` without targets; pictures stay as they are.
        kinds: kinds of the columns that stay, e.g. ("number", "category").
        taken: names that no column may have.

    Raises: UserError if no column or too few rows are left.
    """
    if data.columns[0].shape:
        return data
    wanted = " or ".join(PLURALS[kind] for kind in kinds)
    columns = [column for column in data.columns if column.kind in kinds]
    others = [column.name for column in data.columns if column.kind not in kinds]
    if not columns:
        raise UserError(
            f"{data.source} has no column of {wanted} to model. It has: {list_names(others)}"
        )
    refuse_names(columns, taken)
    remarks = [f"left out, not {wanted}: {list_names(others)}"] if others else []
    parts, dropped = {}, 0
    for name in ("train", "validation", "test"):
        split = getattr(data, name)
        split = split._replace(inputs={c.name: split.inputs[c.name] for c in columns})
        complete = np.ones(split.rows, bool)
        for column in columns:
            if column.kind == "number":
                complete &= ~np.isnan(np.asarray(split.inputs[column.name], "float64"))
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
    return replace(data, **parts, columns=columns, remarks=(*data.remarks, *remarks))


def refuse_names(columns, taken):
    """Raise UserError if a column has one of the names that an endpoint needs for itself."""
    for column in columns:
        if column.name in taken:
            raise UserError(
                f"column '{column.name}' has the name of an input or output of an endpoint "
                f"({', '.join(taken)}). Rename it"
            )


def list_whole(data):
    """Return the names of the columns of numbers and pictures whose values all are whole."""

    def is_whole(name):
        parts = (np.asarray(part.inputs[name]) for part in (data.train, data.validation))
        return all(x.dtype.kind in "biu" or (x == np.round(x)).all() for x in parts)

    return tuple(c.name for c in data.columns if c.kind in ("number", "image") and is_whole(c.name))
