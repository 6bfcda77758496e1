"""The columns of a table: their kinds, and their values as a network takes them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from datasets.dates import DATE_TYPES, ISO, parse_dates, to_utc
from datasets.labels import match_labels, to_label
from datasets.number_text import (
    NumberFormat,
    infer_number_format,
    is_missing_mark,
    parse_numbers,
)
from errors import UserError, suggest

NUMBERS = ("integer", "floating", "decimal", "mixed-integer-float")
CONTENTS = (
    dict.fromkeys(NUMBERS, "number")
    | dict.fromkeys(DATE_TYPES, "date")
    | {"boolean": "boolean", "string": "text"}
)
LARGEST = 1e150  # number whose square is not infinite
SMALLEST = 1e-30  # standard deviation of numbers in float32
FAR = 1000  # standard deviations between zero and the mean of numbers in float32
MAX_VOCABULARY = 100  # categories of a column that the network tells apart
LISTED = 20  # column names in an error


def infer_content(series):
    """Return the content of a column as pandas infers it.

    The pieces of a column that is read in pieces must have the same content, apart from those
    without values; otherwise the column is "mixed".

    Returns: "number", "boolean", "text", "date", "lists", "missing" (no values) or "mixed".
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    values = series.dropna()
    if values.empty:
        return "missing"
    if is_list(values.iloc[0]):
        return "lists"
    content = pd.api.types.infer_dtype(series, skipna=True)
    return CONTENTS.get(content, "mixed")


def infer_kind(series):
    """Return the kind of a column: "number", "category" or "date"; see `choose_kind`."""
    return choose_kind(infer_content(series))


def choose_kind(content):
    """Return the kind of a column from its content.

    True and False are numbers. Text that means numbers or dates has been replaced by them, see
    `datasets.interpreter`.
    """
    if content in ("number", "boolean", "missing"):
        return "number"
    return "date" if content == "date" else "category"


def is_list(value):
    """Return whether a value of a column is not a single value."""
    return isinstance(value, list | dict | np.ndarray)


def is_integer(series):
    """Return whether pandas holds a column as integers."""
    return pd.api.types.is_integer_dtype(series.dtype)


def to_inputs(frame, columns):
    """Convert a table to the inputs of an exported network.

    Args:
        frame: `pandas.DataFrame`; it may have further columns.
        columns: descriptions with `name`, `kind`, `unit`, `text_format`, `vocabulary` and `dtype`;
            text is read as they say.

    Returns: `{name: (rows,)}`. A number has its column's dtype, NaN if missing. A category is text,
    "" if missing. A date is text in ISO 8601, `YYYY-MM-DDTHH:MM:SS`, "" if missing.

    Raises: UserError if a column is missing or a value is not of its column's kind; rows count
    from 1 below the names.
    """
    check_columns_exist(frame, columns)
    convert = {"number": to_numbers, "category": to_categories, "date": to_iso_dates}
    return {column.name: convert[column.kind](frame[column.name], column) for column in columns}


def check_columns_exist(frame, columns):
    """Raise UserError if a table does not have all of these columns."""
    missing = [column.name for column in columns if column.name not in frame.columns]
    if missing:
        names = [str(name) for name in frame.columns]
        listed = ", ".join(f"'{name}'" for name in missing)
        close = suggest(missing[0], names) if len(missing) == 1 else ""
        raise UserError(
            f"the table has no column{'s' * (len(missing) > 1)} {listed}.{close} "
            f"It has: {', '.join(names[:LISTED])}"
        )


def to_numbers(series, column):
    """Convert a column to numbers, NaN if missing."""
    values = series
    if is_text(series):
        text = to_text(series)
        values = parse_numbers(text, choose_format(text, column))
        is_other = values.isna() & text.notna()
        is_other[is_other] = ~text[is_other].map(is_missing_mark).astype(bool)
        check_values(series, is_other, "not a number")
    numbers = pd.to_numeric(values).to_numpy("float64", na_value=np.nan)
    with np.errstate(over="ignore"):
        too_large = (np.abs(numbers) > LARGEST) | np.isinf(numbers.astype(column.dtype))
    check_values(series, too_large, f"infinite, or too large for {column.dtype}")
    return numbers.astype(column.dtype)


def choose_format(text, column):
    """Return the format of new numbers: the training's, unless the values contradict it."""
    expected = number_format(column)
    counts = {one: 1 for one in text.dropna().unique()}
    found = infer_number_format(counts) if parse_numbers(text, expected).isna().any() else None
    is_different = found and found[1] and found[0].unit in ("", column.unit)
    return found[0] if is_different else expected


