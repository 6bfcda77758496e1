"""The column of a table that says to which run, or trajectory, a row belongs."""

import numpy as np
import pandas as pd

from errors import UserError

NAMES = {"run", "trajectory", "experiment", "trial", "series", "simulation", "replicate", "id"}
FEWEST = 5  # rows of a run
FEW = 0.1  # fraction of the rows at which the time may start anew


def find_run_column(columns, time, functions=()):
    """Find the column that separates several trajectories in a table.

    It is named such as "run", has few values, each in rows that follow one another, and in each of
    them the time increases.

    Args:
        columns: `{name: (rows,)}` of the file.
        time: name of the coordinate.
        functions: names of the unknown functions, if the user gave them.

    Returns: the name of the column, or "" if the table is a single trajectory.

    Raises: UserError if there are several trajectories and no column certainly separates them.
    """
    times = np.ravel(columns[time])
    named = [
        name
        for name, values in columns.items()
        if name not in (time, *functions)
        and is_named_like_run(name)
        and has_few_values(values, len(times))
    ]
    if separating := [name for name in named if separates(columns[name], times)]:
        return separating[0]
    others = functions or [name for name in columns if name != time and name not in named]
    if named or is_mixed(times, [columns[name] for name in others if name in columns]):
        what = describe_mixture(time, times)
        if named:
            what = f"{named[0]!r} seems to name several runs"
        likely = named or find_categories(columns, (time, *functions), len(times))
        example = f" (here: --run {likely[0]})" if len(likely) == 1 else ""
        raise UserError(
            f"{what}, so the table may have several trajectories: give the column that says to "
            f"which one a row belongs, --run COLUMN{example}. A single trajectory must have a row "
            "for each time, in order of time, and no column with the number of the run"
        )
    return ""


def is_named_like_run(name):
    """Whether a name is one such as "run", "Run ID" or "trajectory_number"."""
    words = str(name).casefold().replace("_", " ").replace("-", " ").split()
    return bool(words) and words[0].rstrip("s") in {name.rstrip("s") for name in NAMES}


def find_categories(columns, used, rows):
    """Return the columns of text with few values, each of which may name the runs."""
    return [
        name
        for name, values in columns.items()
        if name not in used
        and np.asarray(values).dtype.kind not in "iufcbmM"
        and has_few_values(values, rows)
    ]


def describe_mixture(time, times):
    """Say why times cannot be those of a single trajectory."""
    times = np.asarray(times, "float64")
    if len(np.unique(times)) < len(times):
        return f"the times {time!r} repeat"
    back = int(np.sum(np.diff(times) < 0))
    return f"the times {time!r} go back {back} time{'s' * (back > 1)}, as at a new trajectory"


def has_few_values(values, rows):
    return np.size(values) == rows and 1 < pd.Series(np.ravel(values)).nunique() <= rows / FEWEST


def separates(labels, times):
    """Whether rows with the same label follow one another, with increasing times."""
    labels = pd.Series(np.ravel(labels))
    starts = labels.ne(labels.shift()).to_numpy()  # (rows,), True where a stretch begins
    steps = np.diff(np.asarray(times, "float64"))
    return starts.sum() == labels.nunique() and bool(np.all((steps > 0) | starts[1:]))


def is_mixed(times, others):
    """Whether rows of the same time differ, or the time begins anew at a few rows.

    Args:
        times: `(rows,)`.
        others: values of the unknown functions.
    """
    others = [np.ravel(values) for values in others if np.size(values) == len(times)]
    rows = pd.DataFrame(dict(enumerate([times, *others]))).drop_duplicates()
    times = rows[0].dropna().to_numpy("float64")
    back = np.flatnonzero(np.diff(times) < 0) + 1
    stretches = np.split(times, back) if len(back) <= FEW * len(times) else []
    return len(np.unique(times)) < len(times) or any(
        earlier.min() <= later.max() and later.min() <= earlier.max()
        for earlier, later in zip(stretches, stretches[1:], strict=False)
    )


def read_labels(values):
    """Return the labels of runs: numbers if all are numbers, otherwise text.

    A missing label is NaN or "".
    """
    labels = pd.Series(np.ravel(values))
    is_number = pd.api.types.is_numeric_dtype(labels.dtype)
    if is_number and not pd.api.types.is_bool_dtype(labels.dtype):
        return labels.to_numpy("float64")
    return labels.astype("object").where(labels.notna(), "").astype(str).to_numpy("object")


def find_ranges(times, numbers):
    """Return the first and the last time of each run, `[(low, high), ...]`.

    Args:
        times: `(rows,)`.
        numbers: number of each row's run, `(rows,)`.
    """
    groups = [times[numbers == number] for number in np.unique(numbers)]
    return [(float(group.min()), float(group.max())) for group in groups]


def is_constant_in_runs(values, numbers):
    """Whether a column has a single value in each run."""
    return pd.Series(values).groupby(numbers).nunique().max() == 1
