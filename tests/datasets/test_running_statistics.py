from collections import Counter

import numpy as np
import pytest

from datasets.running_statistics import LabelCounts, Moments, Repeats


def test_moments_without_cancellation():
    # A sum of squares would lose all digits.
    values = 1e9 + np.random.default_rng(0).normal(size=1000)
    moments = Moments()
    for piece in np.split(values, [1, 10, 10, 700]):
        moments.add(piece)
    assert (moments.count, moments.mean) == (1000, pytest.approx(values.mean(), rel=1e-15))
    assert moments.std == pytest.approx(values.std(), rel=1e-6)


def test_moments_of_repeated_values():
    moments = Moments()
    moments.add([1.0, 2.0, 9.0], [3, 1, 0])
    assert (moments.count, moments.mean, moments.std) == (
        4,
        1.25,
        pytest.approx(np.std([1, 1, 1, 2])),
    )
    assert (Moments().mean, Moments().std) == (0.0, 1.0)


def test_the_most_frequent_labels_are_kept():
    random = np.random.default_rng(0)
    labels = np.where(
        random.uniform(size=20_000) < 0.3, "often", random.integers(0, 10_000, 20_000).astype(str)
    )
    true, counts = Counter(labels.tolist()), LabelCounts(max_labels=500)
    for piece in np.split(labels, 20):
        counts.add(*np.unique(piece, return_counts=True))
        assert len(counts) <= 500
    assert counts.most_frequent(1) == ("often",) and not counts.complete
    for label, count in counts.items():
        assert true[label] - 20_000 / 500 <= count <= true[label]


def test_few_labels_are_counted_exactly():
    counts = LabelCounts()
    counts.add(["b", "a", "c"], np.array([2, 2, 0]))
    counts.add(["a"], np.array([1]))
    assert counts == {"a": 3, "b": 2} and counts.complete and counts.most_frequent(1) == ("a",)


def test_repeats(monkeypatch):
    monkeypatch.setattr("datasets.running_statistics.MAX_HASHES", 100)
    repeats = Repeats()
    for start in range(0, 1000, 10):
        repeats.add(np.arange(start, start + 10).astype(str).astype(object), np.ones(10, int))
        assert len(repeats.hashes) <= 100
    assert not repeats.any_repeated
    repeats.add(np.arange(500).astype(str).astype(object), np.ones(500, int))
    assert repeats.any_repeated
    at_once = Repeats()
    at_once.add(np.array(["a", "b"], object), np.array([1, 2]))
    assert at_once.any_repeated
