"""The column to predict: whether it is a regression or a classification, and its values."""

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.columns import infer_kind, to_row_number
from datasets.labels import match_labels, to_label
from errors import UserError, suggest

MAX_INTEGER_CLASSES = 20  # integers with more distinct values are counts or measurements
MIN_CLASS_ROWS = 3  # one row each for training, validation and test
EXACT = 2**53  # below, floats can represent every integer
LARGEST = float(np.finfo("float32").max)  # networks compute in float32
LISTED = 20  # names in an error
TASKS = ("auto", "regression", "classification")


def drop_missing_targets(frame, names):
    """Leave out the rows in which a target is missing.

    Args:
        frame: `pandas.DataFrame`.
        names: names of the targets.

    Returns: `(frame, remarks)`. Rows keep their labels, from which errors get the row numbers.

    Raises: UserError if a column does not exist.
    """
    for name in names:
        check_column_exists(frame.columns, name)
    kept = frame.dropna(subset=list(names))
    return kept, describe_missing(len(frame) - len(kept), len(frame), names)


def describe_target(frame, name, task="auto"):
    """Decide whether to predict a number (regression) or a class (classification).

    Text and True/False are classes, fractions are numbers. Integers are classes if there are at
    most 20 distinct ones and more than 5 rows per distinct one; otherwise they are numbers.

    Args:
        frame: `pandas.DataFrame`; rows in which the target is missing are ignored.
        name: name of the column.
        task: "regression", "classification", or "auto" to decide by the values.

    Returns: `(classes, remark)`: the sorted labels as str, int, float or bool, () for a regression;
    and a sentence that describes the decision.

    Raises: UserError if the column does not exist or cannot be learned.
    """
    check_task(task)
    check_column_exists(frame.columns, name)
    values = to_native_type(frame[name].dropna())
    if values.dtype != object:
        check_finite(name, values)
    counts = values.value_counts()
    content = {"O": "text", "b": "boolean", "i": "integer", "f": "fraction"}[values.dtype.kind]
    if content == "text" and infer_kind(frame[name]) == "date":
        content = "date"
    facts = TargetFacts(
        content,
        dict(zip(counts.index.tolist(), counts.tolist(), strict=True)),
        len(values),
        explain_text(values),
    )
    return choose_classes(name, facts, task)


class TargetFacts(NamedTuple):
    """The facts that decide whether a target is a regression or a classification.

    Args:
        content: "text", "date", "boolean", "integer" or "fraction".
        counts: how often each value occurs, the most frequent first.
        rows: number of rows with the target.
        text_hint: sentence about the value that made a column of numbers text; "" if the column is
            meant to be text.
        complete: whether `counts` has every value; there may be too many.
    """

    content: str
    counts: dict
    rows: int
    text_hint: str = ""
    complete: bool = True


def check_task(task):
    """Raise UserError for an unknown task."""
    if task not in TASKS:
        raise UserError(
            f"the task must be auto, regression or classification. Received: {task!r}."
            f"{suggest(task, TASKS[1:])}"
        )


def choose_classes(name, facts, task):
    """Decide as `describe_target` does, from the `TargetFacts`."""
    if not facts.rows:
        raise UserError(f"Target '{name}' is missing in every row. Choose a different column")
    distinct = len(facts.counts)
    if distinct == 1:
        value = next(iter(facts.counts))
        raise UserError(
            f"Target '{name}' is {value!r} in every row; there is nothing to learn. "
            "Choose a different column"
        )
    if is_regression(facts, task):
        if facts.content in ("text", "date"):
            raise make_text_error(name, facts.text_hint)
        count = f"{'' if facts.complete else 'more than '}{distinct}"
        return (), f"{name}: regression ({count} distinct numbers)"
    if task == "auto" and facts.content == "date":
        raise UserError(
            f"Target '{name}' is a date; expected a number or a class. "
            "Convert it to a number, such as days since a first date"
        )
    check_classes(name, facts)
    reasons = {"integer": "whole numbers", "boolean": "true or false", "fraction": "as requested"}
    reason = reasons.get(facts.content, "text")
    classes = tuple(sorted(facts.counts))
    return classes, f"{name}: classification, {len(classes)} classes ({reason})"


def is_regression(facts, task):
    """Return whether the task, or the values if the task is "auto", is a regression."""
    if task != "auto":
        return task == "regression"
    distinct = len(facts.counts)
    few = facts.complete and distinct <= MAX_INTEGER_CLASSES and distinct < facts.rows / 5
    return facts.content == "fraction" or (facts.content == "integer" and not few)


def extract_target(frame, name, classes):
    """Return the values of a target in a table, of the training or new.

    Args:
        frame: `pandas.DataFrame` without rows in which the target is missing.
        name: name of the column.
        classes: classes from `describe_target`.

    Returns: `(rows,)`: labels of the same type as `classes`, or float64 for a regression.

    Raises: UserError if a value is not one of the classes, or not a finite number.
    """
    check_column_exists(frame.columns, name)
    values = frame[name]
    return extract_labels(name, values, classes) if classes else extract_numbers(name, values)


