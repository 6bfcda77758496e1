"""Dates written as text, in ISO 8601, in the formats of spreadsheets, or with a month's name."""

import pandas as pd

DATE_TYPES = ("datetime64", "datetime", "date")  # pandas' names for columns of dates
ISO = "ISO8601"
DAYS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d"),
    *("%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y", "%d.%m.%y"),
    *("%d %B %Y", "%d. %B %Y", "%d-%B-%Y", "%B %d, %Y", "%B %d %Y", "%a, %d %B %Y"),
    *("%d %B %y", "%d-%B-%y", "%B %Y", "%B-%Y", "%B-%y"),
)
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
FORMATS = tuple(day + clock for day in DAYS for clock in CLOCKS)
MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
# The shape of a date: plain integers, 1.5 and 12:30 do not have it.
DAY = (
    r"(?:\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})"
    r"|\d{4}([/.])\d{1,2}\2\d{1,2}"
    rf"|(?:[a-z]{{3}}, )?\d{{1,2}}(?:\. |[ -]){MONTH}[ -](?:\d{{4}}|\d{{2}})"
    rf"|{MONTH}(?: \d{{1,2}},?)?[ -](?:\d{{4}}|\d{{2}}))"
)
SHAPE = "(?i:" + DAY + r"(?:[T ]\d{1,2}:\d{2}.*)?)"
MIN_SHARE = 0.95  # share of the values that must be dates: tables contain a few "unknown"
SAMPLE = 1000  # values that rule out most formats, quickly


def infer_date_format(counts):
    """Return the format of the dates in a column of text, or None if they are not dates.

    If every day is at most 12, as in 03/04/2024, day and month cannot be told apart: None as well.

    Args:
        counts: `{text: rows}` without missing values and blanks around the text.
    """
    rows = pd.Series(counts, dtype="int64")
    text = pd.Series(rows.index.astype("str"), index=rows.index)
    if not len(text) or not look_like_dates(take_sample(text)).any():  # fast for names and ids
        return None

    def share(is_date):
        return rows[is_date].sum() / rows.sum()

    if share(look_like_dates(text)) < MIN_SHARE:
        return None
    shares = {form: share(parse_text(text, form).notna()) for form in find_likely_formats(text)}
    return choose_format(shares)


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


def parse_dates(text, date_format):
    """Convert a series of text to datetime64 in UTC, NaT if it is not a date in this format."""
    # Without the check of the shape, the number 2024 would be the first of January.
    return parse_text(text.where(look_like_dates(text)), date_format)


def parse_text(text, date_format):
    """Convert a series of text in one format to datetime64 in UTC, NaT if not in that format."""
    # UTC, since the rows of one column may have different time zones.
    dates = pd.to_datetime(text, format=date_format, errors="coerce", utc=True)
    if "%B" in date_format:  # the whole name of a month, or its first three letters
        short = date_format.replace("%B", "%b")
        dates = dates.fillna(pd.to_datetime(text, format=short, errors="coerce", utc=True))
    return dates.dt.tz_localize(None)


def to_utc(dates):
    """Convert a series of dates, of any of pandas' types, to datetime64 in UTC."""
    return pd.to_datetime(dates, errors="coerce", utc=True).dt.tz_localize(None)


def to_days(dates):
    """Convert a series of datetime64 to days since 1970 as float64, to the second."""
    return dates.to_numpy().astype("datetime64[s]").astype("int64") / 86400
