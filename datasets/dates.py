"""Dates written as text, in ISO 8601 or in the formats that spreadsheets write."""

import pandas as pd

DATE_TYPES = ("datetime64", "datetime", "date")  # what pandas calls columns of dates
ISO = "ISO8601"
FORMATS = tuple(
    day + clock
    for day in ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d")
    for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
)
# What looks like a date, so that plain integers, 1.5 and 12:30 never are.
SHAPE = r"(?:\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}([/.-])\d{1,2}\1\d{4}|\d{4}/\d{1,2}/\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?"
SHARE = 0.95  # of the values that must be dates: tables have a few "unknown"


def date_format(text):
    """Return the format of the dates in a series of text, or None where they aren't dates.

    Where every day is at most 12, as in 03/04/2024, nobody can tell day from month: that is None as well.
    """
    values = text.dropna().astype(str).str.strip()
    if values.empty or values.str.fullmatch(SHAPE).mean() < SHARE:
        return None
    if _parse(values, ISO).notna().mean() >= SHARE:
        return ISO
    some = values.iloc[:: max(1, len(values) // 1000)]  # rules out most formats in no time
    likely = [style for style in FORMATS if _parse(some, style).notna().mean() > 0.5]
    shares = {style: _parse(values, style).notna().mean() for style in likely}
    best = max(shares.values(), default=0)
    styles = [style for style, share in shares.items() if share == best]
    return styles[0] if best >= SHARE and len(styles) == 1 else None


def parse_dates(series):
    """Turn dates, as text or as pandas has them, into datetime64 in UTC; NaT where a value is not a date."""
    if pd.api.types.infer_dtype(series, skipna=True) in DATE_TYPES:
        return pd.to_datetime(series, errors="coerce", utc=True).dt.tz_localize(None)
    text = series.astype(object).map(str, na_action="ignore").astype("str").str.strip()
    # By its shape first, else the number 2024 would be the first of January.
    return _parse(text.where(text.str.fullmatch(SHAPE).eq(True)), date_format(text) or ISO)


def _parse(text, style):
    # UTC, since the rows of one column may carry different time zones.
    return pd.to_datetime(text, format=style, errors="coerce", utc=True).dt.tz_localize(None)
