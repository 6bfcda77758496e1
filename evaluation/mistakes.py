"""The test rows that a network predicts worst, with all their columns."""

import numpy as np

ROWS = 10


def tabulate_mistakes(target, split, predictions):
    """Return rows of a table, the header first; [] if there is no mistake, or rows are pictures.

    For a classification the most confident mistakes, for a regression the largest errors.

    Args:
        target: `datasets.dataset.Target`.
        split: `datasets.dataset.Split`.
        predictions: `{output: (rows, ...)}`.
    """
    if np.ndim(predictions[target.name]) > 1 or any(
        np.ndim(values) > 1 for values in split.inputs.values()
    ):
        return []
    true, predicted = split.targets[target.name], predictions[target.name]
    if target.classes:
        size = predictions[f"{target.name}_probabilities"].max(axis=1) * (true != predicted)
    else:
        size = np.abs(np.asarray(true, "float64") - predicted)
    worst = [row for row in np.argsort(-size, kind="stable")[:ROWS] if size[row] > 0]
    columns = split.inputs | {"true": true, "predicted": predicted}
    columns |= {"confidence" if target.classes else "absolute error": size}
    rows = [[show(values[row]) for values in columns.values()] for row in worst]
    return [list(columns), *rows] if rows else []


def show(value):
    """Return a cell: six digits of a number, "" if it is missing; a date at midnight without its
    time."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.6g}"
    return value.removesuffix("T00:00:00") if isinstance(value, str) else value
