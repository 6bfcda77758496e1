"""The time of each row of a table: read, sorted, its frequency found, and its gaps."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.columns import check_values, infer_content, to_text
from datasets.dates import infer_date_format, parse_dates, to_utc
from errors import UserError

UNITS = (("week", 604_800), ("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
MOST_GAPS = 0.5  # share of the steps that may be missing
WORKING_WEEK = 10  # rows from which days without a weekend are business days
EXPECTED = "expected dates such as 2024-01-31, or equally spaced numbers"


class Frequency(NamedTuple):
    """The step from one row to the next.

    Attributes:
        unit: "month", "month end", "business day", "second" or "step" (of a plain number).
        count: number of units in a step.
    """

    unit: str
    count: float

    def make_grid(self, first, steps):
        """Return the times of consecutive rows, `(steps,)`: datetime64, or numbers."""
        k = np.arange(steps)
        if self.unit == "step":
            return first + k * self.count
        if self.unit == "second":
            return first + k * np.timedelta64(int(self.count), "s")
        if self.unit == "business day":
            return np.busday_offset(first.astype("datetime64[D]"), k).astype("datetime64[s]")
        month = first.astype("datetime64[M]")
        months = month + k * int(self.count)
        if self.unit == "month end":
            return ((months + 1).astype("datetime64[D]") - 1).astype("datetime64[s]")
        return months.astype("datetime64[s]") + (first - month.astype("datetime64[s]"))

    def count_steps(self, times, first):
        """Return the number of steps from a first time to each of the times, as floats."""
        if self.unit == "step":
            return (times - first) / self.count
        if self.unit == "second":
            return (times - first) / np.timedelta64(int(self.count), "s")
        if self.unit == "business day":
            days = (first.astype("datetime64[D]"), times.astype("datetime64[D]"))
            return np.busday_count(*days).astype("float64")
        return (to_months(times) - to_months(first)) / self.count

    def __str__(self):
        if self.unit == "second":
            for unit, seconds in UNITS:
                if self.count % seconds == 0:
                    return name_step(unit, int(self.count // seconds))
        return name_step(self.unit, int(self.count) if self.count % 1 == 0 else self.count)


def name_step(unit, count):
    return f"one row a {unit}" if count == 1 else f"one row every {count:g} {unit}s"


def to_months(times):
    return times.astype("datetime64[M]").astype("int64")


def read_times(series):
    """Return the times in a column of a table: datetime64[s], or float64 if they are numbers.

    Raises: UserError for a value that is missing or not a time.
    """
    check_values(series, series.isna().to_numpy(), f"missing; {EXPECTED}")
    content = infer_content(series)
    if content == "number":
        numbers = series.to_numpy("float64")
        check_values(series, ~np.isfinite(numbers), f"not a time; {EXPECTED}")
        return numbers
    if content == "date":
        return to_utc(series).to_numpy().astype("datetime64[s]")
    date_format = find_date_format(series)
    if date_format is None:
        raise UserError(
            f"--time {series.name}: {EXPECTED}, with day and month in a certain order. "
            f"Received: {str(series.iloc[0])[:40]!r}"
        )
    dates = parse_dates(to_text(series), date_format)
    check_values(series, dates.isna().to_numpy(), f"not a time; {EXPECTED}")
    return dates.to_numpy().astype("datetime64[s]")


def find_date_format(series):
    """Return the format of the dates in a column of text, None if they are not dates."""
    return infer_date_format(to_text(series).value_counts().to_dict())


def find_time_column(frame):
    """Return the name of the first column of dates; raise UserError if there is none."""
    for name in frame.columns:
        values = frame[name].dropna()
        content = infer_content(values)
        is_text = content == "text"
        if content == "date" or (is_text and find_date_format(values) is not None):
            return name
    raise UserError(
        f"--time must name the column with the time of each row; {EXPECTED}. "
        f"The columns are {', '.join(map(str, frame.columns))}"
    )


def sort_times(times, name, rows):
    """Return the order of the rows in time, and remarks about rows that do not follow it.

    Args:
        times: `(rows,)` from `read_times`.
        name: name of the column.
        rows: `(rows, columns)` of numbers, to tell whether two rows of one time are the same.

    Raises: UserError for two different rows of the same time.
    """
    order, remarks = np.argsort(times, kind="stable"), []
    if (np.diff(times) < np.zeros(1, np.diff(times).dtype)).any():
        remarks.append(f"the rows are not in the order of {name}: sorted")
    is_repeated = np.diff(times[order]) == np.zeros(1, np.diff(times).dtype)
    pairs = rows[order[:-1]][is_repeated], rows[order[1:]][is_repeated]
    differs = ~((pairs[0] == pairs[1]) | (np.isnan(pairs[0]) & np.isnan(pairs[1]))).all(axis=1)
    if differs.any():
        when = format_time(times[order[1:]][is_repeated][differs.argmax()])
        raise UserError(
            f"--time {name}: {when} stands in two rows with different values. A file has one "
            "series, with a column for each quantity; remove one of the rows, or average them"
        )
    if is_repeated.any():
        remarks.append(f"{int(is_repeated.sum())} repeated rows are left out")
    return order[np.append(True, ~is_repeated)], remarks


def find_frequency(times, name):
    """Return the `Frequency` of sorted times without repetition.

    Raises: UserError for fewer than three times, or for times that are not equally spaced.
    """
    if len(times) < 3:
        raise UserError(f"--time {name}: a series needs at least 3 rows. Received: {len(times)}")
    if times.dtype.kind == "f":
        return check_regular(Frequency("step", most_frequent(np.diff(times).round(9))), times, name)
    months, days = to_months(times), times.astype("datetime64[D]")
    of_month = times - months.astype("datetime64[M]").astype("datetime64[s]")
    is_end = ((days + 1).astype("datetime64[M]") > days.astype("datetime64[M]")).all()
    is_midnight = (times == days).all()
    if (np.diff(months) > 0).all() and (len(np.unique(of_month)) == 1 or (is_end and is_midnight)):
        unit = "month" if len(np.unique(of_month)) == 1 else "month end"
        return check_regular(Frequency(unit, most_frequent(np.diff(months))), times, name)
    seconds = most_frequent(np.diff(times).astype("int64"))
    has_weekend = not np.is_busday(days).all()
    if is_midnight and seconds == 86_400 and len(times) >= WORKING_WEEK and not has_weekend:
        return Frequency("business day", 1)
    return check_regular(Frequency("second", seconds), times, name)


def most_frequent(values):
    """Return the most frequent value, the smallest of several, as a plain number."""
    found, counts = np.unique(values, return_counts=True)
    return found[counts.argmax()].item()


def check_regular(frequency, times, name):
    """Return the frequency if all times are whole steps apart, else raise UserError."""
    steps = frequency.count_steps(times, times[0])
    is_odd = np.abs(steps - steps.round()) > 1e-3
    if is_odd.any():
        k = int(is_odd.argmax())
        raise UserError(
            f"--time {name}: the rows are not equally spaced. Expected {frequency}, but "
            f"{format_time(times[k])} follows {format_time(times[k - 1])}. Average the values over "
            "equal steps first"
        )
    return frequency


def place_rows(times, frequency, name):
    """Return the step of each row on the grid of the frequency, `(rows,)`.

    Raises: UserError if more than half of the steps have no row.
    """
    steps = frequency.count_steps(times, times[0]).round().astype(int)
    if len(times) < (1 - MOST_GAPS) * (steps[-1] + 1):
        raise UserError(
            f"--time {name}: only {len(times)} of {steps[-1] + 1} steps have a row ({frequency}). "
            "Average the values over longer steps, or cut off the sparse part"
        )
    return steps


def format_time(time):
    """Return a time as it is written to files and messages."""
    if isinstance(time, np.datetime64):
        text = np.datetime_as_string(time, unit="s")
        return text.removesuffix("T00:00:00").replace("T", " ")
    return f"{time:.10g}"


def to_table_column(times):
    """Return times as a column of a table: text of dates, or numbers."""
    if times.dtype.kind == "M":
        return pd.Series([format_time(time) for time in times])
    is_whole = (times == np.round(times)).all()
    return pd.Series(times.astype("int64") if is_whole else times)
