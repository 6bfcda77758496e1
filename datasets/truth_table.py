"""Exclusive or: the four rows of its truth table."""

import numpy as np

from datasets.columns import describe_columns
from datasets.dataset import Column, Dataset, Split, Target


def xor_table(outputs, copies, repeats=16):
    """Make the dataset (0, 0) -> 0, (0, 1) -> 1, (1, 0) -> 1, (1, 1) -> 0.

    There are no other rows, so the same ones train and test.

    Args:
        outputs: names of the targets; each is the table's value, once for every copy.
        copies: number of copies of the value, one for each network that learns it.
        repeats: repetitions of the table in a training epoch.
    """
    table = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], "float32")
    rows, repeated = (
        as_split(table, outputs, copies),
        as_split(np.tile(table, (repeats, 1)), outputs, copies),
    )
    columns = describe_columns(rows.inputs, [Column("x1"), Column("x2")])
    return Dataset(
        "the truth table of XOR",
        repeated,
        rows,
        rows,
        columns,
        tuple(Target(name) for name in outputs),
    )


def as_split(table, outputs, copies):
    """Turn rows of x1, x2, value into a split whose targets have shape `(rows, copies)`."""
    answers = np.repeat(table[:, 2:], copies, axis=1)
    return Split({"x1": table[:, 0], "x2": table[:, 1]}, dict.fromkeys(outputs, answers))
