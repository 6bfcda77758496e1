"""A table in memory as a dataset: which columns are inputs, what they mean, which rows train."""

import itertools
from dataclasses import replace

import numpy as np

from datasets.columns import describe_columns, infer_content, infer_kind
from datasets.dataset import Dataset, Target
from datasets.input_choice import choose_inputs
from datasets.interpreter import Interpreter
from datasets.labels import describe_joined, join_labels
from datasets.split import split_at_random, take_fifth
from datasets.table_rows import read_test_split, to_split
from datasets.target_column import describe_target, drop_missing_targets
from errors import UserError

MIN_ROWS = 10  # with fewer, a split has too few rows to fit or to test with


def make_table_dataset(
    source,
    frame,
    targets,
    split_seed,
    task="auto",
    units=None,
    probabilistic=False,
    test="",
    interpreter=None,
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
        test: file with the rows to test with; then all other rows train and validate.
        interpreter: `datasets.interpreter.Interpreter`; None for one that decides everything.

    Raises: UserError if a target is missing or cannot be learned, or no column can be an input.
    """
    units = frame.attrs.get("units", {}) | (units or {})
    interpreter = interpreter or Interpreter()
    targets = list(dict.fromkeys(targets))  # each once
    check_target_names(targets)
    interpreter.check_names(list(frame.columns))
    frame, remarks = drop_missing_targets(
        interpreter.interpret(frame, frame.attrs.get("decimal", ".")), targets
    )
    check_row_count(len(frame))
    classes = {}
    for name in targets:
        frame, joined = join_spellings(frame, name)
        classes[name], remark = describe_target(frame, name, task)
        remarks += [remark, *joined]
    names, left_out = choose_inputs(frame, targets)
    columns = [interpreter.describe(name, infer_kind(frame[name])) for name in names]
    for column in columns:
        frame, joined = join_spellings(frame, column.name)
        remarks += joined

    rows = to_split(frame, columns, classes)
    stratify = next((rows.targets[name] for name in targets if classes[name]), None)
    if test:
        train, validation = map(rows.take, take_fifth(np.arange(rows.rows), split_seed, stratify))
    else:
        train, validation, test_rows = split_at_random(rows, split_seed, stratify)

    def describe(name):
        column = interpreter.describe(name, "number")
        unit = units.get(name) or column.unit
        if classes[name]:
            return Target(name, unit, classes[name])
        mean, std = compute_mean_and_std(train.targets[name])
        return Target(name, unit, (), mean, std, probabilistic, text_format=column.text_format)

    columns = tuple(
        replace(column, unit=units.get(column.name) or column.unit)
        for column in describe_columns(train.inputs, columns)
    )
    targets = tuple(map(describe, targets))
    if test:
        test_rows = read_test_split(test, columns, targets)
    remarks = (*remarks, *interpreter.remarks(frame.columns), *left_out)
    return Dataset(source, train, validation, test_rows, columns, targets, remarks=remarks)


def join_spellings(frame, name):
    """Join the spellings of the labels of one column. Returns `(frame, remarks)`."""
    if infer_content(frame[name]) != "text":
        return frame, []
    labels, joined = join_labels(frame[name])
    return frame.assign(**{name: labels}), describe_joined(name, joined)


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
