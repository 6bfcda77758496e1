"""Series with a label each, split: the user's own, or drawn control charts."""

import numpy as np

from datasets.columns import choose_dtype
from datasets.control_charts import PATTERNS, draw_control_charts
from datasets.dataset import Column, Dataset, Target
from datasets.series_files import find_file, make_rows, read_series
from datasets.split import split_at_random, take_fifth
from datasets.ts_file import read_ts
from errors import UserError

TRAIN, TEST = "_TRAIN.ts", "_TEST.ts"
MIN_SERIES = {3: 5, 2: 2}  # parts of a split: series of each class that it needs
TARGET = "label"


def load_series(data, label, samples, split_seed):
    """Read series and their labels, and split them.

    Args:
        data: an npz with arrays x (series, steps[, channels]) and y (series,); a `.ts` file, of
            which `NAME_TEST.ts` beside `NAME_TRAIN.ts` has the test part; a table with a series in
            each row; or "" for control charts.
        label: column of a table with the label.
        samples: number of control charts to draw.
        split_seed: seed of the random split, and of the charts.

    Returns: a `datasets.dataset.Dataset`; series that are shorter than the longest one end in NaN.

    Raises: UserError if a file is not like that, or there are too few series to learn from.
    """
    if not data:
        charts, patterns = draw_control_charts(samples, split_seed)
        rows = make_rows(charts, patterns, "")
        source = f"{samples} control charts of {len(PATTERNS)} patterns, drawn"
        return make_dataset(source, rows, None, "pattern", split_seed, "")
    path = find_file(data)
    name = label or TARGET
    rows = make_rows(*read_series(path, label), path, name)
    test = None
    if path.name.endswith(TRAIN):
        beside = path.with_name(path.name.removesuffix(TRAIN) + TEST)
        test = make_rows(*read_ts(beside), beside) if beside.exists() else None
    return make_dataset(f"series in {path}", rows, test, name, split_seed, path)


def sort_labels(labels):
    """Return the different labels in their order: whole numbers by size, also where written."""
    labels = sorted(set(labels.tolist()))
    is_number = all(str(label).removeprefix("-").isdecimal() for label in labels)
    return tuple(sorted(labels, key=int) if is_number else labels)


def make_dataset(source, rows, test, target, split_seed, path):
    """Return the `Dataset`; without test rows of their own, a fifth of the rows tests.

    Raises: UserError if there are too few series of a class, or the test part has further classes.
    """
    labels = rows.targets[target]
    check_classes(labels, path, parts=2 if test else 3)
    remarks = []
    if test is None:
        train, validation, test = split_at_random(rows, split_seed, labels)
    else:
        test = match_test(rows, test, target, path)
        rows, test = pad_alike(rows, test)
        first, second = take_fifth_of_few(labels, split_seed)
        train, validation = rows.take(first), rows.take(second)
        remarks.append(f"the test part is that of {path.name.removesuffix(TRAIN)}{TEST}")
    parts = (train, validation, test)
    column = describe_sequence(train)
    parts = [
        part._replace(
            inputs=part.inputs | {"sequence": part.inputs["sequence"].astype(column.dtype)}
        )
        for part in parts
    ]
    columns = column, Column("length", dtype="int32", default=0)
    targets = (Target(target, classes=sort_labels(labels)),)
    remarks += [text for text in (describe_lengths(parts), describe_gaps(parts)) if text]
    return Dataset(source, *parts, columns, targets, remarks=tuple(remarks))


def check_classes(labels, path, parts):
    """Raise UserError unless there are two classes and enough series of each for the split."""
    classes, counts = np.unique(labels, return_counts=True)
    where = f"--data {path}" if path else "--samples"
    if len(classes) < 2:
        raise UserError(
            f"{where}: expected series of at least two classes. Received: one class only "
            f"({classes[0]})"
        )
    if counts.min() < MIN_SERIES[parts]:
        name, count = str(classes[counts.argmin()]), int(counts.min())
        raise UserError(
            f"{where}: class {name!r} has {count} series; a split into {parts} parts needs at "
            f"least {MIN_SERIES[parts]} of each class. Add series"
        )


def match_test(rows, test, target, path):
    """Return the test rows with their target's name; raise UserError if they do not match."""
    (labels,) = test.targets.values()
    unknown = sorted(set(labels.tolist()) - set(rows.targets[target].tolist()))
    if unknown:
        raise UserError(
            f"--data {path}: the class {unknown[0]!r} is in the test part only, so that it cannot "
            "be learned. Add series of it to the training part, or remove them"
        )
    channels = [part.inputs["sequence"].shape[2] for part in (rows, test)]
    if len(set(channels)) > 1:
        raise UserError(
            f"--data {path}: the training part has {channels[0]} channels, and the test part "
            f"{channels[1]}"
        )
    return test._replace(targets={target: labels})


def pad_alike(*parts):
    """Return splits whose series all have the steps of the longest one."""
    steps = max(part.inputs["sequence"].shape[1] for part in parts)
    return [
        part._replace(inputs=part.inputs | {"sequence": pad(part.inputs["sequence"], steps)})
        for part in parts
    ]


def pad(x, steps):
    """Return series `(rows, steps, channels)` with NaN behind them."""
    missing = np.full((len(x), steps - x.shape[1], x.shape[2]), np.nan, x.dtype)
    return np.concatenate([x, missing], axis=1)


def take_fifth_of_few(labels, seed):
    """Return numbers of rows as `(others, a fifth)`, with a row of every class in the fifth."""
    try:
        return take_fifth(np.arange(len(labels)), seed, labels)
    except ValueError:  # a fifth has fewer rows than there are classes
        order = np.random.default_rng(seed).permutation(len(labels))
        _, first = np.unique(labels[order], return_index=True)
        chosen = order[first]
        return np.setdiff1d(np.arange(len(labels)), chosen), chosen


def describe_sequence(train):
    """Return the `Column` of the series: mean and standard deviation of each channel."""
    x = train.inputs["sequence"]
    means, stds = np.nanmean(x, axis=(0, 1)), np.nanstd(x, axis=(0, 1))
    stds = np.where(stds > 0, stds, 1.0)
    scaled = [Column("", mean=mean, std=std) for mean, std in zip(means, stds, strict=True)]
    is_double = "float64" in map(choose_dtype, scaled)
    return Column(
        "sequence",
        "sequence",
        mean=tuple(means.tolist()),
        std=tuple(stds.tolist()),
        shape=(None, x.shape[2]),
        dtype="float64" if is_double else "float32",
    )


def describe_lengths(parts):
    """Return the remark about series of different lengths, "" if there are none."""
    lengths = np.concatenate([part.inputs["length"] for part in parts])
    if lengths.min() == lengths.max():
        return ""
    return (
        f"series of {lengths.min()} to {lengths.max()} steps: the network ignores what pads the "
        "shorter ones"
    )


def describe_gaps(parts):
    """Return the remark about missing values inside of series, "" if there are none."""
    count = sum(count_gaps(part) for part in parts)
    return f"{count} missing values inside of series are interpolated" if count else ""


def count_gaps(rows):
    """Return the number of missing values before the end of each series, all together."""
    x = rows.inputs["sequence"]
    inside = np.arange(x.shape[1]) < rows.inputs["length"][:, None]
    return int(np.isnan(x[inside]).sum())
