"""A series in time from a table: equal steps, its lengths, and its split in order of time."""

import numpy as np
import pandas as pd

from datasets.columns import choose_dtype, infer_kind, to_inputs
from datasets.dataset import Column, Target
from datasets.kaggle import resolve_table_path
from datasets.season import find_season
from datasets.table_file import read_table
from datasets.time_column import (
    check_regular,
    find_frequency,
    find_time_column,
    place_rows,
    read_times,
    sort_times,
)
from datasets.windows import Lengths, Roles, TimeSeries, cut_windows
from errors import UserError, suggest

USUAL_HORIZON, LONGEST_SEASON = 12, 60  # steps; a season up to this length is the usual horizon
SHORTEST_WINDOW = 8  # steps, unless the series is short
FEWEST_WINDOWS = 5  # of the training


def load_time_series(data, roles, lengths, log=False):
    """Read a series and cut it into windows, split in order of time.

    Every step of a part is the beginning of a horizon, unless the horizon would not end within the
    part: no window of the test is dropped, and no part sees the future of an earlier one.

    Args:
        data: table with a row for each time; "" for the weekly CO2 of Mauna Loa.
        roles: `Roles`.
        lengths: `Lengths`.
        log: whether to take means and standard deviations of the logarithms of the targets.

    Returns: a `TimeSeries`.

    Raises: UserError if the table is not a series in time, or the series is too short.
    """
    if data:
        frame, source = read_table(resolve_table_path(data)), f"series in {data}"
        roles = find_roles(frame, roles)
    else:
        frame, source = read_co2(), "weekly CO2 at Mauna Loa (statsmodels)"
        roles = Roles("week", roles.targets or ("co2 [ppm]",), roles.covariates, roles.known)
        roles = find_roles(frame, roles)
    times, values, frequency, remarks = to_grid(frame, roles)
    return make_time_series(source, times, values, frequency, roles, lengths, log, remarks)


def read_co2():
    """Return weekly CO2 in the air at Mauna Loa, 1958 to 2001, in parts per million."""
    import statsmodels.api as sm

    table = sm.datasets.co2.load_pandas().data
    return pd.DataFrame({"week": table.index, "co2 [ppm]": table["co2"].to_numpy()})


def find_roles(frame, roles):
    """Return the roles with the columns that the user did not name.

    Raises: UserError for a column that is not there, or has two roles.
    """
    names = list(map(str, frame.columns))
    is_named = bool(roles.time)
    roles = roles._replace(time=roles.time or find_time_column(frame))
    numbers = [n for n in names if n != roles.time and infer_kind(frame[n]) == "number"]
    left = [name for name in numbers if name not in roles.channels]
    if not roles.targets and len(left) == 1:
        roles = roles._replace(targets=tuple(left))
    if not roles.targets:
        raise UserError(
            f"--target must name one or more columns to forecast. Columns of numbers: "
            f"{', '.join(left) or 'none'}"
        )
    for option, chosen in (
        ("time", (roles.time,)),
        ("target", roles.targets),
        ("covariates", roles.covariates),
        ("known", roles.known),
    ):
        for name in chosen:
            if name not in names:
                raise UserError(
                    f"--{option} {name}: the table has no such column.{suggest(name, names)} "
                    f"It has {', '.join(names)}"
                )
    if roles.time in roles.channels and not is_named:
        raise UserError(
            f"the column {roles.time!r} has the times, as the first column of dates, so that it "
            "cannot be forecast or an input. Name another column, or the times with --time"
        )
    used = (roles.time, *roles.channels)
    if repeated := [name for name in used if used.count(name) > 1]:
        raise UserError(f"the column {repeated[0]!r} has two roles. Name it in one option only")
    return roles


def to_grid(frame, roles, frequency=None):
    """Return the rows of a table at equal steps of time.

    Args:
        frame: `pandas.DataFrame`.
        roles: `Roles`.
        frequency: frequency of the training data; None infers it from the times.

    Returns: `(times, values (steps, channels), Frequency, remarks)`; NaN where a value or a whole
    row is missing.
    """
    columns = [Column(name, dtype="float64") for name in roles.channels]
    rows = np.stack(list(to_inputs(frame, columns).values()), axis=1)
    times = read_times(frame[roles.time])
    order, remarks = sort_times(times, roles.time, rows)
    times, rows = times[order], rows[order]
    if frequency is None:
        frequency = find_frequency(times, roles.time)
    else:
        check_regular(frequency, times, roles.time)
    steps = place_rows(times, frequency, roles.time)
    values = np.full((steps[-1] + 1, rows.shape[1]), np.nan)
    values[steps] = rows
    if gaps := len(values) - len(rows):
        remarks.append(f"{gaps} steps have no row: their values count as missing")
    return frequency.make_grid(times[0], len(values)), values, frequency, remarks


