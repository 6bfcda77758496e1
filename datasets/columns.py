"""The columns of a table: their kinds, and their values as a network takes them."""

from collections import Counter

import numpy as np
import pandas as pd

from datasets.dataset import Column
from datasets.dates import DATE_TYPES, infer_date_format, parse_dates
from errors import UserError, suggest

NUMBERS = ("integer", "floating", "decimal", "mixed-integer-float")
CONTENTS = (
    dict.fromkeys(NUMBERS, "number")
    | dict.fromkeys(DATE_TYPES, "date")
    | {"boolean": "boolean", "string": "text"}
)
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
    """Return the kind of a column: "number", "category" or "date".

    True and False are numbers. Text is a category unless nearly all of it is dates.
    """
    content = infer_content(series)
    return choose_kind(content, infer_date_format(series) if content == "text" else None)


def choose_kind(content, date_format):
    """Return the kind of a column from its content and from the date format of text, or None."""
    if content in ("number", "boolean", "missing"):
        return "number"
    return "date" if content == "date" or (content == "text" and date_format) else "category"


def is_list(value):
    """Return whether a value of a column is not a single value."""
    return isinstance(value, list | dict | np.ndarray)


def is_integer(series):
    """Return whether pandas holds a column as integers."""
    return pd.api.types.is_integer_dtype(series.dtype)


def to_inputs(frame, columns, date_formats=None):
    """Convert a table to the inputs of an exported network.

    Args:
        frame: `pandas.DataFrame`; it may have further columns.
        columns: objects with `name` and `kind`, e.g. `Column`.
        date_formats: `{name: format}` from `datasets.dates.infer_date_format`; without it a format
            is inferred from these rows, which may be too few.

    Returns: `{name: (rows,)}`. A number has its column's dtype, NaN if missing. A category is text,
    "" if missing. A date is text in ISO 8601, `YYYY-MM-DDTHH:MM:SS`, "" if missing.

    Raises: UserError if a column is missing or a value is not of its column's kind; rows count
    from 1 below the names.
    """
    check_columns_exist(frame, columns)
    formats = date_formats or {}
    convert = {
        "number": lambda series, column: to_numbers(series, getattr(column, "dtype", "float32")),
        "category": lambda series, column: to_categories(series),
        "date": lambda series, column: to_iso_dates(series, formats.get(column.name)),
    }
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


def to_numbers(series, dtype):
    """Convert a column to numbers, NaN if missing."""
    values = pd.to_numeric(series, errors="coerce")
    check_values(series, values.isna() & series.notna(), "not a number")
    with np.errstate(over="ignore"):
        numbers = values.to_numpy("float64", na_value=np.nan).astype(dtype)
    check_values(series, np.isinf(numbers), f"infinite, or too large for {dtype}")
    return numbers


def to_categories(series):
    """Convert a column to text, "" if missing."""
    codes, values = pd.factorize(series)  # -1 if missing
    return np.array([*map(to_label, values.astype(object)), ""], dtype=object)[codes]


def to_label(value):
    """Return the text of a category or class."""
    # pandas turns 1 into 1.0 if another row of the column is missing; the category stays "1".
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def to_iso_dates(series, date_format=None):
    """Convert a column to dates as text in ISO 8601, "" if missing."""
    dates = parse_dates(series, date_format)
    reason = "not a date; write 2024-12-31, or 2024-12-31T23:59:00 with the time"
    check_values(series, dates.isna() & series.notna(), reason)
    return dates.dt.strftime("%Y-%m-%dT%H:%M:%S").fillna("").to_numpy(dtype=object)


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


def describe_columns(inputs, kinds):
    """Compute the statistics with which a network scales and encodes its inputs.

    Args:
        inputs: `{name: (rows,)}` of the training rows, from `to_inputs`.
        kinds: `{name: kind}`.

    Returns: a tuple of `Column`; mean and standard deviation of a date are in days since 1970.
    """
    return tuple(describe_column(name, kinds[name], values) for name, values in inputs.items())


def describe_column(name, kind, values):
    """Return the `Column` of one input from the values of the training rows, `(rows,)`."""
    if kind == "category":
        counts = Counter(value for value in values if value != "")
        # Equally frequent labels are ordered by name, so that a rerun numbers them alike.
        vocabulary = sorted(counts, key=lambda label: (-counts[label], label))[:MAX_VOCABULARY]
        has_missing = bool(np.any(values == ""))
        return Column(name, kind, has_missing=has_missing, vocabulary=tuple(vocabulary))
    if kind == "date":
        seconds = np.array([text or "NaT" for text in values], "datetime64[s]")
        numbers = np.where(np.isnat(seconds), np.nan, seconds.astype("int64") / 86400)  # days
    else:
        numbers = np.asarray(values, "float64")
    present = numbers[~np.isnan(numbers)]
    mean, std = (present.mean(), present.std()) if len(present) else (0.0, 0.0)
    has_missing = len(present) < len(numbers)
    return Column(name, kind, mean=float(mean), std=float(std) or 1.0, has_missing=has_missing)
