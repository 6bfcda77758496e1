"""Every row trains and every row validates: each network of an ensemble leaves another part of the rows out."""

import warnings

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from errors import UserError


def leave_out(rows, members, seed, stratify=None):
    """Which rows each network leaves out of its training: `(rows, members)` of True and False, one True a row."""
    folds = KFold if stratify is None else StratifiedKFold
    most = rows if stratify is None else np.unique(stratify, return_counts=True)[1].max()
    if members > most:  # some would leave nothing out
        raise UserError(f"--members wants at most {most} for these rows. Received: {members}")
    mask = np.zeros((rows, members), bool)
    warnings.filterwarnings(
        "ignore", message="The least populated class"
    )  # some members see no row of it
    for member, (_, out) in enumerate(
        folds(members, shuffle=True, random_state=seed).split(np.zeros(rows), stratify)
    ):
        mask[out, member] = True
    return mask


def cross_validate(example, out):
    """Examples for an ensemble, from those for a network.

    Args:
        example: `(inputs, [targets (rows,)], [weights (rows,)])`.
        out: from `leave_out`.

    Returns: `(train, validation)`, each `(inputs, [targets (rows, members, 1)], [weights (rows, members)])`. The weights
    are scaled so that a loss is the mean over the rows that count.
    """
    inputs, targets, weights = example
    members = out.shape[1]
    targets = [np.repeat(y[:, None, None], members, axis=1) for y in targets]
    train = [w[:, None] * ~out * np.float32(members / (members - 1)) for w in weights]
    validation = [w[:, None] * out * np.float32(members) for w in weights]
    return (inputs, targets, train), (inputs, targets, validation)