def make_time_series(source, times, values, frequency, roles, lengths, log=False, remarks=()):
    """Return the `TimeSeries` of values at equal steps of time, see `load_time_series`."""
    count = len(roles.targets)
    for name, column in zip(roles.channels, values.T, strict=True):
        if np.isnan(column).all():
            raise UserError(f"column {name!r} has no value. Remove it from the options")
    wanted = lengths
    lengths, bounds = choose_lengths(values[:, :count], frequency, wanted)
    horizon, window = lengths.horizon, lengths.window
    parts = zip((window, *bounds[:-1]), bounds, strict=True)
    names = ("train", "validation", "test")
    origins = {
        name: np.arange(max(start, window), stop - horizon + 1)
        for name, (start, stop) in zip(names, parts, strict=True)
    }
    if len(origins["train"]) < FEWEST_WINDOWS:
        hints = find_shorter(values[:, :count], frequency, wanted, lengths)
        refuse_windows(len(origins["train"]), lengths, len(values), hints)
    check_known(values, bounds, roles)
    scaled = values[: bounds[0]].copy()  # the training part
    if log:
        check_positive(values[:, :count], roles.targets)
        scaled[:, :count] = np.log(scaled[:, :count])
    columns = describe_inputs(scaled, roles, lengths)
    missing = int(np.isnan(values[:, :count]).sum())
    if missing:
        remarks = [*remarks, f"{missing} missing values: interpolated in the history, not scored"]
    history, *_ = columns
    targets = tuple(
        Target(name, mean=history.mean[k], std=history.std[k], shape=(horizon,))
        for k, name in enumerate(roles.targets)
    )
    splits = {name: cut_windows(values, found, roles, lengths, history.dtype)
              for name, found in origins.items()}  # fmt: skip
    return TimeSeries(
        source, **splits, columns=columns, targets=targets, remarks=tuple(remarks), values=values,
        times=times, frequency=frequency, roles=roles, lengths=lengths, origins=origins,
    )  # fmt: skip


def choose_lengths(targets, frequency, lengths):
    """Return the lengths with those found that are 0, and where the three parts end.

    The last fifth tests, and of the rest the last fifth validates, but a horizon at least. The
    season is found in the first half, which is training in any case.
    """
    steps = len(targets)
    season = lengths.season or find_season(targets[: steps // 2, 0], frequency)
    usual = season if 1 < season <= LONGEST_SEASON else USUAL_HORIZON
    horizon = lengths.horizon or max(1, min(usual, steps // 10))
    test = lengths.test or max(steps // 5, horizon)
    if test < horizon:
        raise UserError(
            f"--test must be a horizon ({horizon} steps) or more. Received: {lengths.test}"
        )
    if test >= steps:
        raise UserError(f"--test {test}: the series has {steps} steps only. Give a smaller --test")
    rest = steps - test
    train = rest - max(rest // 5, horizon)
    longest = max(train // 3, 1)
    found = min(max(2 * season, 3 * horizon, SHORTEST_WINDOW), longest)
    window = lengths.window or (found - found % season if season < found else found)
    if season > window and lengths.season:
        raise UserError(
            f"the season of {season} steps does not fit into a window of {window}. Give a longer "
            "--history, or --season 1"
        )
    season = season if season <= window else 1
    return Lengths(horizon, window, season, test), (train, rest, steps)


def find_shorter(targets, frequency, wanted, lengths):
    """Return the options of which a smaller value alone leaves enough training windows.

    Args:
        targets: `(steps, targets)`.
        frequency: their `Frequency`.
        wanted: `Lengths` of the user, 0 where they are to be found.
        lengths: the `Lengths` that were chosen.
    """
    smallest = {"horizon": 1, "window": 1, "test": lengths.horizon}
    found = []
    for name, least in smallest.items():
        if getattr(lengths, name) <= least:
            continue
        try:
            changed = wanted._replace(**{name: least})
            shorter, (train, *_) = choose_lengths(targets, frequency, changed)
        except UserError:  # the season does not fit
            continue
        if train - shorter.horizon - shorter.window + 1 >= FEWEST_WINDOWS:
            found.append("--history" if name == "window" else f"--{name}")
    return found


def refuse_windows(windows, lengths, steps, hints):
    """Raise UserError for a series that is too short for windows of these lengths."""
    shorter = f"a smaller {' or '.join(hints)}, or " if hints else ""
    raise UserError(
        f"the series is too short: {steps} steps, of which {lengths.test} test, leave {windows} "
        f"training windows of {lengths.window} + {lengths.horizon} steps. Give {shorter}a longer "
        "series"
    )


def check_known(values, bounds, roles):
    """Raise UserError if a column has no value in the training part, or a target in another."""
    starts = (0, *bounds[:-1])
    for part, start, stop in zip(("training", "validation", "test"), starts, bounds, strict=True):
        names = roles.channels if part == "training" else roles.targets
        for name, column in zip(names, values[start:stop].T, strict=False):
            if np.isnan(column).all():
                raise UserError(
                    f"column {name!r} has no value in the {part} part, the steps {start + 1} to "
                    f"{stop}. Cut these rows off, or choose another --test"
                )


def check_positive(values, names):
    """Raise UserError if a value has no logarithm."""
    for name, column in zip(names, values.T, strict=True):
        if (column <= 0).any():
            raise UserError(
                f"--log needs positive values; column {name!r} has {np.nanmin(column):g}"
            )


def describe_inputs(training, roles, lengths):
    """Return the `Column` of the history and, if there are columns known in advance, of these."""
    means, stds = np.nanmean(training, axis=0), np.nanstd(training, axis=0)
    means = np.nan_to_num(means)
    stds = np.where(stds > 0, np.nan_to_num(stds), 1.0)
    scaled = [Column("", mean=mean, std=std) for mean, std in zip(means, stds, strict=True)]
    dtype = "float64" if "float64" in map(choose_dtype, scaled) else "float32"
    means, stds, known = tuple(means.tolist()), tuple(stds.tolist()), len(roles.known)
    history = Column("history", "history", mean=means, std=stds, dtype=dtype,
                     shape=(None, len(means)))  # fmt: skip
    if not known:
        return (history,)
    return history, Column("known", "history", mean=means[-known:], std=stds[-known:], dtype=dtype,
                           shape=(lengths.horizon, known))  # fmt: skip
