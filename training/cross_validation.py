"""Every row trains and validates: each network of an ensemble leaves a different part out."""

import warnings

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from errors import UserError


def leave_out(rows, members, seed, stratify=None, groups=None):
    """Return which rows each network leaves out: `(rows, members)`, one True per row.

    Args:
        rows: number of rows.
        members: number of networks.
        seed: seed of the random parts.
        stratify: labels `(rows,)` whose proportions every part keeps.
        groups: group of each row, `(rows,)`; each is left out as a whole.

    Raises: UserError if some networks would leave nothing out.
    """
    if groups is not None:
        folds, most = GroupKFold, len(np.unique(groups))
    else:
        folds = KFold if stratify is None else StratifiedKFold
        most = rows if stratify is None else np.unique(stratify, return_counts=True)[1].max()
    if members > most:
        raise UserError(f"--members must be at most {most} for these rows. Received: {members}")
    parts = folds(members, shuffle=True, random_state=seed)
    mask = np.zeros((rows, members), bool)
    with warnings.catch_warnings():  # some members may not see the rarest class
        warnings.filterwarnings("ignore", message="The least populated class")
        for member, (_, out) in enumerate(parts.split(np.zeros(rows), stratify, groups)):
            mask[out, member] = True
    return mask


def cross_validate(example, out):
    """Turn the arrays for one network into those for an ensemble.

    The weights are scaled so that a loss is the mean over the rows that count.

    Args:
        example: `(inputs, [targets (rows,)], [weights (rows,)])`.
        out: from `leave_out`.

    Returns: `(train, validation)`, each
    `(inputs, [targets (rows, members, 1)], [weights (rows, members)])`.
    """
    inputs, targets, weights = example
    members = out.shape[1]
    targets = [np.repeat(y[:, None, None], members, axis=1) for y in targets]
    train = [w[:, None] * ~out * np.float32(members / (members - 1)) for w in weights]
    validation = [w[:, None] * out * np.float32(members) for w in weights]
    return (inputs, targets, train), (inputs, targets, validation)
