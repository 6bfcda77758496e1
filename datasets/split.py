"""Which rows train, which validate, which test: at random, in order of time, or by group."""

import numpy as np
from sklearn.model_selection import GroupShuffleSplit, KFold, StratifiedKFold, train_test_split

from errors import UserError


def split_at_random(rows, seed, stratify=None):
    """Return `(train, validation, test)`: a fifth of all rows tests, a fifth of the rest validates.

    The test rows are those of scikit-learn's `train_test_split(test_size=0.2, random_state=seed)`.

    Args:
        rows: `datasets.dataset.Split` of all rows.
        seed: seed of the random split.
        stratify: labels `(rows,)` whose proportions every split keeps.
    """
    others, test = take_fifth(np.arange(rows.rows), seed, stratify)
    train, validation = take_fifth(others, seed, None if stratify is None else stratify[others])
    return rows.take(train), rows.take(validation), rows.take(test)


def take_fifth(numbers, seed, stratify=None):
    """Return numbers of rows as `(others, a fifth)`, chosen at random."""
    return train_test_split(numbers, test_size=0.2, random_state=seed, stratify=stratify)


def split_in_folds(rows, folds, seed, stratify=None):
    """Return a list of `(train, validation, test)`, for a nested cross-validation.

    Each row is in the test part once. The next fold validates, so that a test part decides nothing.

    Args:
        rows: `datasets.dataset.Split` of all rows.
        folds: number of folds, 3 or more.
        seed: seed of the random folds.
        stratify: labels `(rows,)` whose proportions every fold keeps.

    Raises: UserError if a fold would have no row, or none of some class.
    """
    counts = [rows.rows] if stratify is None else np.unique(stratify, return_counts=True)[1]
    if folds > min(counts):
        what = "rows" if stratify is None else "rows of the rarest class"
        raise UserError(f"--folds must be at most {min(counts)}, the {what}. Received: {folds}")
    parts = (KFold if stratify is None else StratifiedKFold)(folds, shuffle=True, random_state=seed)
    tests = [test for _, test in parts.split(np.zeros(rows.rows), stratify)]
    found = []
    for number, test in enumerate(tests):
        validation = tests[(number + 1) % folds]
        train = np.setdiff1d(np.arange(rows.rows), np.concatenate([test, validation]))
        found.append((rows.take(train), rows.take(validation), rows.take(test)))
    return found


def split_in_time(rows, time):
    """Return `(train, validation, test)` in order of time: the last fifth tests.

    Of the rest the last fifth validates. Rows of the same time stay together, so that no split
    sees another's time.

    Args:
        rows: `datasets.dataset.Split` of all rows.
        time: time of each row, `(rows,)`, of any type that can be sorted.

    Raises: UserError for fewer than three different times.
    """
    times = np.asarray(time)
    distinct = np.unique(times)
    if len(distinct) < 3:
        raise UserError(
            f"a split in order of time needs 3 different times or more. Received: {len(distinct)}"
        )
    test_start = last_fifth(np.sort(times), distinct[2:])
    before = np.sort(times[times < test_start])
    validation_start = last_fifth(before, np.unique(before)[1:])
    train, test = times < validation_start, times >= test_start
    return rows.take(train), rows.take(~train & ~test), rows.take(test)


def last_fifth(ordered, starts):
    """Return the time, one of `starts`, at which about the last fifth of ordered times begins."""
    target = ordered[int(0.8 * len(ordered))]
    return starts[min(np.searchsorted(starts, target), len(starts) - 1)]


def split_by_group(rows, groups, seed):
    """Return `(train, validation, test)` in which no group is in two of them.

    A fifth of the groups tests, a fifth of the other groups validates.

    Args:
        rows: `datasets.dataset.Split` of all rows.
        groups: group of each row, `(rows,)`, e.g. the patient.
        seed: seed of the random split.

    Raises: UserError for fewer than three groups.
    """
    groups = np.asarray(groups)
    if (count := len(np.unique(groups))) < 3:
        raise UserError(f"a split by group needs 3 groups or more. Received: {count}")

    def take_groups(numbers):
        folds = GroupShuffleSplit(1, test_size=0.2, random_state=seed)
        ((others, chosen),) = folds.split(numbers, groups=groups[numbers])
        return numbers[others], numbers[chosen]

    others, test = take_groups(np.arange(rows.rows))
    train, validation = take_groups(others)
    return rows.take(train), rows.take(validation), rows.take(test)
