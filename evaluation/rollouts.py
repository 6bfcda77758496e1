"""Rollouts from the states of test trajectories, and how near they stay to what was measured."""

import numpy as np

from datasets.state_trajectories import list_states

HUGE = 1e100


def list_first_states(data):
    """Return the first state of each test trajectory, `(trajectories, numbers)`: without noise if
    it is known, as it was measured otherwise."""
    return data.context.get("clean", data.test.inputs["states"])[:, 0]


def call_rollout(method, first, times, names):
    """Return the states of rollouts, `(trajectories, times, numbers)`.

    Args:
        method: function of `{name: (rows,)}` and `times` to `{name: (rows, times)}`.
        first: first states, `(trajectories, numbers)`.
        times: `(times,)`.
        names: names of the numbers of a state.
    """
    inputs = dict(zip(names, np.asarray(first).T, strict=True)) | {"times": np.asarray(times)}
    found = method(inputs)
    path = np.stack([found[name] for name in names], axis=-1)
    return np.clip(np.nan_to_num(path, nan=HUGE, posinf=HUGE, neginf=-HUGE), -HUGE, HUGE)


def roll_out_test(method, data, names):
    """Return rollouts at the times of the test trajectories, padded by NaN."""
    times, first = data.test.inputs["times"], list_first_states(data)
    shared = np.array_equal(times, np.broadcast_to(times[:1], times.shape))
    if shared:
        return call_rollout(method, first, times[0], names)
    path = np.full(data.test.inputs["states"].shape, np.nan)
    for number, t in enumerate(times):
        known = np.isfinite(t)
        path[number, known] = call_rollout(method, first[number : number + 1], t[known], names)[0]
    return path


def measure_fit(method, data, names):
    """Return root mean square errors of rollouts from the first test states: of each number of
    the state, and of all as multiples of their standard deviations, "RMSE"."""
    path = roll_out_test(method, data, names)
    truth = data.context.get("clean", data.test.inputs["states"])
    observed = data.context.get("observed", np.ones(len(names), bool))
    errors = np.minimum(np.abs(path - truth), 1e100)[..., observed]
    sizes = list_states(data.test).std(axis=0)[observed]
    found = {"RMSE": float(np.sqrt(np.nanmean((errors / sizes) ** 2)))}
    for name, error in zip(np.array(names)[observed], np.moveaxis(errors, -1, 0), strict=True):
        found[f"RMSE of {name}"] = float(np.sqrt(np.nanmean(error**2)))
    return found


def tabulate(scores):
    """Return a table with a row for each score and a column for each method."""
    rows = next(iter(scores.values()))
    return [["", *scores], *([row, *(x.get(row, "") for x in scores.values())] for row in rows)]
