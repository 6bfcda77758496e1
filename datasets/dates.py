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
    if values.empty or looks_like_dates(values).mean() < SHARE:
        return None
    return best_format(
        {style: parsed(values, style).notna().mean() for style in likely_formats(values)}
    )


def looks_like_dates(text):
    """Which values of a series of text have the shape of a date."""
    return text.str.fullmatch(SHAPE).eq(True)


def likely_formats(text):
    """The formats that most of some rows have; ISO 8601 alone if that is enough."""
    if parsed(text, ISO).notna().mean() >= SHARE:
        return [ISO]
    some = text.iloc[:: max(1, len(text) // 1000)]  # rules out most formats in no time
    return [ISO, *(style for style in FORMATS if parsed(some, style).notna().mean() > 0.5)]


def best_format(shares):
    """The format that parses nearly all values, from the share of the values that each parses; None if that is not one."""
    if shares.get(ISO, 0) >= SHARE:
        return ISO
    best = max(shares.values(), default=0)
    styles = [style for style, share in shares.items() if share == best]
    return styles[0] if best >= SHARE and len(styles) == 1 else None


def parse_dates(series, style=None):
    """Turn dates, as text or as pandas has them, into datetime64 in UTC; NaT where a value is not a date.

    The format of text is `style`, from `date_format`; it is looked for in these values if it isn't given.
    """
    if pd.api.types.infer_dtype(series, skipna=True) in DATE_TYPES:
        return pd.to_datetime(series, errors="coerce", utc=True).dt.tz_localize(None)
    text = series.astype(object).map(str, na_action="ignore").astype("str").str.strip()
    # By its shape first, else the number 2024 would be the first of January.
    return parsed(text.where(looks_like_dates(text)), style or date_format(text) or ISO)


def parsed(text, style):
    """A series of text in one format as datetime64 in UTC, NaT where it is not in that format."""
    # UTC, since the rows of one column may carry different time zones.
    return pd.to_datetime(text, format=style, errors="coerce", utc=True).dt.tz_localize(None)


def in_days(dates):
    """Days since 1970 of a series of datetime64, float64, to the second."""
    return dates.to_numpy().astype("datetime64[s]").astype("int64") / 86400
