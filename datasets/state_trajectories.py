"""Trajectories of states, split by trajectory: from the user's table, or simulated."""

import numpy as np
import pandas as pd

from datasets.dataset import Column, Dataset, Split, Target
from datasets.paths import find_path
from datasets.run_column import find_run_column, read_labels
from datasets.split import split_at_random
from datasets.table_file import read_table
from errors import UserError, suggest

FEWEST = 10  # trajectories; fewer are cut into pieces
SHORTEST = 5  # states of a piece
LARGEST = 1e100  # number
SHUFFLED = 0.3  # share of steps back in time, from which rows are in random order


def read_trajectories(path, run="", time="t", names=()):
    """Read trajectories from a table: a row for each state.

    A column of the state must not have the same value everywhere.

    Args:
        path: file with a column of times, a column for each number of the state, and, of several
            trajectories, one that names the trajectory.
        run: name of that column; "" finds it by its name.
        time: name of the column of times.
        names: columns of the state; () takes all others.

    Returns: list of `(times, states)`, the names of the state, and remarks for the user.

    Raises: UserError if the file is not like that.
    """
    path = find_path(path)
    table = read_table(path)
    for name in (run, time, *names):
        if name and name not in table:
            option = {run: "--run: ", time: "--time: "}.get(name, "")
            raise UserError(
                f"{option}{path} has no column {name!r}.{suggest(name, table)} It has: "
                f"{', '.join(map(str, table))}"
            )
    columns = {name: column.to_numpy() for name, column in table.items()}
    check_numbers(path, columns, [time])
    run = run or find_run_column(columns, time, names)
    states = names or tuple(name for name in columns if name not in (run, time))
    if not states:
        raise UserError(f"{path} has no column of a state beside {time!r}. Add one")
    check_numbers(path, columns, states)
    for name in states:
        if np.ptp(columns[name]) == 0:
            raise UserError(
                f"{path}: {name!r} has the same value everywhere, so nothing can be learned from "
                "it. Choose other columns"
            )
    labels = read_labels(columns[run]) if run else np.zeros(len(table))
    values = np.stack([columns[name].astype("float64") for name in states], axis=1)
    found = []
    for label in pd.unique(labels):
        rows = labels == label
        times, part = columns[time][rows].astype("float64"), values[rows]
        where = f"{run} {str(label).removesuffix('.0')}: " if run else ""
        check_times(path, times, where, run)
        found.append((times, part))
    remarks = [f"{run!r} separates {len(found)} trajectories"] if run else []
    if np.any(np.concatenate([np.diff(times) for times, _ in found]) < 0):
        found = sort_rows(path, found, run)
        remarks.append(f"the rows are not in the order of {time}: sorted")
    return found, tuple(map(str, states)), remarks


def check_numbers(path, columns, names):
    """Raise UserError unless columns are finite numbers of a sensible size."""
    for name in names:
        values = columns[name]
        if values.dtype.kind not in "iuf":
            raise UserError(
                f"{path}: expected numbers in {name!r}. Received: {values.dtype}. Choose other "
                "columns of the state"
            )
        bad = ~(np.abs(values.astype("float64")) < LARGEST)
        if bad.any():
            raise UserError(
                f"{path}: {name!r} is missing or infinite in row {bad.argmax() + 1}. Leave the row "
                "out: the times need not be in equal steps"
            )


def check_times(path, times, where, run):
    """Raise UserError unless there are two times or more, all different.

    Args:
        path, where: file and trajectory, for messages.
        times: `(times,)`, in the order of the file.
        run: name of the column that names the trajectory, or "".
    """
    if len(times) < 2:
        raise UserError(
            f"{path}: {where}expected two states or more. Received: {len(times)}. Leave it out"
        )
    unique, counts = np.unique(times, return_counts=True)
    if len(unique) < len(times):
        raise UserError(
            f"{path}: {where}each time must be in one row. Received: {counts.max()} rows of the "
            f"time {unique[counts.argmax()]:g}. Leave the others out; or, if these are several "
            f"trajectories, {ask_for_run(run)}"
        )


def sort_rows(path, found, run):
    """Return trajectories with their rows in the order of time.

    Raises: UserError if the time goes back so rarely that it looks like a new trajectory.
    """
    steps = [np.diff(times) for times, _ in found]
    if np.mean(np.concatenate(steps) < 0) < SHUFFLED:
        times, k = next((t, (d < 0).argmax()) for (t, _), d in zip(found, steps, strict=True)
                        if (d < 0).any())  # fmt: skip
        raise UserError(
            f"{path}: the times of a trajectory must increase. Received: {times[k]:g}, then "
            f"{times[k + 1]:g}. Sort the rows; or, if these are several trajectories, "
            f"{ask_for_run(run)}"
        )
    orders = [np.argsort(times) for times, _ in found]
    return [(t[k], states[k]) for (t, states), k in zip(found, orders, strict=True)]


def ask_for_run(run):
    if run:
        return f"does another column than {run!r} name the trajectories?"
    return "name the trajectories' column with --run"


