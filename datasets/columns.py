"""The columns of a table: which kind each is, which ones a network can use, and their values as it takes them."""

import re
from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.dataset import Column
from datasets.dates import DATE_TYPES, date_format, parse_dates
from errors import UserError, nearest

NUMBERS = ("integer", "floating", "decimal", "mixed-integer-float")
CONTENTS = (
    dict.fromkeys(NUMBERS, "number")
    | dict.fromkeys(DATE_TYPES, "date")
    | {"boolean": "boolean", "string": "text"}
)
ID_WORDS = {"id", "index", "key", "number", "uuid", "guid", "unnamed"}
MANY_ROWS = 20  # fewer rows than this may have different texts by chance
MAX_VOCABULARY = 100


def content_of(series):
    """Return what pandas finds in a column: "number", "boolean", "text", "date", "lists", "missing" (no value) or "mixed".

    Of several pieces of a column, a missing one says nothing; else they have to agree, or the column is mixed.
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


def kind_of(series):
    """Return "number", "category" or "date": what the values of a column are.

    True and False are numbers, text is a category unless nearly all of it is dates.
    """
    content = content_of(series)
    return kind_for(content, content == "text" and date_format(series))


def kind_for(content, style):
    """The kind of a column with a content from `content_of`; text has a `style` where it is dates."""
    if content in ("number", "boolean", "missing"):
        return "number"
    return "date" if content == "date" or (content == "text" and style) else "category"


class Facts(NamedTuple):
    """What decides whether a column can be an input.

    Args:
        rows: of the table.
        present: rows with a value.
        distinct: different values; at least whether that is one, fewer than `present`, or as many.
        kind: see `kind_of`; asked for only where all values differ.
        whole: whether pandas holds integers.
        lists: whether a value is a list.
        counts_rows: whether the values are 0, 1, 2, ... or 1, 2, 3, ...
    """

    rows: int
    present: int
    distinct: int
    kind: str = ""
    whole: bool = False
    lists: bool = False
    counts_rows: bool = False


def usable_columns(frame, targets):
    """Choose the inputs: columns that aren't targets and tell rows apart in a way that carries over to new rows.

    Args:
        frame: the table.
        targets: names of the columns to predict.

    Returns: `(names, remarks)`; a remark tells why a column was left out.

    Raises:
        UserError: no column is left.
    """
    return choose_columns(
        {name: facts_of(values) for name, values in frame.items() if name not in targets}
    )


def facts_of(series):
    """`Facts` of a column in memory."""
    values = series.dropna()
    if values.empty or is_list(values.iloc[0]):
        return Facts(len(series), len(values), 0, lists=not values.empty)
    distinct = values.nunique()
    kind = kind_of(series) if distinct == len(values) else ""
    return Facts(
        len(series), len(values), distinct, kind, is_whole(series), False, _counts_rows(series)
    )


def is_list(value):
    return isinstance(value, list | dict | np.ndarray)


def is_whole(series):
    return pd.api.types.is_integer_dtype(series.dtype)


def choose_columns(facts):
    """`usable_columns` by the `{name: Facts}` of the columns that aren't targets."""
    names, remarks, counters = [], [], []
    for name, found in facts.items():
        reason = _useless(name, found)
        if not reason and found.counts_rows:
            counters.append(name)
            reason = "counts the rows"
        if reason:
            remarks.append(f"left out '{name}': {reason}")
        else:
            names.append(name)
    if not names and counters:  # a measurement at x = 0, 1, 2, ... has nothing else
        names, remarks = (
            counters,
            [remark for remark in remarks if not remark.endswith("counts the rows")],
        )
    if not names:
        raise UserError(
            f"No column is left as an input: {'; '.join(remarks) or 'all are targets'}. Name the columns to use."
        )
    return names, remarks


def _useless(name, facts):
    if not facts.present:
        return "no row has a value"
    if facts.lists:
        return "holds lists, not single values"
    if facts.distinct == 1 and facts.present == facts.rows:
        return "the same in every row"
    if facts.distinct < facts.present:
        return ""
    text = facts.present > MANY_ROWS and facts.kind == "category"
    return (
        "different in every row, like an id"
        if text or (facts.whole and named_like_an_id(name))
        else ""
    )


def named_like_an_id(name):
    return bool(ID_WORDS & set(_words(name)))


def _counts_rows(series):
    """Whether the values are 0, 1, 2, ... or 1, 2, 3, ..."""
    if not is_whole(series) or series.isna().any() or series.iloc[0] not in (0, 1):
        return False
    return bool((series.to_numpy() == series.iloc[0] + np.arange(len(series))).all())


def _words(name):
    """["customer", "id"] for CustomerID and customer_id."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def to_inputs(frame, columns, date_formats=None):
    """Values of a table in the form that an exported network takes them.

    Args:
        frame: the table; it may have more columns.
        columns: objects with `name` and `kind`, e.g. `Column`.
        date_formats: `{name: format}` from `datasets.dates.date_format`, for rows that are too few to find it in.

    Returns: `{name: (rows,)}`. A number is of its column's dtype, NaN where missing; a category is text, "" where missing; a
    date is text in ISO 8601, `YYYY-MM-DDTHH:MM:SS`, "" where missing.

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
    styles = date_formats or {}
    convert = {
        "number": lambda series, column: _numbers(series, getattr(column, "dtype", "float32")),
        "category": lambda series, column: _categories(series),
        "date": lambda series, column: _dates(series, styles.get(column.name)),
    }
    return {column.name: convert[column.kind](frame[column.name], column) for column in columns}


def _numbers(series, dtype):
    values = pd.to_numeric(series, errors="coerce")
    _check_values(series, values.isna() & series.notna(), "not a number")
    with np.errstate(over="ignore"):
        numbers = values.to_numpy("float64", na_value=np.nan).astype(dtype)
    _check_values(series, np.isinf(numbers), f"infinite, or too large for {dtype}")
    return numbers


def _categories(series):
    codes, values = pd.factorize(series)  # -1 where missing
    return np.array([*map(label_of, values.astype(object)), ""], dtype=object)[codes]


def label_of(value):
    """The text of a category or class."""
    # pandas makes 1.0 of 1 where another row of the column is missing; the category is "1" in both tables.
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _dates(series, style=None):
    dates = parse_dates(series, style)
    reason = "not a date; write 2024-12-31, or 2024-12-31T23:59:00 with the time"
    _check_values(series, dates.isna() & series.notna(), reason)
    return dates.dt.strftime("%Y-%m-%dT%H:%M:%S").fillna("").to_numpy(dtype=object)


def _check_values(series, bad, reason):
    if np.any(bad):
        position = int(np.argmax(bad))
        row = row_number(series.index[position])
        raise UserError(
            f"Column '{series.name}', row {row}: {str(series.iloc[position])[:60]!r} is {reason}."
        )


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
        return Column(
            name, kind, has_missing=bool(np.any(values == "")), vocabulary=tuple(vocabulary)
        )
    if kind == "date":
        seconds = np.array([text or "NaT" for text in values], "datetime64[s]")
        numbers = np.where(np.isnat(seconds), np.nan, seconds.astype("int64") / 86400)  # days
    else:
        numbers = np.asarray(values, "float64")
    present = numbers[~np.isnan(numbers)]
    mean, std = (present.mean(), present.std()) if len(present) else (0.0, 0.0)
    return Column(
        name, kind, mean=float(mean), std=float(std) or 1.0, has_missing=len(present) < len(numbers)
    )
