"""What a network needs to know about an input, gathered from a table that is read in pieces."""

from dataclasses import replace

import numpy as np
import pandas as pd

from datasets.columns import (
    MAX_VOCABULARY,
    choose_dtype,
    choose_kind,
    infer_content,
    is_integer,
    to_inputs,
)
from datasets.dataset import Column
from datasets.dates import to_days, to_utc
from datasets.input_choice import ColumnFacts, is_named_like_id
from datasets.labels import join_spellings, to_label
from datasets.running_statistics import LabelCounts, Moments, Repeats
from errors import UserError


class ColumnSummary:
    """Summary of a column that may become an input.

    Statistics (moments, labels, whether values are missing) are of the training rows, everything
    else is of all rows.
    """

    def __init__(self, name):
        self.name, self.rows, self.present = name, 0, 0
        self.ranges = {}  # (smallest, largest) by content
        self.has_missing, self.integer, self.is_counter, self.error = False, True, True, None
        self.moments, self.labels = Moments(), LabelCounts()
        self.repeats = Repeats()

    def add(self, series, in_training):
        """Add the rows of a piece; `in_training` is (rows,) of True and False."""
        content, present = infer_content(series), series.notna().to_numpy()
        self.has_missing |= bool((~present & in_training).any())
        self.integer &= is_integer(series)
        if content in ("number", "boolean"):
            self.add_numbers(series, content, present, in_training)
        elif content == "date":
            dates = to_utc(series)
            self.widen_range(content, dates)
            self.moments.add(to_days(dates[dates.notna().to_numpy() & in_training]))
        elif content in ("text", "mixed"):
            self.add_labels(series, in_training)
        self.rows += len(series)
        self.present += int(present.sum())

    def add_numbers(self, series, content, present, in_training):
        """Add numbers; `present` is where they are not missing."""
        self.widen_range(content, series[present])
        self.is_counter &= self.integer and bool(present.all())
        if self.is_counter:
            first = int(self.ranges[content][0])
            expected = first + self.rows + np.arange(len(series))
            self.is_counter = bool((series.to_numpy() == expected).all())
        if self.integer and is_named_like_id(self.name):
            self.repeats.add(*np.unique(series[present].to_numpy(), return_counts=True))
        try:
            values = to_inputs(series.to_frame(), [Column(self.name, dtype="float64")])[self.name]
            self.moments.add(values[present & in_training])
        except UserError as error:
            # Raised later, unless the column is left out or is text in a later piece.
            self.error = self.error or error

    def add_labels(self, series, in_training):
        """Add text."""
        codes, values = pd.factorize(series)
        times = np.bincount(codes[codes >= 0], minlength=len(values))
        times_in_training = np.bincount(codes[(codes >= 0) & in_training], minlength=len(values))
        labels = pd.Series([to_label(value) for value in values.astype(object)], dtype=object)
        self.widen_range("text", labels)
        self.labels.add(labels, times_in_training)
        self.has_missing |= self.labels.pop("", 0) > 0
        self.repeats.add(labels, times)

    def widen_range(self, content, values):
        """Include values in the range of their content."""
        smallest, largest = values.min(), values.max()
        low, high = self.ranges.get(content, (smallest, largest))
        self.ranges[content] = min(smallest, low), max(largest, high)

    def to_facts(self, content):
        """Return the `ColumnFacts` of all rows, given the content of all pieces together."""
        smallest, largest = self.ranges.get(content, (0, 1))
        is_id = self.integer and is_named_like_id(self.name)
        all_differ = (content == "text" or is_id) and not self.repeats.any_repeated
        distinct = 1 if smallest == largest else self.present if all_differ else 2
        complete = self.present == self.rows
        return ColumnFacts(
            self.rows,
            self.present,
            distinct,
            kind=choose_kind(content),
            integer=self.integer,
            lists=content == "lists",
            is_counter=self.integer and self.is_counter and complete and smallest in (0, 1),
        )

    def join_spellings(self):
        """Join the spellings of each label, see `datasets.labels.join_labels`."""
        return self.labels.join(join_spellings(self.labels))

    def to_column(self, describe, content):
        """Return the `Column` as `datasets.columns.describe_columns` does.

        Args:
            describe: function of name and kind that returns a `Column` without statistics.
            content: content of all pieces together.

        Raises: UserError if a number is infinite or too large.
        """
        kind = choose_kind(content)
        column = replace(describe(self.name, kind), has_missing=self.has_missing)
        if kind == "number" and self.error:
            raise self.error
        if kind == "category":
            return replace(column, vocabulary=self.labels.most_frequent(MAX_VOCABULARY))
        column = replace(column, mean=float(self.moments.mean), std=self.moments.std)
        return replace(column, dtype=choose_dtype(column)) if kind == "number" else column
