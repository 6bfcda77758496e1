"""Samples of a formula, inside an interval and in a margin around it."""

import numpy as np

from datasets.columns import describe
from datasets.dataset import Dataset, Split, Target
from datasets.split import split
from datasets.table import mean_and_std
from errors import UserError
from symbolic import formula

LARGEST = float(np.finfo("float32").max)  # networks compute in float32
WIDEST = 1e30  # interval, so that its margins don't leave float32 either


def formula_samples(
    text,
    interval,
    samples,
    split_seed,
    margin=0.5,
    noise=0.0,
    target="f",
    probabilistic=False,
    variables=None,
):
    """Random points of a box and a formula's values there.

    Args:
        text: the formula, in one or two variables.
        interval: (low, high) of every variable, or (low, high, low, high) for two.
        samples: number of points inside; as many are drawn outside.
        split_seed: of the points and of their split.
        margin: width of the margin around the interval, as a fraction of the interval's width.
        noise: standard deviation of the Gaussian noise on the values.
        target: what the values are called.
        probabilistic: whether the network is to predict a standard deviation.

    Raises: UserError for a formula that cannot be parsed, has no or too many variables, or is not finite somewhere.
    """
    expression = formula.parse(text)
    names = formula.variables(expression)
    if not 1 <= len(names) <= 2:
        raise UserError(
            f"the formula wants one or two variables. Received {len(names)} in {text!r}"
        )
    box = box_of(interval, len(names))  # (variables, 2)
    values = formula.function(expression, names)
    random = np.random.default_rng(split_seed)

    def sample(points):  # (points, variables)
        true = values(*points.T)
        if not (usable := np.abs(true) <= LARGEST).all():
            place = points[~usable][0]
            where = ", ".join(
                f"{name} = {value:.3g}" for name, value in zip(names, place, strict=True)
            )
            raise UserError(
                f"the formula {text!r} has no finite float32 value at {where}. Change --interval or --margin"
            )
        inputs = {name: points[:, place].astype("float32") for place, name in enumerate(names)}
        return Split(inputs, {target: true + noise * random.standard_normal(len(true))})

    inside = sample(random.uniform(box[:, 0], box[:, 1], (samples, len(names))))
    train, validation, test = split(inside, split_seed)
    extra_splits = {}
    if margin > 0:
        extra_splits[f"outside, {margin:g} of the interval"] = sample(
            around(box, margin, samples, random)
        )
    described = Target(target, "", (), *mean_and_std(train.targets[target]), probabilistic)
    columns = describe(train.inputs, dict.fromkeys(names, "number"))
    source = f"{target} = {text}" + (f" + noise of {noise:g}" if noise else "")
    return Dataset(source, train, validation, test, columns, (described,), extra_splits)


def box_of(interval, variables):
    """The interval of each variable: `(variables, 2)`."""
    if len(interval) == 2:
        interval = tuple(interval) * variables
    if len(interval) != 2 * variables:
        wanted = (
            "2 numbers for one variable"
            if variables == 1
            else f"2 or {2 * variables} numbers for {variables} variables"
        )
        raise UserError(f"--interval wants {wanted}. Received {len(interval)}")
    box = np.array(interval, "float64").reshape(variables, 2)
    if not ((np.abs(box) <= WIDEST).all() and (box[:, 0] < box[:, 1]).all()):
        wanted = f"numbers from -{WIDEST:g} to {WIDEST:g}, low before high"
        raise UserError(f"--interval wants {wanted}. Received {' '.join(map(str, interval))}")
    return box


def around(box, margin, points, random):
    """Random points in the margin around a box: `(points, variables)`."""
    width = margin * (box[:, 1] - box[:, 0])
    low, high = box[:, 0] - width, box[:, 1] + width
    kept = np.empty((0, len(box)))
    while len(kept) < points:
        drawn = random.uniform(low, high, (points, len(box)))
        inside = ((drawn >= box[:, 0]) & (drawn <= box[:, 1])).all(axis=1)
        kept = np.concatenate([kept, drawn[~inside]])
    return kept[:points]
