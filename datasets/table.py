"""A table in memory as a dataset: which columns are inputs, what they mean, which rows train."""

import itertools
from dataclasses import replace

import numpy as np

from datasets.columns import cast_numbers, describe_columns, infer_content, infer_kind
from datasets.dataset import Dataset, Target, join_splits
from datasets.input_choice import choose_inputs
from datasets.interpreter import Interpreter
from datasets.labels import describe_joined, describe_odd_labels, join_labels
from datasets.outliers import clip_absurd
from datasets.roles import Roles, find_leaks, read_times
from datasets.split import split_at_random, split_by_group, split_in_time, take_fifth
from datasets.table_rows import read_test_split, to_split
from datasets.target_column import describe_target, drop_missing_targets
from errors import UserError

NO_ROLES = Roles()
REPEATED = 0.01  # share of repeated rows that is worth a remark
MIN_ROWS = 10  # with fewer, a split has too few rows to fit or to test with


def make_table_dataset(
    source, frame, targets, split_seed, task="auto", units=None, probabilistic=False, test="",
    roles=NO_ROLES,
):  # fmt: skip
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
        roles: `datasets.roles.Roles`.

    Raises: UserError if a target is missing or cannot be learned, or no column can be an input.
    """
    units = frame.attrs.get("units", {}) | (units or {})
    targets = list(dict.fromkeys(targets))  # each once
    check_target_names(targets)
    roles.check(list(frame.columns), targets)
    interpreter = Interpreter(roles.categories, roles.numbers)
    frame = interpreter.interpret(frame, frame.attrs.get("decimal", "."))
    frame, remarks = drop_missing_targets(frame, targets)
    check_row_count(len(frame))
    classes = {}
    for name in targets:
        frame, joined = join_spellings(frame, name)
        classes[name], remark = describe_target(frame, name, task)
        remarks += [remark, *joined, *describe_odd_labels(name, classes[name])]
    names, left_out = choose_inputs(frame, [*targets, roles.group, roles.weights])
    kinds = {name: infer_kind(frame[name]) for name in names}
    for name in names:
        frame, joined = join_spellings(frame, name)
        remarks += joined
    numbers = [name for name, kind in kinds.items() if kind == "number"]
    numbers += [name for name in targets if not classes[name]]
    frame, limits, clipped = clip_absurd(frame, numbers)

    columns = [
        replace(interpreter.describe(name, kind), limits=limits.get(name, ()))
        for name, kind in kinds.items()
    ]
    rows = to_split(frame, columns, classes)._replace(roles=roles.read(frame))
    train, validation, test_rows = split_table(rows, frame, classes, split_seed, roles, test)

    def describe(name):
        column = interpreter.describe(name, "number")
        unit = column.unit or units.get(name, "")
        if classes[name]:
            return Target(name, unit, classes[name])
        mean, std = compute_mean_and_std(train.targets[name])
        return Target(name, unit, (), mean, std, probabilistic, text_format=column.text_format)

    columns = tuple(
        # The unit beside the numbers comes first: new rows are read with it.
        replace(column, unit=column.unit or units.get(column.name, ""))
        for column in describe_columns(train.inputs, columns)
    )
    if not (roles.group or roles.time or test):
        remarks += [
            *find_leaks(frame, targets),
            *describe_times(columns),
            *find_repeats(frame[[*names, *targets]]),
        ]
    remarks += [*interpreter.remarks(frame.columns), *clipped, *left_out]
    targets = tuple(map(describe, targets))
    train, validation = cast_numbers(train, columns), cast_numbers(validation, columns)
    if test:
        test_rows = read_test_split(test, columns, targets, roles)
    else:
        test_rows = cast_numbers(test_rows, columns)
    return Dataset(source, train, validation, test_rows, columns, targets, remarks=tuple(remarks))


def split_table(rows, frame, classes, seed, roles, test):
    """Return `(train, validation, test)`, by group, in time or at random.

    Args:
        rows: `Split` of all rows.
        frame: the same rows as a `pandas.DataFrame`.
        classes: `{target: classes}`; the first classification is stratified.
        seed: seed of the random split.
        roles: `Roles`.
        test: whether the rows to test with are in a file of their own; then the last is None.
    """
    stratify = next((rows.targets[name] for name, labels in classes.items() if labels), None)
    if roles.group:
        splits = split_by_group(rows, rows.roles["group"], seed)
    elif roles.time:
        splits = split_in_time(rows, read_times(frame, roles.time))
    elif test:
        splits = *map(rows.take, take_fifth(np.arange(rows.rows), seed, stratify)), None
    else:
        splits = split_at_random(rows, seed, stratify)
    train, validation, others = splits
    if test and others:
        return join_splits(train, others), validation, None
    return splits


def describe_times(columns):
    """Return the remark that rows with dates are split at random, as a list of none or one."""
    names = [column.name for column in columns if column.kind == "date"]
    if not names:
        return []
    return [
        f"rows are split at random, so the score is for times in between; --time {names[0]} tests "
        "with the latest rows"
    ]


def find_repeats(frame):
    """Return the remark about rows that are there twice, as a list of none or one."""
    repeated = int(frame.duplicated().sum())
    if repeated < REPEATED * len(frame):
        return []
    return [f"{repeated} rows are repeated: the same row may train and test"]


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
