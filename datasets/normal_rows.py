"""Rows that are normal train and calibrate; all others, the anomalies, only test."""

import math
from dataclasses import replace

import numpy as np
from sklearn.ensemble import IsolationForest

from datasets.columns import describe_columns
from datasets.dataset import join_splits
from datasets.labels import to_label
from errors import UserError, suggest

ANOMALY = "anomaly"  # name of the label of the test rows
FEWEST = 20  # normal rows that train, and that calibrate
MOST_ANOMALIES = 10_000  # that test; scikit-learn's detectors take minutes for more


def keep_normal(data, normal=(), anomalies=(), contamination=0.0, false_alarms=1.0):
    """Return a dataset without targets whose training and validation rows are all normal.

    The anomalies among them move to the test rows, whose label `anomaly` is "yes" or "no". Without
    labels all rows count as normal. With a contamination, labels only test: the training and
    validation rows lose the share of them that looks most unusual, whatever their label.

    Args:
        data: `datasets.dataset.Dataset` without targets, with at most one label.
        normal: labels that are normal; () for all but the anomalies.
        anomalies: labels that are anomalies; () for all but the normal ones.
        contamination: share of the rows that may be anomalies, unknown which; 0 for none.
        false_alarms: share of normal rows that may be called anomalies; a remark says if there are
            too few normal rows for it.

    Raises: UserError for a label that is not there, or for too few normal rows.
    """
    parts = [data.train, data.validation, data.test]
    held_out = (1 - contamination) * data.validation.rows / sum(part.rows for part in parts)

    def check(data):
        return remark_on_limit(check_rows(data, held_out), held_out, false_alarms)

    if not data.test.labels:
        if normal or anomalies:
            raise UserError("--normal and --anomalies need labels: give --label COLUMN")
        data = replace(data, test=mark(data.test, np.zeros(data.test.rows, bool)))
        return check(drop_unusual(data, contamination))
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
    if contamination:
        data = replace(data, train=train, validation=validation, test=test)
        return check(drop_unusual(data, contamination))
    moved = [part.take(odd) for part, odd in zip(splits[:2], unusual[:2], strict=True)]
    train, validation = train.take(~unusual[0]), validation.take(~unusual[1])
    data = limit_anomalies(replace(data, test=join_splits(test, *moved)))
    return check(replace(describe(data, train), validation=validation))


def limit_anomalies(data):
    """Return the data with at most `MOST_ANOMALIES` of them to test."""
    numbers = np.flatnonzero(data.test.labels[ANOMALY] == "yes")
    if len(numbers) <= MOST_ANOMALIES:
        return data
    test = data.test.take(np.delete(np.arange(data.test.rows), numbers[MOST_ANOMALIES:]))
    remark = f"{MOST_ANOMALIES} of {len(numbers)} anomalies test: enough for all scores"
    return replace(data, test=test, remarks=(*data.remarks, remark))


def describe(data, train):
    """Return the data with new training rows, and columns scaled by them: scaling must not know
    the anomalies."""
    if any(column.shape for column in data.columns):
        return replace(data, train=train)
    return replace(data, train=train, columns=describe_columns(train.inputs, data.columns))


def drop_unusual(data, share):
    """Return the data without the share of training and validation rows that an isolation forest
    finds most unusual.

    Source: F. T. Liu et al., Isolation Forest, ICDM 2008.
    """
    if not share:
        return data
    rows = join_splits(data.train, data.validation)
    parts = []
    for column in data.columns:
        values = rows.inputs[column.name]
        if column.kind in ("number", "image"):
            parts.append(np.nan_to_num(np.asarray(values, "float64").reshape(len(values), -1)))
        elif column.kind == "category":
            parts.append(np.stack([values == word for word in column.vocabulary], axis=1))
    if not parts:
        return data
    x = np.concatenate(parts, axis=1)
    usual = IsolationForest(random_state=0).fit(x).score_samples(x)
    keep = usual > np.quantile(usual, share)
    train = data.train.take(keep[: data.train.rows])
    validation = data.validation.take(keep[data.train.rows :])
    remark = (
        f"{int(np.sum(~keep))} of {rows.rows} rows look most unusual and are left out of the "
        f"training (--contamination {share:g})"
    )
    data = replace(describe(data, train), validation=validation)
    return replace(data, remarks=(*data.remarks, remark))


def mark(split, unusual):
    """Return a split with one label: whether each row is an anomaly."""
    return split._replace(labels={ANOMALY: np.where(unusual, "yes", "no")})


def check_rows(data, held_out):
    """Return the data; raise UserError if too few rows are normal.

    Args:
        data: `datasets.dataset.Dataset` whose anomalies only test.
        held_out: share of all normal rows that are held out, to calibrate.
    """
    for part, rows in (("train", data.train.rows), ("calibrate", data.validation.rows)):
        if rows < FEWEST:
            raise UserError(
                f"{rows} normal rows to {part}; expected at least {FEWEST}. That takes about "
                f"{count_all(FEWEST, held_out)} normal rows in all. Add rows"
            )
    return data


def remark_on_limit(data, held_out, false_alarms):
    """Return the data, with a remark if no row can be called an anomaly, whatever its score."""
    needed = count_needed(false_alarms)
    if data.validation.rows >= needed:
        return data
    remark = (
        f"no row can be called an anomaly at --false-alarms {false_alarms:g}: that takes {needed} "
        f"held-out normal rows, about {count_all(needed, held_out)} normal rows in all, and "
        f"{data.validation.rows} are held out. {suggest_more(data.validation.rows)}"
    )
    return replace(data, remarks=(*data.remarks, remark))


def count_needed(false_alarms):
    """Return the fewest held-out normal rows n whose smallest p-value, 1 / (n + 1), is small
    enough for a row to be called an anomaly."""
    return max(0, math.ceil(1 / false_alarms - 1e-9) - 1)


def suggest_more(rows):
    """Return what to try with this number of held-out normal rows: their smallest p-value, rounded
    up to two digits."""
    p = 1 / (rows + 1)
    digit = 10.0 ** (math.floor(math.log10(p)) - 1)
    return f"Try --false-alarms {math.ceil(p / digit - 1e-9) * digit:.2g}, or add normal rows"


def count_all(needed, held_out):
    """Return the number of rows of which a share that is held out has the needed number."""
    return math.ceil(needed / held_out - 1e-9) if held_out else needed
