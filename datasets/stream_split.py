"""The split of a table that is read in pieces: a random number per row decides what it is for."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.target_column import drop_missing_targets

MAX_HELD = 100_000  # rows that validate, and rows that test; about, since they are drawn at random
MAX_SAMPLED = 200_000  # training rows in the sample, about


class SplitPiece(NamedTuple):
    """A piece of a table, and what its rows are for.

    Args:
        frame: rows in which no target is missing.
        dropped: number of the other rows.
        train, validation, test: which rows are for what, `(rows,)` of True and False.
        sample: which training rows are in the sample.
    """

    frame: pd.DataFrame
    dropped: int
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    sample: np.ndarray


class StreamSplitter:
    """The split of a table, the same for pieces of any size.

    Args:
        targets: names of the targets; rows in which one is missing are left out.
        seed: seed of the random numbers, one per row in the order of the rows.
        rows: number of rows of the table, about.
        with_test: whether some of the rows test.
    """

    def __init__(self, targets, seed, rows, with_test):
        self.targets, self.seed = targets, seed
        share = min(0.2, MAX_HELD / rows)
        # A row tests, validates or is in the sample if its random number is below these bounds.
        self.bounds = np.cumsum((share * with_test, share, MAX_SAMPLED / rows))

    def split(self, pieces):
        """Turn an iterator of `pandas.DataFrame` into one of `SplitPiece`."""
        random = np.random.default_rng(self.seed)
        test_bound, validation_bound, sample_bound = self.bounds
        for frame in pieces:
            draws = random.random(len(frame))
            complete, _ = drop_missing_targets(frame, self.targets)
            draws = draws[complete.index - frame.index[0]]
            train = draws >= validation_bound
            yield SplitPiece(
                complete,
                len(frame) - len(complete),
                train=train,
                validation=(draws >= test_bound) & ~train,
                test=draws < test_bound,
                sample=train & (draws < sample_bound),
            )
