"""Statistics of values that come piece by piece and are forgotten: moments, frequent labels, whether a value repeats."""

import numpy as np
import pandas as pd

MOST_HASHES = 1_000_000  # compared exactly


class Moments:
    """Count, mean and standard deviation, in float64 and without the cancellation of a sum of squares.

    Source: Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983.
    """

    count, mean, squares = 0, 0.0, 0.0  # squares: sum of the squared distances from the mean

    def add(self, values, times=None):
        """Add `(n,)` finite values, each `times` (n,) often, else once."""
        values = np.asarray(values, "float64")
        count = len(values) if times is None else int(np.sum(times))
        if not count:
            return
        mean = np.average(values, weights=times)
        apart, total = mean - self.mean, self.count + count
        self.squares += (
            np.sum((values - mean) ** 2 * (1 if times is None else times))
            + apart**2 * self.count * count / total
        )
        self.mean += apart * count / total
        self.count = total

    @property
    def std(self):
        """Of the values as they are (not an estimate for a larger population); 1 where they don't differ."""
        return float((self.squares / self.count) ** 0.5) or 1.0 if self.count else 1.0


class LabelCounts(dict):
    """How often each label occurs: exact up to a number of labels, beyond it too low by at most rows / that number.

    So the most frequent ones are kept for certain, in bounded memory.

    Source: Misra and Gries, Finding repeated elements, 1982; merged as by Agarwal et al., Mergeable summaries, 2012.
    """

    def __init__(self, most=20_000):
        self.most, self.complete = most, True

    def add(self, labels, times):
        """Add labels, each so many times; zero times is not at all."""
        for label, count in zip(labels, np.asarray(times).tolist(), strict=True):
            if count:
                self[label] = self.get(label, 0) + count
        if len(self) > self.most:
            self.complete = False
            counts = np.fromiter(self.values(), "int64")
            least = int(
                np.partition(counts, -self.most - 1)[-self.most - 1]
            )  # the largest that is not kept
            kept = {label: count - least for label, count in self.items() if count > least}
            self.clear()
            self.update(kept)

    def most_frequent(self, number):
        """Labels, the most frequent first; equally frequent ones by name, so that a rerun numbers them alike."""
        return tuple(sorted(self, key=lambda label: (-self[label], label))[:number])


class Repeats:
    """Whether any value occurs twice.

    Of very many different values only those are compared whose hash is a multiple of 2, then of 4, 8, ...: a repetition that
    concerns more than a few of them is still seen.
    """

    found = False

    def __init__(self):
        self.known, self.step = np.array([], "uint64"), np.uint64(1)

    def add(self, values, times):
        """Add different values and how often each occurs."""
        if self.found or not len(values):
            return
        hashes = pd.util.hash_array(np.asarray(values))
        hashes = hashes[hashes % self.step == 0]
        merged = np.union1d(self.known, hashes)
        self.found = bool(np.max(times) > 1) or len(merged) < len(self.known) + len(hashes)
        while len(merged) > MOST_HASHES:
            self.step *= np.uint64(2)
            merged = merged[merged % self.step == 0]
        self.known = merged[:0] if self.found else merged