def split_trajectories(path, found, remarks, seed):
    """Split the user's trajectories at random; few long ones are cut into pieces first.

    Args:
        path: file, for messages.
        found, remarks: from `read_trajectories`.
        seed: seed of the split.

    Returns: training, validation and test `Split` as of `pad_trajectories`.

    Raises: UserError if there is nothing to learn from.
    """
    whole = len(found)
    if whole < FEWEST:
        pieces = -(-FEWEST // whole)
        found = [piece for one in found for piece in cut_trajectory(*one, pieces)]
        remarks.append(f"cut into {len(found)} pieces, which are split at random")
    if len(found) < FEWEST:
        raise UserError(
            f"{path}: {sum(len(times) for times, _ in found)} states in {whole} trajectories are "
            f"too few: expected {FEWEST} trajectories, or longer ones, which can be cut"
        )
    return split_at_random(pad_trajectories(found), seed)


def load_trajectories(path, run, time, names, seed):
    """Load the user's trajectories as a `Dataset`, see `read_trajectories`."""
    found, names, remarks = read_trajectories(path, run, time, names)
    parts = split_trajectories(path, found, remarks, seed)
    return make_trajectories(f"trajectories in {path}", parts, names, remarks)


def add_unobserved(data, count):
    """Return a `Dataset` whose states have further numbers that were not measured.

    The shooting looks for their values; it begins with the derivatives of what was measured.
    """
    if not count:
        return data
    numbers = len(data.columns)

    def extend(states, times):
        slopes = np.full((*states.shape[:2], count), np.nan)
        for one, y, t in zip(slopes, states, times, strict=True):
            known = np.isfinite(t)
            slope = np.gradient(y[known], t[known], axis=0)
            one[known] = np.stack([slope[:, k % numbers] for k in range(count)], axis=1)
        return np.concatenate([states, slopes], axis=-1)

    parts = [
        Split({"times": x.inputs["times"], "states": extend(x.inputs["states"], x.inputs["times"])},
              {})
        for x in (data.train, data.validation, data.test)
    ]  # fmt: skip
    names = (
        *(column.name for column in data.columns),
        *(f"unobserved_{k + 1}" for k in range(count)),
    )
    context = dict(data.context)
    if "clean" in context:
        context["clean"] = extend(context["clean"], data.test.inputs["times"])
    context["observed"] = np.arange(len(names)) < numbers
    remarks = (*data.remarks[1:], f"{count} numbers of the state are not measured")
    return make_trajectories(data.source, parts, names, remarks, **context)


def cut_trajectory(times, states, pieces):
    """Cut a trajectory into pieces of equal length that have a state in common."""
    pieces = max(1, min(pieces, (len(times) - 1) // (SHORTEST - 1)))
    ends = np.linspace(0, len(times) - 1, pieces + 1).astype(int)
    return [
        (times[low : high + 1], states[low : high + 1])
        for low, high in zip(ends[:-1], ends[1:], strict=True)
    ]


def pad_trajectories(found):
    """Return trajectories of any lengths as a `Split`; shorter ones end in NaN.

    Its inputs are `times`, `(trajectories, times)`, and `states`, `(trajectories, times, numbers)`.
    """
    length = max(len(times) for times, _ in found)
    times = np.full((len(found), length), np.nan)
    states = np.full((len(found), length, found[0][1].shape[1]), np.nan)
    for number, (t, y) in enumerate(found):
        times[number, : len(t)], states[number, : len(t)] = t, y
    return Split({"times": times, "states": states}, {})


def join_splits(*splits):
    """Return the trajectories of several splits as one."""
    found = []
    for split in splits:
        for times, states in zip(split.inputs["times"], split.inputs["states"], strict=True):
            known = np.isfinite(times)
            found.append((times[known], states[known]))
    return pad_trajectories(found)


def make_trajectories(source, parts, names, remarks=(), **context):
    """Return a `Dataset` whose rows are trajectories, and whose columns are numbers of a state.

    Args:
        source: where they come from.
        parts: training, validation and test `Split` as of `pad_trajectories`.
        names: names of the numbers of a state.
        remarks: remarks for the user.
        context: what else is known, such as `clean`, the states of the test trajectories without
            noise, `observed`, whether each number of a state was measured, `(numbers,)`, and
            `horizon`, the time to which rollouts are scored.
    """
    states = list_states(parts[0])
    columns = tuple(
        Column(name, dtype="float64", mean=float(x.mean()), std=float(x.std()) or 1.0)
        for name, x in zip(names, states.T, strict=True)
    )
    lengths = [np.isfinite(part.inputs["times"]).sum(axis=1) for part in parts]
    low, high = min(map(np.min, lengths)), max(map(np.max, lengths))
    counts = f"{low}" if low == high else f"{low} to {high}"
    remarks = (f"{counts} states in each trajectory", *remarks)
    return Dataset(source, *parts, columns, remarks=tuple(remarks), context=context)


def list_states(split):
    """Return all states, `(states, numbers)`, without those that pad."""
    states = split.inputs["states"]
    return states[np.isfinite(states).all(axis=-1)]


def find_rates(split):
    """Return the typical size of the derivative by time of each number of the state."""
    times, states = split.inputs["times"], split.inputs["states"]
    slopes = np.diff(states, axis=1) / np.diff(times, axis=1)[..., None]
    rates = np.sqrt(np.nanmean(slopes**2, axis=(0, 1)))
    return np.where(rates > 0, rates, 1.0)


def list_rows(data, *answers):
    """Return the states of trajectories as rows, a number a column, as a `Dataset` whose answers
    are not measured."""

    def flatten(split):
        states = list_states(split).T
        return Split({c.name: x for c, x in zip(data.columns, states, strict=True)}, {})

    parts = map(flatten, (data.train, data.validation, data.test))
    return Dataset(data.source, *parts, data.columns, tuple(map(Target, answers)))


def split_simulated(times, noisy, test):
    """Split simulated trajectories: the last ones test, and of the others the last fifth validates.

    Args:
        times: `(times,)`.
        noisy: states, `(trajectories, times, numbers)`.
        test: number of trajectories that test.
    """
    rows = Split({"times": np.broadcast_to(times, noisy.shape[:2]), "states": noisy}, {})
    count = len(noisy)
    validation = max(1, (count - test) // 5)
    ends = 0, count - test - validation, count - test, count
    return [rows.take(np.arange(*pair)) for pair in zip(ends[:-1], ends[1:], strict=True)]
