"""Samples of a formula, inside an interval and in a margin around it."""

import numpy as np

from datasets.columns import describe_columns
from datasets.dataset import Column, Dataset, Split, Target
from datasets.split import split_at_random
from datasets.table import compute_mean_and_std
from errors import UserError
from symbolic import formula

LARGEST = float(np.finfo("float32").max)  # networks compute in float32
WIDEST = 1e30  # bound of an interval; its margins have to stay within float32 as well


def sample_formula(
    text, interval, samples, split_seed, margin=0.5, noise=0.0, target="f", probabilistic=False
):
    """Sample a formula at random points of a box, and at random points around the box.

    Args:
        text: formula in one or two variables.
        interval: (low, high) of every variable, or (low, high, low, high) for two variables.
        samples: number of points inside the box; the same number is drawn outside.
        split_seed: seed of the random points and of their split.
        margin: width of the margin around the interval, as a fraction of the interval's width.
        noise: standard deviation of the Gaussian noise on the values.
        target: name of the values.
        probabilistic: whether the network predicts a standard deviation.

    Returns: a `Dataset`; the points in the margin are an extra split.

    Raises: UserError if the formula cannot be parsed, does not have one or two variables, or is not
    finite at one of the points.
    """
    expression = formula.parse(text)
    names = formula.list_variables(expression)
    if not 1 <= len(names) <= 2:
        raise UserError(
            f"the formula must have one or two variables. Received {len(names)} in {text!r}"
        )
    box = expand_interval(interval, len(names))  # (variables, 2)
    function = formula.compile_function(expression, names)
    random = np.random.default_rng(split_seed)

    def evaluate(points):  # (points, variables)
        values = function(*points.T)
        check_finite(text, names, points, values)
        inputs = {name: x.astype("float32") for name, x in zip(names, points.T, strict=True)}
        return Split(inputs, {target: values + noise * random.standard_normal(len(values))})

    inside = evaluate(random.uniform(box[:, 0], box[:, 1], (samples, len(names))))
    train, validation, test = split_at_random(inside, split_seed)
    extra_splits = {}
    if margin > 0:
        outside = evaluate(draw_from_margin(box, margin, samples, random))
        extra_splits[f"outside, {margin:g} of the interval"] = outside
    mean, std = compute_mean_and_std(train.targets[target])
    targets = (Target(target, mean=mean, std=std, probabilistic=probabilistic),)
    columns = describe_columns(train.inputs, [Column(name) for name in names])
    source = f"{target} = {text}" + (f" + noise of {noise:g}" if noise else "")
    return Dataset(source, train, validation, test, columns, targets, extra_splits)


def check_finite(text, names, points, values):
    """Raise UserError if a formula's value is not a float32 at one of the points."""
    usable = np.abs(values) <= LARGEST  # False for NaN
    if not usable.all():
        point = zip(names, points[~usable][0], strict=True)
        raise UserError(
            f"the formula {text!r} has no finite float32 value at "
            f"{', '.join(f'{name} = {value:.3g}' for name, value in point)}. "
            "Change --interval or --margin"
        )


def expand_interval(interval, variables):
    """Return the interval of each variable, `(variables, 2)`."""
    if len(interval) == 2:
        interval = tuple(interval) * variables
    if len(interval) != 2 * variables:
        expected = (
            "2 numbers for one variable"
            if variables == 1
            else f"2 or {2 * variables} numbers for {variables} variables"
        )
        raise UserError(f"--interval expects {expected}. Received: {len(interval)} numbers")
    box = np.array(interval, "float64").reshape(variables, 2)
    if not ((np.abs(box) <= WIDEST).all() and (box[:, 0] < box[:, 1]).all()):
        raise UserError(
            f"--interval expects numbers from -{WIDEST:g} to {WIDEST:g}, each low below its high. "
            f"Received: {' '.join(map(str, interval))}"
        )
    return box


def draw_from_margin(box, margin, points, random):
    """Draw random points from the margin around a box, `(points, variables)`."""
    width = margin * (box[:, 1] - box[:, 0])
    low, high = box[:, 0] - width, box[:, 1] + width
    kept = np.empty((0, len(box)))
    while len(kept) < points:
        drawn = random.uniform(low, high, (points, len(box)))
        inside = ((drawn >= box[:, 0]) & (drawn <= box[:, 1])).all(axis=1)
        kept = np.concatenate([kept, drawn[~inside]])
    return kept[:points]
