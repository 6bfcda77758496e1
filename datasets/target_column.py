"""The column to predict: whether that is a regression or a classification."""

import math

import numpy as np
import pandas as pd

from datasets.columns import kind_of, label_of, row_number
from errors import UserError, nearest

MAX_INTEGER_CLASSES = 20  # whole numbers with more distinct values are counts or measurements
MIN_CLASS_ROWS = 3  # one each for training, validation and test
LARGEST = float(np.finfo("float32").max)  # networks compute in float32


def drop_missing_targets(frame, names):
    """Leave out the rows whose target is missing, in any of the columns `names`.

    Returns: `(frame, remarks)`. Rows keep their labels, by which errors find them in the file.

    Raises:
        UserError: the table has no such column.
    """
    for name in names:
        _check_name(frame, name)
    kept = frame.dropna(subset=list(names))
    dropped = len(frame) - len(kept)
    listed = ", ".join(f"'{name}'" for name in names)
    return kept, [f"left out {dropped} of {len(frame)} rows, where {listed} is missing"] if dropped else []


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
    if task not in ("auto", "regression", "classification"):
        close = nearest(task, ["regression", "classification"])
        raise UserError(f"A task is auto, regression or classification. Received: {task!r}.{close}")
    _check_name(frame, name)
    values = _native(frame[name].dropna())
    if values.empty:
        raise UserError(f"Target '{name}' is missing in every row. Choose another column.")
    is_text, is_bool = values.dtype == object, values.dtype == bool
    if not is_text:
        _check_finite(name, values)
    distinct = values.nunique()
    if distinct == 1:
        raise UserError(
            f"Target '{name}' is {values.tolist()[0]!r} in every row, there is nothing to learn. Choose another column."
        )

    whole = pd.api.types.is_integer_dtype(values.dtype)
    few = whole and distinct <= MAX_INTEGER_CLASSES and distinct < len(values) / 5
    if task == "regression" or (task == "auto" and not (is_text or is_bool or few)):
        if is_text:
            raise UserError(f"Target '{name}' is text, a regression wants numbers.{_first_text(values)}")
        return (), f"{name}: regression ({distinct} distinct numbers)"
    if task == "auto" and kind_of(frame[name]) == "date":
        raise UserError(
            f"Target '{name}' is a date, wanted a number or a class. Make it a number, such as days since a first date."
        )
    classes = tuple(sorted(values.unique().tolist()))
    _check_classes(name, values)
    why = "text" if is_text else "true or false" if is_bool else "whole numbers" if whole else "as asked for"
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
    _check_name(frame, name)
    values = frame[name]
    if not classes:
        values = _native(values)
        if values.dtype == object:
            raise UserError(f"Target '{name}' is text, a regression wants numbers.{_first_text(values)}")
        _check_finite(name, values)
        return values.to_numpy("float64")
    of_text = isinstance(classes[0], str)
    labels = values.astype(object)
    labels = labels.map(label_of) if of_text else labels
    unknown = ~labels.isin(classes)
    if unknown.any():
        label, row = labels[unknown].tolist()[0], row_number(labels.index[unknown][0])
        known = ", ".join(map(str, classes[:20]))
        raise UserError(f"Target '{name}' has {label!r} in row {row}, which is not a class of the training: {known}.")
    return labels.to_numpy(object if of_text else type(classes[0]))


def _native(values):
    """A column without missing values as bool, int64, float64 or object (of str)."""
    kind = kind_of(values)
    if kind != "number":
        return values.astype(object).map(label_of).astype(object)
    if values.map(lambda value: isinstance(value, bool)).all():
        return values.astype(bool)
    numbers = pd.to_numeric(values).astype("float64" if values.dtype == object else values.dtype)
    # A float beyond 2^53 is whole, but not a count; beyond 2^63 it would not fit. inf % 1 is nan.
    whole = pd.api.types.is_integer_dtype(numbers.dtype) or bool((numbers % 1 == 0).all() and numbers.abs().max() < 2**53)
    return numbers.astype("int64" if whole else "float64")


def _check_name(frame, name):
    if name not in frame.columns:
        names = [str(column) for column in frame.columns]
        raise UserError(
            f"There is no column '{name}' to predict.{nearest(name, names)} The table has: {', '.join(names[:20])}."
        )


def _check_finite(name, values):
    infinite = values.abs() > LARGEST
    if infinite.any():
        row = row_number(values.index[infinite][0])
        raise UserError(f"Target '{name}' is infinite in row {row}, or too large for float32. Remove that row.")


def _check_classes(name, values):
    counts = values.value_counts()
    # A stratified split needs a row of each class in the smallest part, the fifth that validates.
    if len(counts) > math.ceil(0.2 * (len(values) - math.ceil(0.2 * len(values)))):
        hint = "Choose regression" if values.dtype != object else "Choose another column"
        raise UserError(
            f"Target '{name}' has {len(counts)} classes in {len(values)} rows, too many to learn.{_first_text(values)} "
            f"{hint}, or join classes."
        )
    if counts.min() < MIN_CLASS_ROWS:
        label, rows = counts.index.tolist()[-1], int(counts.iloc[-1])
        raise UserError(
            f"Target '{name}' has the class {label!r} in {rows} row{'s' * (rows > 1)} only, wanted at least "
            f"{MIN_CLASS_ROWS}. Remove the rows, join it with another class, or add rows.{_first_text(values)}"
        )


def _first_text(values):
    """Where most of a column is numbers, the value that made it text is likely a slip."""
    if values.dtype != object:
        return ""
    texts = pd.to_numeric(values, errors="coerce").isna()
    if not 0 < texts.mean() <= 0.5:
        return ""
    row = texts.index[texts][0]
    return f" Most of it is numbers; the first that isn't one is {values[row]!r} in row {row_number(row)}."