def extract_numbers(name, values):
    """Return the values of a regression target as float64."""
    values = to_native_type(values)
    if values.dtype == object:
        raise make_text_error(name, explain_text(values))
    check_finite(name, values)
    return values.to_numpy("float64")


def extract_labels(name, values, classes):
    """Return the values of a classification target; raise UserError for an unknown class."""
    is_text = isinstance(classes[0], str)
    codes, distinct = pd.factorize(values)
    labels = list(map(to_label, distinct.astype(object)) if is_text else distinct.tolist())
    known = match_labels(labels, classes) if is_text else {str(label): label for label in classes}
    labels = [known.get(label, label) for label in labels]
    unknown = np.array([label not in classes for label in labels], bool)[codes]
    if unknown.any():
        label, row = labels[codes[unknown][0]], to_row_number(values.index[unknown][0])
        raise UserError(
            f"Target '{name}' has {label!r} in row {row}, which is not a class of the training: "
            f"{', '.join(map(str, classes[:LISTED]))}"
        )
    return np.array(labels, object if is_text else type(classes[0]))[codes]


def to_native_type(values):
    """Convert a column without missing values to bool, int64, float64 or object (of str)."""
    if infer_kind(values) != "number":
        return values.astype(object).map(to_label).astype(object)
    if values.map(lambda value: isinstance(value, bool)).all():
        return values.astype(bool)
    numbers = pd.to_numeric(values).astype("float64" if values.dtype == object else values.dtype)
    # Floats beyond 2^53 are integers, but not counts; beyond 2^63 they do not fit. inf % 1 is NaN.
    is_integer = pd.api.types.is_integer_dtype(numbers.dtype) or bool(
        (numbers % 1 == 0).all() and numbers.abs().max() < EXACT
    )
    return numbers.astype("int64" if is_integer else "float64")


def check_column_exists(columns, name):
    """Raise UserError if the column to predict is not among a table's column names."""
    if name not in columns:
        names = [str(column) for column in columns]
        raise UserError(
            f"There is no column '{name}' to predict.{suggest(name, names)} "
            f"The table has: {', '.join(names[:LISTED])}"
        )


def check_finite(name, values):
    """Raise UserError for the first value of a target that is not a finite float32."""
    infinite = values.abs() > LARGEST
    if infinite.any():
        raise make_infinite_error(name, values.index[infinite][0])


def check_classes(name, facts):
    """Raise UserError for too many classes, or for a class with too few rows."""
    counts = facts.counts
    # A stratified split needs a row of each class in the smallest part, the fifth that validates.
    validation_rows = math.ceil(0.2 * (facts.rows - math.ceil(0.2 * facts.rows)))
    if len(counts) > validation_rows or not facts.complete:
        is_text = facts.content in ("text", "date")
        number = len(counts) if facts.complete else f"more than {len(counts)}"
        raise UserError(
            f"Target '{name}' has {number} classes in {facts.rows} rows, too many to learn."
            f"{facts.text_hint} Choose {'a different column' if is_text else 'regression'}, "
            "or combine classes"
        )
    label = list(counts)[-1]
    if (rows := counts[label]) < MIN_CLASS_ROWS:
        raise UserError(
            f"Target '{name}' has the class {label!r} in only {rows} row{'s' * (rows > 1)}; "
            f"expected at least {MIN_CLASS_ROWS}. Remove these rows, combine the class with "
            f"a different one, or add rows.{facts.text_hint}"
        )


def explain_text(values):
    """Return the `text_hint` of a column from `to_native_type`."""
    if values.dtype != object or values.empty:
        return ""
    is_text = pd.to_numeric(values, errors="coerce").isna()
    label = is_text.idxmax()
    return make_text_hint(is_text.mean(), values[label], label)


def make_text_hint(share, value, label):
    """Return the sentence about the first text in a column, which is likely a typing error.

    Args:
        share: share of text in the column; the hint is "" if it is more than half.
        value: the first text.
        label: label of its row.
    """
    if not 0 < share <= 0.5:
        return ""
    row = to_row_number(label)
    return f" Most values are numbers; the first that is not is {value!r} in row {row}."


def describe_missing(dropped, rows, names):
    """Return the remarks about rows that were left out because a target is missing."""
    listed = ", ".join(f"'{name}'" for name in names)
    return [f"left out {dropped} of {rows} rows in which {listed} is missing"] if dropped else []


def make_text_error(name, hint):
    """Return the UserError for a regression target that is text, with its `text_hint`."""
    return UserError(f"Target '{name}' is text; a regression needs numbers.{hint}")


def make_infinite_error(name, label):
    """Return the UserError for a target that is not a finite float32 in a row."""
    return UserError(
        f"Target '{name}' is infinite in row {to_row_number(label)}, or too large for float32. "
        "Remove that row"
    )
