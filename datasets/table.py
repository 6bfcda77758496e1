"""A table in memory as a dataset: which columns are inputs, what they mean, which rows train."""

import itertools
from dataclasses import replace

import numpy as np

from datasets.columns import describe_columns, infer_kind
from datasets.dataset import Column, Dataset, Target
from datasets.input_choice import choose_inputs
from datasets.split import split_at_random, take_fifth
from datasets.table_rows import to_split, to_test_split
from datasets.target_column import describe_target, drop_missing_targets
from errors import UserError

MIN_ROWS = 10  # with fewer, a split has too few rows to fit or to test with


def make_table_dataset(
    source, frame, targets, split_seed, task="auto", units=None, probabilistic=False, test=None
):
    """Infer what the columns of a table are, and split its rows.

    Args:
        source: where the table comes from, in words.
        frame: `pandas.DataFrame`, rows as read.
        targets: names of the columns to predict.
        split_seed: seed of the random split; in a classification every split has the same
            proportions of the classes of the first such target.
        task: "regression", "classification", or "auto" to decide by the targets' values.
        units: `{column: unit}`.
        probabilistic: whether the network predicts a standard deviation of regression targets.
        test: `pandas.DataFrame` of rows to test with; then all other rows train and validate.

    Raises: UserError if a target is missing or cannot be learned, or no column can be an input.
    """
    units = units or {}
    targets = list(dict.fromkeys(targets))  # each once
    check_target_names(targets)
    frame, remarks = drop_missing_targets(frame, targets)
    check_row_count(len(frame))
    classes = {}
    for name in targets:
        classes[name], remark = describe_target(frame, name, task)
        remarks.append(remark)
    names, left_out = choose_inputs(frame, targets)
    kinds = {name: infer_kind(frame[name]) for name in names}
    columns = [Column(name, kind) for name, kind in kinds.items()]

    rows = to_split(frame, columns, classes)
    stratify = next((rows.targets[name] for name in targets if classes[name]), None)
    if test is None:
        train, validation, test = split_at_random(rows, split_seed, stratify)
    else:
        train, validation = map(rows.take, take_fifth(np.arange(rows.rows), split_seed, stratify))
        test = to_test_split(test, columns, classes)

    def describe(name):
        unit = units.get(name, "")
        if classes[name]:
            return Target(name, unit, classes[name])
        return Target(name, unit, (), *compute_mean_and_std(train.targets[name]), probabilistic)

    columns = tuple(
        replace(column, unit=units.get(column.name, ""))
        for column in describe_columns(train.inputs, kinds)
    )
    targets = tuple(map(describe, targets))
    remarks = (*remarks, *left_out)
    return Dataset(source, train, validation, test, columns, targets, remarks=remarks)


def check_target_names(names):
    """Raise UserError if the predictions of two targets would have the same name."""
    for first, second in itertools.permutations(names, 2):
        if second in (f"{first}_std", f"{first}_probabilities"):
            raise UserError(
                f"Target '{second}' has the name of a prediction for '{first}'. Rename the column"
            )


def check_row_count(rows):
    """Raise UserError for too few rows; without any, the error about the target says more."""
    if 0 < rows < MIN_ROWS:
        raise UserError(
            f"the table has {rows} rows with a target; expected at least {MIN_ROWS}. Add rows"
        )


def compute_mean_and_std(values):
    """Return mean and standard deviation of a target's training rows; the latter is never 0."""
    return float(values.mean()), float(values.std()) or 1.0
