"""The column to predict: whether that is a regression or a classification."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.columns import kind_of, label_of, row_number
from errors import UserError, nearest

MAX_INTEGER_CLASSES = 20  # whole numbers with more distinct values are counts or measurements
MIN_CLASS_ROWS = 3  # one each for training, validation and test
EXACT = 2**53  # floats below are whole numbers one by one
LARGEST = float(np.finfo("float32").max)  # networks compute in float32


def drop_missing_targets(frame, names):
    """Leave out the rows whose target is missing, in any of the columns `names`.

    Returns: `(frame, remarks)`. Rows keep their labels, by which errors find them in the file.

    Raises:
        UserError: the table has no such column.
    """
    for name in names:
        check_name(frame, name)
    kept = frame.dropna(subset=list(names))
    return kept, missing_told(len(frame) - len(kept), len(frame), names)


def describe_target(frame, name, task="auto"):
    """Decide what to predict: a number (regression) or a class (classification).

    Text and True/False are classes, fractions are numbers. Whole numbers are classes where they are few (at most
    20 distinct, and more than 5 rows for each), else numbers.

    Args:
        frame: the table; rows whose target is missing don't count.
        name: of the column.
        task: "auto", or "regression" or "classification" to decide otherwise.

    Returns: `(classes, remark)`: the sorted labels as str, int, float or bool, () for a regression; and a sentence
    that says what was found.

    Raises:
        UserError: the column doesn't exist or cannot be learned from.
    """
    check_task(task)
    check_name(frame, name)
    values = _native(frame[name].dropna())
    if values.dtype != object:
        _check_finite(name, values)
    counts = values.value_counts()
    content = {"O": "text", "b": "boolean", "i": "whole", "f": "fraction"}[values.dtype.kind]
    if content == "text" and kind_of(frame[name]) == "date":
        content = "date"
    facts = TargetFacts(
        content,
        dict(zip(counts.index.tolist(), counts.tolist(), strict=True)),
        len(values),
        _first_text(values),
    )
    return decide(name, facts, task)


class TargetFacts(NamedTuple):
    """What decides whether a target is a regression or a classification.

    Args:
        content: "text", "date", "boolean", "whole" (numbers) or "fraction".
        counts: how often each value occurs, the most frequent first.
        rows: that have the target.
        first_text: the sentence on the value that made it text, "" where it is meant to be.
        complete: whether the counts hold every value; there may be too many.
    """

    content: str
    counts: dict
    rows: int
    first_text: str = ""
    complete: bool = True


def check_task(task):
    if task not in ("auto", "regression", "classification"):
        close = nearest(task, ["regression", "classification"])
        raise UserError(f"A task is auto, regression or classification. Received: {task!r}.{close}")


def decide(name, facts, task):
    """`describe_target` by the `TargetFacts`."""
    if not facts.rows:
        raise UserError(f"Target '{name}' is missing in every row. Choose another column.")
    distinct = len(facts.counts)
    if distinct == 1:
        value = next(iter(facts.counts))
        raise UserError(
            f"Target '{name}' is {value!r} in every row, there is nothing to learn. Choose another column."
        )
    is_text, whole = facts.content in ("text", "date"), facts.content == "whole"
    few = whole and facts.complete and distinct <= MAX_INTEGER_CLASSES and distinct < facts.rows / 5
    if task == "regression" or (
        task == "auto" and not (is_text or facts.content == "boolean" or few)
    ):
        if is_text:
            raise UserError(
                f"Target '{name}' is text, a regression wants numbers.{facts.first_text}"
            )
        return (
            (),
            f"{name}: regression ({'' if facts.complete else 'more than '}{distinct} distinct numbers)",
        )
    if task == "auto" and facts.content == "date":
        raise UserError(
            f"Target '{name}' is a date, wanted a number or a class. Make it a number, such as days since a first date."
        )
    _check_classes(name, facts)
    classes = tuple(sorted(facts.counts))
    why = {"whole": "whole numbers", "boolean": "true or false", "fraction": "as asked for"}.get(
        facts.content, "text"
    )
    return classes, f"{name}: classification, {len(classes)} classes ({why})"


def target_values(frame, name, classes):
    """Take the values of a target from a table, the one of the training or a new one.

    Args:
        frame: the table, without rows whose target is missing.
        name: of the column.
        classes: from `describe_target`.

    Returns: `(rows,)`: labels of the type that `classes` have, or float64 for a regression.

    Raises:
        UserError: a value is not one of the classes, or not a finite number.
    """
    check_name(frame, name)
    values = frame[name]
    if not classes:
        values = _native(values)
        if values.dtype == object:
            raise UserError(
                f"Target '{name}' is text, a regression wants numbers.{_first_text(values)}"
            )
        _check_finite(name, values)
        return values.to_numpy("float64")
    of_text = isinstance(classes[0], str)
    codes, found = pd.factorize(values)
    labels = list(map(label_of, found.astype(object)) if of_text else found.tolist())
    unknown = np.array([label not in classes for label in labels], bool)[codes]
    if unknown.any():
        label, row = labels[codes[unknown][0]], row_number(values.index[unknown][0])
        known = ", ".join(map(str, classes[:20]))
        raise UserError(
            f"Target '{name}' has {label!r} in row {row}, which is not a class of the training: {known}."
        )
    return np.array(labels, object if of_text else type(classes[0]))[codes]


def _native(values):
    """A column without missing values as bool, int64, float64 or object (of str)."""
    kind = kind_of(values)
    if kind != "number":
        return values.astype(object).map(label_of).astype(object)
    if values.map(lambda value: isinstance(value, bool)).all():
        return values.astype(bool)
    numbers = pd.to_numeric(values).astype("float64" if values.dtype == object else values.dtype)
    # A float beyond 2^53 is whole, but not a count; beyond 2^63 it would not fit. inf % 1 is nan.
    whole = pd.api.types.is_integer_dtype(numbers.dtype) or bool(
        (numbers % 1 == 0).all() and numbers.abs().max() < EXACT
    )
    return numbers.astype("int64" if whole else "float64")


def check_name(frame, name):
    if name not in frame.columns:
        names = [str(column) for column in frame.columns]
        raise UserError(
            f"There is no column '{name}' to predict.{nearest(name, names)} The table has: {', '.join(names[:20])}."
        )


def _check_finite(name, values):
    infinite = values.abs() > LARGEST
    if infinite.any():
        raise infinite_told(name, values.index[infinite][0])


def _check_classes(name, facts):
    counts = facts.counts
    # A stratified split needs a row of each class in the smallest part, the fifth that validates.
    if (
        len(counts) > math.ceil(0.2 * (facts.rows - math.ceil(0.2 * facts.rows)))
        or not facts.complete
    ):
        hint = "Choose another column" if facts.content in ("text", "date") else "Choose regression"
        number = len(counts) if facts.complete else f"more than {len(counts)}"
        raise UserError(
            f"Target '{name}' has {number} classes in {facts.rows} rows, too many to learn.{facts.first_text} "
            f"{hint}, or join classes."
        )
    label = list(counts)[-1]
    if (rows := counts[label]) < MIN_CLASS_ROWS:
        raise UserError(
            f"Target '{name}' has the class {label!r} in {rows} row{'s' * (rows > 1)} only, wanted at least "
            f"{MIN_CLASS_ROWS}. Remove the rows, join it with another class, or add rows.{facts.first_text}"
        )


def _first_text(values):
    """Where most of a column is numbers, the value that made it text is likely a slip."""
    if values.dtype != object or values.empty:
        return ""
    texts = pd.to_numeric(values, errors="coerce").isna()
    row = texts.idxmax()
    return slip_told(texts.mean(), values[row], row)


def slip_told(share, value, label):
    """The sentence on the first text in a column, given the share of texts, for `TargetFacts.first_text`."""
    slip = 0 < share <= 0.5
    return (
        f" Most of it is numbers; the first that isn't one is {value!r} in row {row_number(label)}."
        if slip
        else ""
    )


def missing_told(dropped, rows, names):
    """The remarks on rows that were left out since their target is missing."""
    listed = ", ".join(f"'{name}'" for name in names)
    return [f"left out {dropped} of {rows} rows, where {listed} is missing"] if dropped else []


def infinite_told(name, label):
    return UserError(
        f"Target '{name}' is infinite in row {row_number(label)}, or too large for float32. Remove that row."
    )
