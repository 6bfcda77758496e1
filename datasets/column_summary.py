"""What a table tells about an input or a target, gathered piece by piece: all that decides over it and scales it."""

from collections import Counter

import numpy as np
import pandas as pd

from datasets.columns import (
    MAX_VOCABULARY,
    Facts,
    content_of,
    is_whole,
    kind_for,
    label_of,
    named_like_an_id,
    to_inputs,
)
from datasets.dataset import Column
from datasets.dates import (
    FORMATS,
    ISO,
    best_format,
    in_days,
    likely_formats,
    looks_like_dates,
    parse_dates,
    parsed,
)
from datasets.running_statistics import LabelCounts, Moments, Repeats
from datasets.target_column import EXACT, LARGEST, TargetFacts, infinite_told, slip_told
from errors import UserError

MOST_VALUES = 100_000  # of a target, more are a regression


class DateSummary:
    """Which format the dates in a column of text have, and the moments of the training rows' days since 1970."""

    def __init__(self):
        self.rows = self.shaped = 0
        self.parsed = dict.fromkeys((ISO, *FORMATS), 0)  # rows by format
        self.moments = {style: Moments() for style in self.parsed}

    def add(self, texts, times, times_in_training):
        """Add different texts, and how often each occurs."""
        self.rows += times.sum()
        texts = pd.Series(texts).astype("str").str.strip()
        if not looks_like_dates(
            texts.iloc[:: max(1, len(texts) // 1000)]
        ).any():  # names and ids, in no time
            return
        shaped = looks_like_dates(texts).to_numpy()
        self.shaped += times[shaped].sum()
        if not shaped.any():
            return
        texts, times, times_in_training = texts[shaped], times[shaped], times_in_training[shaped]
        for style in likely_formats(texts):
            dates = parsed(texts, style)
            good = dates.notna().to_numpy()
            self.parsed[style] += times[good].sum()
            self.moments[style].add(in_days(dates[good]), times_in_training[good])

    @property
    def style(self):
        """The format, None where the texts aren't dates."""
        rows = max(self.rows, 1)
        shares = {style: count / rows for style, count in self.parsed.items()}
        return best_format(
            {style: min(share, self.shaped / rows) for style, share in shares.items()}
        )


class ColumnSummary:
    """A column that may become an input.

    Statistics (moments, labels, whether values are missing) are of the training rows, all else is of all rows.
    """

    def __init__(self, name):
        self.name, self.rows, self.present = name, 0, 0
        self.ranges = {}  # (smallest, largest) by content
        self.has_missing, self.whole, self.counts_rows, self.error = False, True, True, None
        self.moments, self.labels, self.dates, self.repeats = (
            Moments(),
            LabelCounts(),
            DateSummary(),
            Repeats(),
        )

    def add(self, series, in_training):
        """Add the rows of a piece; `in_training` is (rows,) of True and False."""
        content, present = content_of(series), series.notna().to_numpy()
        self.has_missing |= bool((~present & in_training).any())
        self.whole &= is_whole(series)
        if content in ("number", "boolean"):
            self.add_numbers(series, content, present, in_training)
        elif content == "date":
            dates = parse_dates(series)
            self.note_range(content, dates)
            self.moments.add(in_days(dates[dates.notna().to_numpy() & in_training]))
        elif content in ("text", "mixed"):
            self.add_labels(series, in_training)
        self.rows += len(series)
        self.present += int(present.sum())

    def add_numbers(self, series, content, present, in_training):
        self.note_range(content, series[present])
        self.counts_rows &= self.whole and bool(present.all())
        if self.counts_rows:
            first = int(self.ranges[content][0])
            self.counts_rows = bool(
                (series.to_numpy() == first + self.rows + np.arange(len(series))).all()
            )
        if self.whole and named_like_an_id(self.name):
            self.repeats.add(*np.unique(series[present].to_numpy(), return_counts=True))
        try:
            values = to_inputs(series.to_frame(), [Column(self.name)])[self.name]
            self.moments.add(values[present & in_training])
        except (
            UserError
        ) as error:  # of no importance where the column is left out or turns out to be text
            self.error = self.error or error

    def add_labels(self, series, in_training):
        codes, values = pd.factorize(series)
        times = np.bincount(codes[codes >= 0], minlength=len(values))
        times_in_training = np.bincount(codes[(codes >= 0) & in_training], minlength=len(values))
        labels = pd.Series([label_of(value) for value in values.astype(object)], dtype=object)
        self.note_range("text", labels)
        self.labels.add(labels, times_in_training)
        self.has_missing |= self.labels.pop("", 0) > 0
        self.repeats.add(labels, times)
        self.dates.add(labels, times, times_in_training)

    def note_range(self, content, values):
        smallest, largest = values.min(), values.max()
        known = self.ranges.get(content, (smallest, largest))
        self.ranges[content] = min(smallest, known[0]), max(largest, known[1])

    def facts(self, content):
        """`datasets.columns.Facts` of all rows, given the content of all pieces."""
        smallest, largest = self.ranges.get(content, (0, 1))
        all_differ = content == "text" or (self.whole and named_like_an_id(self.name))
        all_differ = all_differ and not self.repeats.found
        distinct = 1 if smallest == largest else self.present if all_differ else 2
        counts_rows = (
            self.whole and self.counts_rows and self.present == self.rows and smallest in (0, 1)
        )
        return Facts(
            self.rows,
            self.present,
            distinct,
            self.kind(content),
            self.whole,
            content == "lists",
            counts_rows,
        )

    def kind(self, content):
        return kind_for(content, self.dates.style)

    def column(self, content):
        """`Column` as `datasets.columns.describe` has it. Raises UserError for a number that is none."""
        kind = self.kind(content)
        if kind == "number" and self.error:
            raise self.error
        if kind == "category":
            return Column(
                self.name,
                kind,
                has_missing=self.has_missing,
                vocabulary=self.labels.most_frequent(MAX_VOCABULARY),
            )
        moments = self.dates.moments[self.dates.style] if content == "text" else self.moments
        return Column(
            self.name, kind, mean=float(moments.mean), std=moments.std, has_missing=self.has_missing
        )


class TargetSummary:
    """A column to predict."""

    def __init__(self, name):
        self.name, self.rows, self.texts, self.first_text, self.error = name, 0, 0, None, None
        self.fraction, self.integers = False, True
        self.counts, self.counts_in_training = Counter(), Counter()
        self.moments, self.dates = Moments(), DateSummary()

    def add(self, series, in_training):
        """Add the rows of a piece, none missing; `in_training` is (rows,) of True and False."""
        if series.empty:
            return
        self.rows += len(series)
        if content_of(series) in ("number", "boolean"):
            values = series.to_numpy("float64")
            infinite = np.abs(values) > LARGEST
            if infinite.any():
                self.error = self.error or infinite_told(self.name, series.index[infinite][0])
                return
            self.integers &= is_whole(series)
            self.fraction |= bool((values % 1 != 0).any() or np.abs(values).max() >= EXACT)
            self.moments.add(values[in_training])
            labels, codes = np.unique(values, return_inverse=True)
            labels = labels.tolist()
        else:
            codes, values = pd.factorize(series)
            labels = [label_of(value) for value in values.astype(object)]
            texts = (
                pd.to_numeric(pd.Series(labels, dtype=object), errors="coerce")
                .isna()
                .to_numpy()[codes]
            )
            if texts.any() and self.first_text is None:
                row = series.index[texts][0]
                self.first_text = label_of(series[row]), row
            self.texts += int(texts.sum())
        times, times_in_training = (
            np.bincount(c, minlength=len(labels)) for c in (codes, codes[in_training])
        )
        if len(self.counts) <= MOST_VALUES:
            self.counts.update(dict(zip(labels, times.tolist(), strict=True)))
            self.counts_in_training.update(
                dict(zip(labels, times_in_training.tolist(), strict=True))
            )
        if content_of(series) == "text":
            self.dates.add(labels, times, times_in_training)

    def facts(self, content):
        """`datasets.target_column.TargetFacts`. Raises UserError for an infinite number."""
        if content in ("number", "boolean") and self.error:
            raise self.error
        kind = kind_for(content, self.dates.style)
        meant = {
            "category": "text",
            "number": "whole" if self.integers or not self.fraction else "fraction",
        }.get(kind, kind)
        meant = "boolean" if content == "boolean" else meant
        native = {"boolean": bool, "whole": int}.get(
            meant, lambda value: value
        )  # NumPy has made floats of them
        counts = {native(value): count for value, count in self.counts.most_common(MOST_VALUES)}
        slip = slip_told(self.texts / self.rows, *self.first_text) if self.first_text else ""
        return TargetFacts(meant, counts, self.rows, slip, len(self.counts) <= MOST_VALUES)

    def class_counts(self, classes):
        """Training rows of each class that has any."""
        return {
            label: self.counts_in_training[label]
            for label in classes
            if self.counts_in_training[label]
        }
