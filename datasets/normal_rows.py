"""Rows that are normal train and calibrate; all others, the anomalies, only test."""

from dataclasses import replace

import numpy as np

from datasets.columns import describe_columns
from datasets.dataset import join_splits
from datasets.labels import to_label
from errors import UserError, suggest

ANOMALY = "anomaly"  # name of the label of the test rows
FEWEST = 20  # normal rows that train, and that calibrate


def keep_normal(data, normal=(), anomalies=()):
    """Return a dataset without targets whose training and validation rows are all normal.

    The anomalies among them move to the test rows, whose label `anomaly` is "yes" or "no". Without
    labels all rows count as normal.

    Args:
        data: `datasets.dataset.Dataset` without targets, with at most one label.
        normal: labels that are normal; () for all but the anomalies.
        anomalies: labels that are anomalies; () for all but the normal ones.

    Raises: UserError for a label that is not there, or for too few normal rows.
    """
    parts = [data.train, data.validation, data.test]
    if not data.test.labels:
        if normal or anomalies:
            raise UserError("--normal and --anomalies need labels: give --label COLUMN")
        return check_rows(replace(data, test=mark(data.test, np.zeros(data.test.rows, bool))))
    if bool(normal) == bool(anomalies):
        raise UserError(
            "give --normal or --anomalies: one of them must say which labels are normal"
        )
    ((name, _),) = data.test.labels.items()
    labels = [np.array([to_label(label) for label in part.labels[name]]) for part in parts]
    known = sorted(set(np.concatenate(labels).tolist()))
    for option, given in (("--normal", normal), ("--anomalies", anomalies)):
        for label in given:
            if label not in known:
                raise UserError(
                    f"{option}: the label {label!r} is not there.{suggest(label, known)} "
                    f"There are: {', '.join(known[:20])}"
                )
    unusual = [
        np.isin(found, anomalies) if anomalies else ~np.isin(found, normal) for found in labels
    ]
    splits = [mark(part, odd) for part, odd in zip(parts, unusual, strict=True)]
    train, validation, test = splits
    moved = [part.take(odd) for part, odd in zip(splits[:2], unusual[:2], strict=True)]
    train, validation = train.take(~unusual[0]), validation.take(~unusual[1])
    if not any(column.shape for column in data.columns):
        # Scaling must not know the anomalies.
        data = replace(data, columns=describe_columns(train.inputs, data.columns))
    test = join_splits(test, *moved)
    return check_rows(replace(data, train=train, validation=validation, test=test))


def mark(split, unusual):
    """Return a split with one label: whether each row is an anomaly."""
    return split._replace(labels={ANOMALY: np.where(unusual, "yes", "no")})


def check_rows(data):
    """Return the data; raise UserError if too few rows are normal."""
    for part, rows in (("train", data.train.rows), ("calibrate", data.validation.rows)):
        if rows < FEWEST:
            raise UserError(f"{rows} normal rows to {part}; expected at least {FEWEST}. Add rows")
    return data
