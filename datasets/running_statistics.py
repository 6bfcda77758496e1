"""Statistics of values that arrive in pieces: moments, frequent labels, whether a value repeats."""

import numpy as np
import pandas as pd

MAX_HASHES = 1_000_000  # hashes that are compared exactly


class Moments:
    """Count, mean and standard deviation in float64, without the cancellation of a sum of squares.

    Source: Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983.
    """

    count, mean, squares = 0, 0.0, 0.0  # squares: sum of the squared distances from the mean

    def add(self, values, times=None):
        """Add finite values `(n,)`, each as often as `times` `(n,)` says, or once."""
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
        """Standard deviation of these values (not an estimate for more); 1 if all are equal."""
        return float((self.squares / self.count) ** 0.5) or 1.0 if self.count else 1.0


class LabelCounts(dict):
    """How often each label occurs, in bounded memory.

    The counts are exact up to `max_labels` different labels; beyond that each is too low by at most
    rows / `max_labels`, so the most frequent labels are certainly kept.

    Source: Misra and Gries, Finding repeated elements, 1982; merged as by Agarwal et al., Mergeable
    summaries, 2012.
    """

    def __init__(self, max_labels=20_000):
        self.max_labels, self.complete = max_labels, True

    def add(self, labels, times):
        """Add labels, each as often as `times` says; 0 does not add it."""
        for label, count in zip(labels, np.asarray(times).tolist(), strict=True):
            if count:
                self[label] = self.get(label, 0) + count
        if len(self) > self.max_labels:
            self.complete = False
            counts = np.fromiter(self.values(), "int64")
            first_dropped = -self.max_labels - 1  # in ascending order
            least = int(np.partition(counts, first_dropped)[first_dropped])
            kept = {label: count - least for label, count in self.items() if count > least}
            self.clear()
            self.update(kept)

    def join(self, spellings):
        """Count labels as another spelling of theirs, given `{label: spelling}`.

        Returns: `{label: (spelling, rows)}`.
        """
        joined = {label: (usual, self.pop(label)) for label, usual in spellings.items()}
        for usual, rows in joined.values():
            self[usual] = self.get(usual, 0) + rows
        return joined

    def most_frequent(self, number):
        """Return this many labels, the most frequent first.

        Equally frequent labels are ordered by name, so that a rerun numbers them alike.
        """
        return tuple(sorted(self, key=lambda label: (-self[label], label))[:number])


class Repeats:
    """Whether any value occurs twice.

    If there are very many different values, only those are compared whose hash is a multiple of 2,
    then of 4, 8, ...: repetitions of more than a few values are still found.
    """

    def __init__(self):
        self.any_repeated = False
        self.hashes, self.divisor = np.array([], "uint64"), np.uint64(1)

    def add(self, values, times):
        """Add different values, and how often each occurs."""
        if self.any_repeated or not len(values):
            return
        hashes = pd.util.hash_array(np.asarray(values))
        hashes = hashes[hashes % self.divisor == 0]
        merged = np.union1d(self.hashes, hashes)
        all_new = len(merged) == len(self.hashes) + len(hashes)
        self.any_repeated = bool(np.max(times) > 1) or not all_new
        while len(merged) > MAX_HASHES:
            self.divisor *= np.uint64(2)
            merged = merged[merged % self.divisor == 0]
        self.hashes = merged[:0] if self.any_repeated else merged
