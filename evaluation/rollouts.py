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


def estimate_first_states(method, data, names):
    """Return first states as `list_first_states`, in which the numbers that nobody measured are
    those whose rollout is nearest to the first half of the trajectory."""
    from scipy.optimize import least_squares

    first = list_first_states(data).copy()
    observed = data.context.get("observed", np.ones(len(names), bool))
    if observed.all():
        return first
    for state, t, measured in zip(
        first, *map(data.test.inputs.get, ("times", "states")), strict=True
    ):
        early = np.flatnonzero(np.isfinite(t))[: max(2, np.isfinite(t).sum() // 2)]

        def miss(hidden, state=state, t=t[early], measured=measured[early]):
            start = state.copy()
            start[~observed] = hidden
            path = call_rollout(method, start[None], t, names)[0]
            return (path - measured)[:, observed].clip(-1e6, 1e6).ravel()

        guesses = state[~observed], -state[~observed], 0 * state[~observed]
        found = [least_squares(miss, guess, max_nfev=100) for guess in guesses]
        state[~observed] = min(found, key=lambda one: one.cost).x
    return first


def roll_out_test(method, data, names, first):
    """Return rollouts at the times of the test trajectories, padded by NaN."""
    times = data.test.inputs["times"]
    shared = np.array_equal(times, np.broadcast_to(times[:1], times.shape))
    if shared:
        return call_rollout(method, first, times[0], names)
    path = np.full(data.test.inputs["states"].shape, np.nan)
    for number, t in enumerate(times):
        known = np.isfinite(t)
        path[number, known] = call_rollout(method, first[number : number + 1], t[known], names)[0]
    return path


def measure_fit(method, data, names, first):
    """Return root mean square errors of rollouts from the first test states: of each number of
    the state, and of all as multiples of their standard deviations, "RMSE"."""
    path = roll_out_test(method, data, names, first)
    truth = data.context.get("clean", data.test.inputs["states"])
    observed = data.context.get("observed", np.ones(len(names), bool))
    errors = np.minimum(np.abs(path - truth), 1e100)[..., observed]
    sizes = list_states(data.test).std(axis=0)[observed]
    found = {"RMSE": float(np.sqrt(np.nanmean((errors / sizes) ** 2)))}
    for name, error in zip(np.array(names)[observed], np.moveaxis(errors, -1, 0), strict=True):
        found[f"RMSE of {name}"] = float(np.sqrt(np.nanmean(error**2)))
    return found


def tabulate(scores):
    """Return a table with a row for each score, and its units, and a column for each method."""
    rows = next(iter(scores.values()))
    return [
        ["", *scores],
        *([add_units(row), *(x.get(row, "") for x in scores.values())] for row in rows),
    ]


def add_units(score):
    """Return the name of a score with its units."""
    if score == "RMSE":
        return "RMSE, in standard deviations"
    return f"{score}, own units" if score == "MSE" or score.startswith("RMSE of ") else score
