"""Any table as a dataset: which columns can be used, what they mean, how the rows are split."""

import itertools
from dataclasses import replace

import numpy as np

from datasets.columns import describe, kind_of, to_inputs, usable_columns
from datasets.dataset import Column, Dataset, Split, Target
from datasets.split import off_a_fifth, split
from datasets.target_column import describe_target, drop_missing_targets, target_values
from errors import UserError

MIN_ROWS = 10  # fewer leave nothing to fit or nothing to test with


def table_dataset(
    source, frame, targets, split_seed, task="auto", units=None, probabilistic=False, test=None
):
    """Find out what a table holds and split it.

    Args:
        source: where it comes from, in words.
        frame: `pandas.DataFrame`, rows as read.
        targets: names of the columns to predict.
        split_seed: of the split; a classification keeps the share of each class of its first target.
        task: "regression", "classification", or "auto" to decide by the target's values.
        units: of columns, by name.
        probabilistic: whether regression targets get a standard deviation.
        test: `pandas.DataFrame` of rows to test with; then all others train and validate.

    Raises: UserError for a target that is missing or cannot be learned, and for columns that cannot be used.
    """
    units = units or {}
    targets = list(dict.fromkeys(targets))  # each once
    check_targets(targets)
    frame, remarks = drop_missing_targets(frame, targets)
    check_rows(len(frame))
    classes = {}
    for name in targets:
        classes[name], found = describe_target(frame, name, task)
        remarks.append(found)
    names, left_out = usable_columns(frame, targets)
    kinds = {name: kind_of(frame[name]) for name in names}
    read = [Column(name, kind) for name, kind in kinds.items()]

    def values(frame):
        return Split(
            to_inputs(frame, read),
            {name: target_values(frame, name, classes[name]) for name in targets},
        )

    known = values(frame)
    stratify = next((known.targets[name] for name in targets if classes[name]), None)
    if test is None:
        train, validation, test = split(known, split_seed, stratify)
    else:
        train, validation = map(
            known.take, off_a_fifth(np.arange(known.rows), split_seed, stratify)
        )
        test = values(drop_missing_targets(test, targets)[0])
        if not test.rows:
            raise UserError(
                "the rows to test with have no targets. Add them, or leave --test-data out"
            )
    columns = tuple(
        replace(column, unit=units.get(column.name, "")) for column in describe(train.inputs, kinds)
    )

    def target(name):
        unit = units.get(name, "")
        if classes[name]:
            return Target(name, unit, classes[name])
        return Target(name, unit, (), *mean_and_std(train.targets[name]), probabilistic)

    described = tuple(target(name) for name in targets)
    return Dataset(
        source, train, validation, test, columns, described, remarks=(*remarks, *left_out)
    )


def check_targets(names):
    """Raise UserError for targets whose answers would have the same name."""
    for first, second in itertools.permutations(names, 2):
        if second in (f"{first}_std", f"{first}_probabilities"):
            raise UserError(
                f"Target '{second}' is called like a part of the answer for '{first}'. Rename the column"
            )


def check_rows(rows):
    """Raise UserError for too few; without any, the target has more to say."""
    if 0 < rows < MIN_ROWS:
        raise UserError(
            f"the table has {rows} rows with a target, wanted at least {MIN_ROWS}. Add rows"
        )


def mean_and_std(values):
    """Of a target's training rows, the latter never 0."""
    return float(values.mean()), float(values.std()) or 1.0
