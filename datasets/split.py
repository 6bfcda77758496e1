"""Which rows train, which validate, which test."""

import numpy as np
from sklearn.model_selection import train_test_split


def split(rows, seed, stratify=None):
    """`(train, validation, test)`: a fifth of all rows tests, a fifth of the others validates.

    The test rows are those of scikit-learn's `train_test_split(test_size=0.2, random_state=seed)`.

    Args:
        rows: `datasets.dataset.Split` of all of them.
        seed: of the shuffling.
        stratify: labels, `(rows,)`, whose shares every split keeps.
    """
    others, test = off_a_fifth(np.arange(rows.rows), seed, stratify)
    train, validation = off_a_fifth(others, seed, None if stratify is None else stratify[others])
    return rows.take(train), rows.take(validation), rows.take(test)


def off_a_fifth(numbers, seed, stratify=None):
    """Numbers of rows as `(others, a fifth)`, chosen at random."""
    return train_test_split(numbers, test_size=0.2, random_state=seed, stratify=stratify)
