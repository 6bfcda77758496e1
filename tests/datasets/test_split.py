"""Splits at random, in order of time and by group: every row once, and nothing known in advance."""

import numpy as np
import pytest

from datasets.dataset import Split
from datasets.split import (
    split_at_random,
    split_by_group,
    split_in_folds,
    split_in_time,
    take_fifth,
)
from errors import UserError


def make_rows(count):
    numbers = np.arange(count)
    return Split({"x": numbers, "picture": np.zeros((count, 2, 2))}, {"y": 2 * numbers})


def numbers_of(splits, count):
    """Return the numbers of the rows of each split, and check that each row is in one of them."""
    found = [split.inputs["x"] for split in splits]
    np.testing.assert_array_equal(np.sort(np.concatenate(found)), np.arange(count))
    for split, numbers in zip(splits, found, strict=True):
        assert split.rows == len(numbers) > 0
        np.testing.assert_array_equal(split.targets["y"], 2 * numbers)
        assert split.inputs["picture"].shape == (len(numbers), 2, 2)
    return found


# At random


def test_the_test_rows_are_scikit_learns():
    from sklearn.model_selection import train_test_split

    _, expected = train_test_split(np.arange(100), test_size=0.2, random_state=42)
    train, validation, test = numbers_of(split_at_random(make_rows(100), 42), 100)
    np.testing.assert_array_equal(test, expected)
    assert (len(train), len(validation), len(test)) == (64, 16, 20)


def test_a_seed_decides_on_the_split():
    first, again, other = (
        numbers_of(split_at_random(make_rows(100), seed), 100) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first[0], again[0])
    assert set(first[2]) != set(other[2])


def test_every_split_keeps_the_proportions_of_the_classes():
    labels = np.repeat(["a", "b"], [90, 10])
    for numbers in numbers_of(split_at_random(make_rows(100), 0, labels), 100):
        assert np.mean(labels[numbers] == "b") == pytest.approx(0.1, abs=0.04)


def test_a_fifth():
    others, fifth = take_fifth(np.arange(50), 0)
    assert (len(others), len(fifth)) == (40, 10) and not set(others) & set(fifth)


# In order of time


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("kind", ["float64", "datetime64[h]", "text"])
def test_the_last_fifth_of_the_time_tests(shuffled, kind):
    time = np.arange(100)
    if shuffled:
        time = np.random.default_rng(0).permutation(time)
    values = np.array([f"{t:04}" for t in time]) if kind == "text" else time.astype(kind)
    train, validation, test = numbers_of(split_in_time(make_rows(100), values), 100)
    assert time[train].max() < time[validation].min() <= time[validation].max() < time[test].min()
    assert (len(train), len(validation), len(test)) == (64, 16, 20)
    assert (np.diff(train) > 0).all()  # the rows keep their order


def test_rows_of_one_time_stay_together():
    time = np.random.default_rng(0).integers(0, 12, 300)
    splits = numbers_of(split_in_time(make_rows(300), time), 300)
    times = [set(time[numbers].tolist()) for numbers in splits]
    assert sum(map(len, times)) == 12 and set.union(*times) == set(range(12))
    assert max(times[0]) < min(times[1]) and max(times[1]) < min(times[2])


@pytest.mark.parametrize(
    "time",
    [
        [0, 1, 2],
        [2, 1, 0, 0, 0, 0],
        [0] * 98 + [1, 2],
        [0, 1] + [2] * 98,
        [0] + [1] * 98 + [2],
        [0] * 40 + [1] * 40 + [2] * 40,
    ],
    ids=["three rows", "most first", "late", "early", "middle", "even"],
)
def test_as_few_as_three_times_make_three_splits(time):
    splits = numbers_of(split_in_time(make_rows(len(time)), time), len(time))
    assert [set(np.array(time)[numbers]) for numbers in splits] == [{0}, {1}, {2}]


@pytest.mark.parametrize("time", [[0, 1], [3] * 10, [1, 2] * 5])
def test_too_few_times(time):
    message = f"needs 3 different times or more. Received: {len(set(time))}"
    with pytest.raises(UserError, match=message):
        split_in_time(make_rows(len(time)), time)


# By group


@pytest.mark.parametrize("text", [False, True])
def test_no_group_is_in_two_splits(text):
    groups = np.random.default_rng(0).integers(0, 25, 200)
    names = np.array([f"patient {g}" for g in groups]) if text else groups
    splits = numbers_of(split_by_group(make_rows(200), names, 0), 200)
    found = [set(groups[numbers].tolist()) for numbers in splits]
    assert not (found[0] & found[1] or found[0] & found[2] or found[1] & found[2])
    assert [len(part) for part in found] == [16, 4, 5]


def test_a_seed_decides_on_the_groups():
    groups = np.arange(100) % 20
    first, again, other = (
        numbers_of(split_by_group(make_rows(100), groups, seed), 100) for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first[2], again[2])
    assert set(groups[first[2]]) != set(groups[other[2]])


def test_three_groups_make_three_splits():
    for groups in ([0, 1, 2], [0] * 50 + [1, 2]):
        splits = numbers_of(split_by_group(make_rows(len(groups)), groups, 0), len(groups))
        found = [set(np.array(groups)[numbers].tolist()) for numbers in splits]
        assert sorted(map(len, found)) == [1, 1, 1] and set.union(*found) == {0, 1, 2}


@pytest.mark.parametrize("groups", [["a", "b"] * 5, [1] * 10])
def test_too_few_groups(groups):
    message = f"needs 3 groups or more. Received: {len(set(groups))}"
    with pytest.raises(UserError, match=message):
        split_by_group(make_rows(10), groups, 0)


def test_each_fold_tests_once_and_validates_once():
    labels = np.arange(60) % 3
    for stratify in (None, labels):
        folds = split_in_folds(make_rows(60), 5, 0, stratify)
        for splits in folds:
            train, validation, test = numbers_of(splits, 60)
            assert (len(train), len(validation), len(test)) == (36, 12, 12)
            if stratify is not None:
                assert np.bincount(labels[test]).tolist() == [4, 4, 4]
        for part in (1, 2):
            rows = np.concatenate([splits[part].inputs["x"] for splits in folds])
            assert sorted(rows.tolist()) == list(range(60))
    with pytest.raises(UserError, match="--folds must be at most 20, the rows of the rarest class"):
        split_in_folds(make_rows(60), 21, 0, labels)
