"""Which rows train, which validate, which test."""

import numpy as np
from sklearn.model_selection import train_test_split

from datasets.dataset import Split


def split_rows(rows, seed, stratify=None):
    """Numbers of the train, validation and test rows: a fifth of all rows tests, a fifth of the others validates.

    The test rows are those of scikit-learn's `train_test_split(test_size=0.2, random_state=seed)`.

    Args:
        rows: how many there are.
        seed: of the shuffling.
        stratify: labels, `(rows,)`, whose shares every split keeps.
    """
    others, test = train_test_split(np.arange(rows), test_size=0.2, random_state=seed, stratify=stratify)
    train, validation = train_test_split(
        others, test_size=0.2, random_state=seed, stratify=None if stratify is None else stratify[others]
    )
    return train, validation, test


def split(inputs, targets, seed, stratify=None):
    """`(train, validation, test)` of `{name: (rows, ...)}` inputs and targets."""
    rows = len(next(iter(inputs.values())))
    return tuple(
        Split({k: v[chosen] for k, v in inputs.items()}, {k: v[chosen] for k, v in targets.items()})
        for chosen in split_rows(rows, seed, stratify)
    )
