"""Dates written as text, in ISO 8601 or in the formats of spreadsheets."""

import pandas as pd

DATE_TYPES = ("datetime64", "datetime", "date")  # pandas' names for columns of dates
ISO = "ISO8601"
FORMATS = tuple(
    day + clock
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d")
    for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
)
# The shape of a date: plain integers, 1.5 and 12:30 do not have it.
DAY = r"(?:\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{4}/\d{1,2}/\d{1,2})"
SHAPE = DAY + r"(?:[T ]\d{1,2}:\d{2}.*)?"
MIN_SHARE = 0.95  # share of the values that must be dates: tables contain a few "unknown"
SAMPLE = 1000  # values that rule out most formats, quickly


def infer_date_format(text):
    """Return the format of the dates in a series of text, or None if they are not dates.

    If every day is at most 12, as in 03/04/2024, day and month cannot be told apart: None as well.
    """
    values = text.dropna().astype(str).str.strip()
    if values.empty or look_like_dates(values).mean() < MIN_SHARE:
        return None
    formats = find_likely_formats(values)
    return choose_format({form: parse_text(values, form).notna().mean() for form in formats})


def look_like_dates(text):
    """Return which values of a series of text have the shape of a date."""
    return text.str.fullmatch(SHAPE).eq(True)


def find_likely_formats(text):
    """Return the formats that parse more than half of a sample; only ISO 8601 if it is enough."""
    if parse_text(text, ISO).notna().mean() >= MIN_SHARE:
        return [ISO]
    sample = take_sample(text)
    return [ISO, *(form for form in FORMATS if parse_text(sample, form).notna().mean() > 0.5)]


def take_sample(text):
    """Return about a thousand values of a series, evenly spaced."""
    return text.iloc[:: max(1, len(text) // SAMPLE)]


def choose_format(shares):
    """Return the only format that parses nearly all values, or None.

    Args:
        shares: `{format: share of the values that it parses}`.
    """
    if shares.get(ISO, 0) >= MIN_SHARE:
        return ISO
    best = max(shares.values(), default=0)
    formats = [form for form, share in shares.items() if share == best]
    return formats[0] if best >= MIN_SHARE and len(formats) == 1 else None


def parse_dates(series, date_format=None):
    """Convert dates, as text or as pandas' types, to datetime64 in UTC, NaT if not a date.

    Args:
        series: the values.
        date_format: format of text from `infer_date_format`; None infers it from these values.
    """
    if pd.api.types.infer_dtype(series, skipna=True) in DATE_TYPES:
        return pd.to_datetime(series, errors="coerce", utc=True).dt.tz_localize(None)
    text = series.astype(object).map(str, na_action="ignore").astype("str").str.strip()
    date_format = date_format or infer_date_format(text) or ISO
    # Without the check of the shape, the number 2024 would be the first of January.
    return parse_text(text.where(look_like_dates(text)), date_format)


def parse_text(text, date_format):
    """Convert a series of text in one format to datetime64 in UTC, NaT if not in that format."""
    # UTC, since the rows of one column may have different time zones.
    return pd.to_datetime(text, format=date_format, errors="coerce", utc=True).dt.tz_localize(None)


def to_days(dates):
    """Convert a series of datetime64 to days since 1970 as float64, to the second."""
    return dates.to_numpy().astype("datetime64[s]").astype("int64") / 86400
