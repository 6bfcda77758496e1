"""The format and the moments of dates in a column of text that is read in pieces."""

import pandas as pd

from datasets.dates import (
    FORMATS,
    ISO,
    choose_format,
    find_likely_formats,
    look_like_dates,
    parse_text,
    take_sample,
    to_days,
)
from datasets.running_statistics import Moments


class DateSummary:
    """The format of the dates, and the moments of the training rows in days since 1970."""

    def __init__(self):
        self.rows = self.date_like = 0  # rows so far, and how many of them look like dates
        self.parsed = dict.fromkeys((ISO, *FORMATS), 0)  # rows that each format parses
        self.moments = {form: Moments() for form in self.parsed}

    def add(self, texts, times, times_in_training):
        """Add different texts, and how often each occurs in all rows and in training rows."""
        self.rows += times.sum()
        texts = pd.Series(texts).astype("str").str.strip()
        if not look_like_dates(take_sample(texts)).any():  # fast for names and ids
            return
        date_like = look_like_dates(texts).to_numpy()
        self.date_like += times[date_like].sum()
        if not date_like.any():
            return
        texts, times, times_in_training = (
            values[date_like] for values in (texts, times, times_in_training)
        )
        for form in find_likely_formats(texts):
            dates = parse_text(texts, form)
            valid = dates.notna().to_numpy()
            self.parsed[form] += times[valid].sum()
            self.moments[form].add(to_days(dates[valid]), times_in_training[valid])

    @property
    def date_format(self):
        """The format of the dates, or None if the texts are not dates."""
        rows = max(self.rows, 1)
        shares = {form: min(count, self.date_like) / rows for form, count in self.parsed.items()}
        return choose_format(shares)
