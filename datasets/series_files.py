"""Series and their labels from files: an npz, a `.ts` file, or a table with a series a row."""

import numpy as np
import pandas as pd

from datasets.columns import to_inputs
from datasets.dataset import Column, Split
from datasets.kaggle import resolve_table_path
from datasets.labels import to_label
from datasets.limits import check_size
from datasets.npz import read_npz
from datasets.paths import find_path
from datasets.table_file import is_table_name, read_table
from datasets.ts_file import read_ts
from errors import UserError, suggest

LISTED = 8  # names in a message
FORMS = "an npz with arrays x and y, a .ts file, or a table with a series in each row"


def find_file(data):
    """Return the path of a file of series, perhaps of Kaggle's."""
    if data.startswith("kaggle:") or is_table_name(data):
        return resolve_table_path(data)
    path = find_path(data)
    if path.is_dir():
        raise UserError(f"--data {path} is a folder. Expected {FORMS}")
    return path


def read_series(path, label, must_have_label=True):
    """Return `(series, labels)` of a file; the labels are None if the file has none.

    Args:
        path: path of the file.
        label: column of a table with the label.
        must_have_label: whether a file without labels is a mistake.
    """
    if path.suffix == ".npz":
        x, *labels = read_npz(path, ("x", "y"), *([] if must_have_label else [("x",)]))
        (y,) = labels or (None,)
        check_arrays(x, y, path)
        return x if x.ndim == 3 else x[..., None], y
    if path.suffix == ".ts":
        return read_ts(path, must_have_label)
    if not is_table_name(path.name):
        raise UserError(f"--data {path}: expected {FORMS}")
    frame = read_table(path)
    names = list(map(str, frame.columns))
    if label not in names and must_have_label:
        close = suggest(label, names) if label else ""
        listed = ", ".join(names[:LISTED]) + (", ..." if len(names) > LISTED else "")
        raise UserError(
            f"--label must name the column with the label of each series.{close} "
            f"Received: {label!r}. The columns are {listed}"
        )
    steps = [Column(name, dtype="float64") for name in names if name != label]
    if not steps:
        raise UserError(f"--data {path} has no column beside the label. Expected one for each step")
    values = np.stack(list(to_inputs(frame, steps).values()), axis=1)[..., None]
    if label not in names:
        return values, None
    missing = frame[label].isna().to_numpy()
    if missing.all() and not must_have_label:
        return values, None
    if missing.any():
        raise UserError(
            f"Column {label!r}, row {missing.argmax() + 1}: the label is missing. Remove the row"
        )
    return values, np.array([to_label(value) for value in frame[label]], object)


def check_arrays(x, y, path):
    """Raise UserError unless the arrays of an npz are series and labels; None for no labels."""
    expected = f"--data {path}: expected x (series, steps[, channels]) of numbers and y (series,)"
    y = np.zeros(x.shape[:1], int) if y is None else y
    if x.ndim not in (2, 3) or y.shape != x.shape[:1] or not x.size:
        raise UserError(f"{expected}. Received: {x.shape} and {y.shape}")
    if x.dtype.kind not in "buif" or y.dtype.kind not in "biufU":
        raise UserError(f"{expected} of whole numbers or text. Received: {x.dtype} and {y.dtype}")
    if y.dtype.kind == "f" and (broken := y[~(y == np.round(y))]).size:
        raise UserError(f"{expected} of whole numbers or text. Received: {broken[0]:g} in y")


def make_rows(series, labels, path, target="pattern"):
    """Return series and labels as a `Split` with inputs `sequence` and `length`.

    Args:
        series: list of `(steps, channels)`, or an array `(series, steps, channels)`; NaN at the end
            pads, and NaN inside is a missing value.
        labels: label of each series; None if they are unknown.
        path: their file, for messages.
        target: name of the labels.

    Raises: UserError for a series that is too short, infinite, or has other channels.
    """
    channels = [one.shape[1] for one in series]
    if len(set(channels)) > 1:
        odd = next(k for k, count in enumerate(channels) if count != channels[0])
        raise UserError(
            f"--data {path}: series 1 has {channels[0]} channels, and series {odd + 1} has "
            f"{channels[odd]}. All series need the same channels"
        )
    longest = max(map(len, series))
    check_size(path, len(series) * longest * channels[0] * 8)
    x = np.full((len(series), longest, channels[0]), np.nan)
    for row, one in enumerate(series):
        x[row, : len(one)] = one
    report_first(np.isinf(x).any(axis=(1, 2)), path, "has an infinite value. Replace it")
    known = ~np.isnan(x)
    report_first(~known.any(axis=1).all(axis=1), path, "has a channel without any value. Remove it")
    lengths = longest - known.any(axis=2)[:, ::-1].argmax(axis=1)
    short = "has one step only; a series needs at least 2. Remove it, or join the steps"
    report_first(lengths < 2, path, short)
    x = x[:, : lengths.max()]
    targets = {} if labels is None else {target: to_labels(labels)}
    return Split({"sequence": x, "length": lengths.astype("int32")}, targets)


def report_first(bad, path, reason):
    """Raise UserError for the first series at which `bad` is true; series count from 1."""
    if bad.any():
        raise UserError(f"--data {path}: series {bad.argmax() + 1} {reason}")


def to_labels(labels):
    """Return labels as an array of whole numbers or of text."""
    labels = np.asarray(labels)
    if labels.dtype.kind == "f":
        labels = np.array([to_label(value) for value in labels.tolist()])
    if labels.dtype.kind == "b":
        return labels.astype(int)
    return labels if labels.dtype.kind in "iu" else labels.astype(str).astype(object)


def read_series_to_predict(data, columns, target):
    """Read series in the form of a trained network's inputs, and their labels if known.

    Args:
        data: a file as for `load_series`; a table may have the label or not.
        columns: descriptions of the inputs.
        target: name of the labels.

    Returns: `(pandas.DataFrame of numbers and known labels, inputs)`.

    Raises: UserError if the file cannot be read or has other channels than the training.
    """
    path = find_file(data)
    series, labels = read_series(path, target, must_have_label=False)
    rows = make_rows(series, labels, path, target)
    x, (_, channels) = rows.inputs["sequence"], columns[0].shape
    if x.shape[2] != channels:
        raise UserError(
            f"--data {path}: expected series of {channels} channels. Received: {x.shape[2]}"
        )
    frame = pd.DataFrame({"series": np.arange(1, len(x) + 1), **rows.targets})
    return frame, rows.inputs | {"sequence": x.astype(columns[0].dtype)}
