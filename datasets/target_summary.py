"""What decides about a target, gathered from a table that is read in pieces."""

from collections import Counter

import numpy as np
import pandas as pd

from datasets.columns import choose_kind, infer_content, is_integer
from datasets.labels import join_spellings, to_label
from datasets.running_statistics import Moments
from datasets.target_column import (
    EXACT,
    LARGEST,
    TargetFacts,
    make_infinite_error,
    make_text_hint,
)

MAX_VALUES = 100_000  # distinct values that are counted; a target with more is a regression


class TargetSummary:
    """Summary of a column to predict."""

    def __init__(self, name):
        self.name, self.rows, self.texts, self.first_text, self.error = name, 0, 0, None, None
        self.fraction, self.integers = False, True
        self.counts, self.counts_in_training = Counter(), Counter()
        self.moments = Moments()

    def add(self, series, in_training):
        """Add the rows of a piece, none missing; `in_training` is (rows,) of True and False."""
        if series.empty:
            return
        self.rows += len(series)
        content = infer_content(series)
        if content in ("number", "boolean"):
            values = series.to_numpy("float64")
            infinite = np.abs(values) > LARGEST
            if infinite.any():
                row = series.index[infinite][0]
                self.error = self.error or make_infinite_error(self.name, row)
                return
            labels, codes = self.add_numbers(values, is_integer(series), in_training)
        else:
            labels, codes = self.add_text(series)
        times, times_in_training = (
            np.bincount(chosen, minlength=len(labels)) for chosen in (codes, codes[in_training])
        )
        self.add_counts(labels, times, times_in_training)

    def add_numbers(self, values, integers, in_training):
        """Add finite numbers; return the distinct ones and each row's index among them."""
        self.integers &= integers
        self.fraction |= bool((values % 1 != 0).any() or np.abs(values).max() >= EXACT)
        self.moments.add(values[in_training])
        labels, codes = np.unique(values, return_inverse=True)
        return labels.tolist(), codes

    def add_text(self, series):
        """Add text; return the distinct labels and each row's index among them."""
        codes, values = pd.factorize(series)
        labels = [to_label(value) for value in values.astype(object)]
        numbers = pd.to_numeric(pd.Series(labels, dtype=object), errors="coerce")
        texts = numbers.isna().to_numpy()[codes]
        if texts.any() and self.first_text is None:
            row = series.index[texts][0]
            self.first_text = to_label(series[row]), row
        self.texts += int(texts.sum())
        return labels, codes

    def add_counts(self, labels, times, times_in_training):
        """Add how often distinct labels occur, unless there are too many already."""
        if len(self.counts) <= MAX_VALUES:
            self.counts.update(dict(zip(labels, times.tolist(), strict=True)))
            in_training = dict(zip(labels, times_in_training.tolist(), strict=True))
            self.counts_in_training.update(in_training)

    def join_spellings(self):
        """Join the spellings of each label, as in `datasets.labels.join_labels`."""
        texts = {label: rows for label, rows in self.counts.items() if isinstance(label, str)}
        spellings, joined = join_spellings(texts), {}
        for label, usual in spellings.items():
            joined[label] = usual, self.counts.pop(label)
            self.counts[usual] += joined[label][1]
            self.counts_in_training[usual] += self.counts_in_training.pop(label, 0)
        return joined

    def to_facts(self, content):
        """Return the `TargetFacts`, given the content of all pieces together.

        Raises: UserError for an infinite number.
        """
        if content in ("number", "boolean") and self.error:
            raise self.error
        kind = choose_kind(content)
        if content == "boolean":
            kind = "boolean"
        elif kind == "number":
            kind = "integer" if self.integers or not self.fraction else "fraction"
        elif kind == "category":
            kind = "text"
        counts = dict(self.counts.most_common(MAX_VALUES))
        if kind in ("boolean", "integer"):  # counted as floats
            native = bool if kind == "boolean" else int
            counts = {native(value): count for value, count in counts.items()}
        hint = make_text_hint(self.texts / self.rows, *self.first_text) if self.first_text else ""
        return TargetFacts(kind, counts, self.rows, hint, len(self.counts) <= MAX_VALUES)

    def class_counts(self, classes):
        """Return the number of training rows of each class that has any, `{label: rows}`."""
        counts = {label: self.counts_in_training[label] for label in classes}
        return {label: count for label, count in counts.items() if count}
