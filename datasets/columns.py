"""The columns of a table: which kind each is, which ones a network can use, and their values as it takes them."""

import re
from collections import Counter

import numpy as np
import pandas as pd

from datasets.dataset import Column
from datasets.dates import DATE_TYPES, date_format, parse_dates
from errors import UserError, nearest

NUMBERS = ("integer", "floating", "boolean", "decimal", "mixed-integer-float")
ID_WORDS = {"id", "index", "key", "number", "uuid", "guid", "unnamed"}
MANY_ROWS = 20  # fewer rows than this may have different texts by chance
MAX_VOCABULARY = 100


def kind_of(series):
    """Return "number", "category" or "date": what the values of a column are.

    True and False are numbers, text is a category unless nearly all of it is dates.
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)
    content = pd.api.types.infer_dtype(series, skipna=True)
    if content in NUMBERS or series.isna().all():
        return "number"
    if content in DATE_TYPES or (content == "string" and date_format(series)):
        return "date"
    return "category"


def usable_columns(frame, targets):
    """Choose the inputs: columns that aren't targets and tell rows apart in a way that carries over to new rows.

    Args:
        frame: the table.
        targets: names of the columns to predict.

    Returns: `(names, remarks)`; a remark tells why a column was left out.

    Raises:
        UserError: no column is left.
    """
    names, remarks, counters = [], [], []
    for name in frame.columns:
        if name in targets:
            continue
        reason = _useless(frame[name])
        if not reason and _counts_rows(frame[name]):
            counters.append(name)
            reason = "counts the rows"
        if reason:
            remarks.append(f"left out '{name}': {reason}")
        else:
            names.append(name)
    if not names and counters:  # a measurement at x = 0, 1, 2, ... has nothing else
        names, remarks = counters, [remark for remark in remarks if not remark.endswith("counts the rows")]
    if not names:
        raise UserError(f"No column is left as an input: {'; '.join(remarks) or 'all are targets'}. Name the columns to use.")
    return names, remarks


def _useless(series):
    values = series.dropna()
    if values.empty:
        return "no row has a value"
    if isinstance(values.iloc[0], list | dict | np.ndarray):
        return "holds lists, not single values"
    distinct = values.nunique()
    if distinct == 1 and len(values) == len(series):
        return "the same in every row"
    if distinct < len(values):
        return ""
    text = len(values) > MANY_ROWS and kind_of(series) == "category"
    numbered = pd.api.types.is_integer_dtype(series.dtype) and ID_WORDS & set(_words(series.name))
    return "different in every row, like an id" if text or numbered else ""


def _counts_rows(series):
    """Whether the values are 0, 1, 2, ... or 1, 2, 3, ..."""
    if not pd.api.types.is_integer_dtype(series.dtype) or series.isna().any() or series.iloc[0] not in (0, 1):
        return False
    return bool((series.to_numpy() == series.iloc[0] + np.arange(len(series))).all())


def _words(name):
    """["customer", "id"] for CustomerID and customer_id."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def to_inputs(frame, columns):
    """Values of a table in the form that an exported network takes them.

    Args:
        frame: the table; it may have more columns.
        columns: objects with `name` and `kind`, e.g. `Column`.

    Returns: `{name: (rows,)}`. A number is float32, NaN where missing; a category is text, "" where missing; a date is
    text in ISO 8601, `YYYY-MM-DDTHH:MM:SS`, "" where missing.

    Raises:
        UserError: a column is missing, or a value is not of its column's kind; rows count from 1 below the names.
    """
    names = [str(name) for name in frame.columns]
    if missing := [column.name for column in columns if column.name not in frame.columns]:
        listed = ", ".join(f"'{name}'" for name in missing)
        close = nearest(missing[0], names) if len(missing) == 1 else ""
        raise UserError(
            f"The table lacks the column{'s' * (len(missing) > 1)} {listed}.{close} It has: {', '.join(names[:20])}."
        )
    convert = {"number": _numbers, "category": _categories, "date": _dates}
    return {column.name: convert[column.kind](frame[column.name]) for column in columns}


def _numbers(series):
    values = pd.to_numeric(series, errors="coerce")
    _check_values(series, values.isna() & series.notna(), "not a number")
    with np.errstate(over="ignore"):
        numbers = values.to_numpy("float64", na_value=np.nan).astype("float32")
    _check_values(series, np.isinf(numbers), "infinite, or too large for float32")
    return numbers


def _categories(series):
    labels = ["" if missing else label_of(value) for value, missing in zip(series, series.isna(), strict=True)]
    return np.array(labels, dtype=object)


def label_of(value):
    """The text of a category or class."""
    # pandas makes 1.0 of 1 where another row of the column is missing; the category is "1" in both tables.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _dates(series):
    dates = parse_dates(series)
    reason = "not a date; write 2024-12-31, or 2024-12-31T23:59:00 with the time"
    _check_values(series, dates.isna() & series.notna(), reason)
    return dates.dt.strftime("%Y-%m-%dT%H:%M:%S").fillna("").to_numpy(dtype=object)


def _check_values(series, bad, reason):
    if np.any(bad):
        position = int(np.argmax(bad))
        row = row_number(series.index[position])
        raise UserError(f"Column '{series.name}', row {row}: {str(series.iloc[position])[:60]!r} is {reason}.")


def row_number(label):
    """Rows count from 1 below the names. Their labels keep that number when other rows are dropped."""
    return label + 1 if isinstance(label, int | np.integer) else label


def describe(inputs, kinds):
    """Statistics of the training rows, from which a network scales and encodes.

    Args:
        inputs: `{name: (rows,)}` from `to_inputs`.
        kinds: `{name: kind}`.

    Returns: a tuple of `Column`; the mean and standard deviation of a date are in days since 1970-01-01.
    """
    return tuple(_describe(name, kinds[name], values) for name, values in inputs.items())


def _describe(name, kind, values):
    if kind == "category":
        counts = Counter(value for value in values if value != "")
        # Equally frequent ones by name, so that a rerun numbers them alike.
        vocabulary = sorted(counts, key=lambda label: (-counts[label], label))[:MAX_VOCABULARY]
        return Column(name, kind, has_missing=bool(np.any(values == "")), vocabulary=tuple(vocabulary))
    if kind == "date":
        seconds = np.array([text or "NaT" for text in values], "datetime64[s]")
        numbers = np.where(np.isnat(seconds), np.nan, seconds.astype("int64") / 86400)  # days
    else:
        numbers = np.asarray(values, "float64")
    present = numbers[~np.isnan(numbers)]
    mean, std = (present.mean(), present.std()) if len(present) else (0.0, 0.0)
    return Column(name, kind, mean=float(mean), std=float(std) or 1.0, has_missing=len(present) < len(numbers))
