"""Exclusive or: the four rows of its truth table."""

import numpy as np

from datasets.columns import describe
from datasets.dataset import Dataset, Split, Target


def xor_table(outputs, copies):
    """(0, 0) -> 0, (0, 1) -> 1, (1, 0) -> 1, (1, 1) -> 0, as train, validation and test rows alike: there are no others.

    Args:
        outputs: names of the answers; each is the table's value, once for every copy.
        copies: of the answer, one for each network that learns it.
    """
    table = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]], "float32")
    inputs = {"x1": table[:, 0], "x2": table[:, 1]}
    rows = Split(inputs, {name: np.repeat(table[:, 2:], copies, axis=1) for name in outputs})
    columns = describe(inputs, {"x1": "number", "x2": "number"})
    return Dataset("the truth table of XOR", rows, rows, rows, columns, tuple(Target(name) for name in outputs))