def number_format(column):
    """Return how the numbers of a described column are written."""
    return NumberFormat(column.text_format or ".", column.unit)


def to_categories(series, column):
    """Convert a column to text, "" if missing; other spellings of a known label become that one."""
    codes, values = pd.factorize(series)  # -1 if missing
    labels = list(map(to_label, values.astype(object)))
    known = match_labels(labels, column.vocabulary) if column.vocabulary else {}
    return np.array([*(known.get(label, label) for label in labels), ""], dtype=object)[codes]


def to_iso_dates(series, column):
    """Convert a column to dates as text in ISO 8601, "" if missing."""
    if infer_content(series) == "date":
        dates, is_other = to_utc(series), False
    else:
        text = to_text(series)
        dates = parse_dates(text, column.text_format or ISO)
        is_other = dates.isna() & text.notna()
        is_other[is_other] = ~text[is_other].map(is_missing_mark).astype(bool)
    reason = "not a date; write 2024-12-31, or 2024-12-31T23:59:00 with the time"
    check_values(series, is_other, reason)
    return dates.dt.strftime("%Y-%m-%dT%H:%M:%S").fillna("").to_numpy(dtype=object)


def is_text(series):
    """Return whether a column has text, perhaps beside values of other types."""
    return infer_content(series) in ("text", "mixed")


def to_text(series):
    """Convert a column to text without blanks around it; missing values stay missing."""
    text = series.astype(object).map(to_label, na_action="ignore").astype("str").str.strip()
    return text.mask(text == "")


def check_values(series, bad, reason):
    """Raise UserError for the first value of a column at which `bad` is true."""
    if np.any(bad):
        position = int(np.argmax(bad))
        row = to_row_number(series.index[position])
        value = str(series.iloc[position])[:60]
        raise UserError(f"Column '{series.name}', row {row}: {value!r} is {reason}")


def to_row_number(label):
    """Return a row's number, counted from 1 below the names, from its label in the table.

    Rows keep their labels when other rows are dropped.
    """
    return label + 1 if isinstance(label, int | np.integer) else label


def describe_columns(inputs, columns):
    """Compute the statistics with which a network scales and encodes its inputs.

    Args:
        inputs: `{name: (rows,)}` of the training rows, from `to_inputs`.
        columns: `Column` of each input without statistics.

    Returns: a tuple of `Column`; mean and standard deviation of a date are in days since 1970.
    """
    return tuple(describe_column(column, inputs[column.name]) for column in columns)


def describe_column(column, values):
    """Return the `Column` of one input with the statistics of the training rows, `(rows,)`."""
    if column.kind == "category":
        counts = Counter(value for value in values if value != "")
        # Equally frequent labels are ordered by name, so that a rerun numbers them alike.
        vocabulary = sorted(counts, key=lambda label: (-counts[label], label))[:MAX_VOCABULARY]
        has_missing = bool(np.any(values == ""))
        return replace(column, has_missing=has_missing, vocabulary=tuple(vocabulary))
    if column.kind == "date":
        seconds = np.array([text or "NaT" for text in values], "datetime64[s]")
        numbers = np.where(np.isnat(seconds), np.nan, seconds.astype("int64") / 86400)  # days
    else:
        numbers = np.asarray(values, "float64")
    present = numbers[~np.isnan(numbers)]
    mean, std = (present.mean(), present.std()) if len(present) else (0.0, 0.0)
    has_missing = len(present) < len(numbers)
    column = replace(column, mean=float(mean), std=float(std) or 1.0, has_missing=has_missing)
    return replace(column, dtype=choose_dtype(column)) if column.dtype == "float64" else column


def choose_dtype(column):
    """Return "float32", in which the network takes a number, unless its digits were lost.

    Days since 4713 BC have a large offset; cross sections of 1e-40 m^2 are zero in float32.
    """
    is_small = 0 < column.std < SMALLEST or column.std > 1 / SMALLEST
    has_offset = abs(column.mean) > FAR * column.std
    return "float64" if is_small or has_offset else "float32"


def cast_numbers(split, columns):
    """Return a split whose numbers have the types of their columns, float64 before."""
    dtypes = {column.name: column.dtype for column in columns if column.kind == "number"}
    limits = np.finfo("float32")
    cast = {
        name: np.clip(x, limits.min, limits.max).astype("float32")
        if dtypes.get(name) == "float32"
        else x
        for name, x in split.inputs.items()
    }
    return split._replace(inputs=cast)
