"""Other ways to move bodies: straight on, by a dense network of all coordinates, by the law."""

import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from datasets.bodies import accelerate, leapfrog
from datasets.trajectories import list_properties
from evaluation.baselines import Baseline

LAW = "true law, same step"
MLP = "dense network"
FITTED_STEPS = 10_000  # drawn at random, that the dense network learns from


def fit_motion_baselines(data, law=None):
    """Return `{name: Baseline}` with the endpoints `step` and `rollout` of the SavedModel.

    Args:
        data: `datasets.dataset.Dataset` from `datasets.trajectories.load_motion`.
        law: the `datasets.bodies.Law` that moved the bodies; None if it is not known.
    """
    step = data.context["step"]

    def move_straight(x, v, properties):
        return x + step * v, v

    methods = {"straight motion": lambda: move_straight, MLP: lambda: fit_dense_network(data)}
    if law:
        methods[LAW] = lambda: (
            lambda x, v, properties: leapfrog(lambda y: accelerate(y, properties, law), x, v, step)
        )
    found = {}
    for name, fit in methods.items():
        start = time.perf_counter()
        endpoints = make_endpoints(fit(), list_properties(data.train))
        found[name] = Baseline(endpoints, time.perf_counter() - start)
    return found


def make_endpoints(advance, names):
    """Return the endpoints of a function of positions, velocities and properties to the next
    positions and velocities."""

    def step(inputs):
        properties = {name: inputs[name] for name in names}
        state = advance(inputs["positions"], inputs["velocities"], properties)
        return dict(zip(("positions", "velocities"), state, strict=True))

    def rollout(inputs):
        states = [inputs]
        with np.errstate(all="ignore"):  # a motion that explodes
            for _ in range(inputs["steps"]):
                states.append(inputs | step(states[-1]))
        return {
            name: np.stack([state[name] for state in states], axis=1)
            for name in ("positions", "velocities")
        }

    return {"step": step, "rollout": rollout}


def fit_dense_network(data):
    """Fit a dense network from all coordinates of all bodies to their accelerations."""
    step, split = data.context["step"], data.train
    x, v = split.inputs["positions"], split.inputs["velocities"]
    rows = np.argwhere(np.ones(np.subtract(x.shape[:2], (0, 1))))  # trajectories and times
    rows = np.random.default_rng(0).permutation(rows)[:FITTED_STEPS]
    now, then = tuple(rows.T), (rows[:, 0], rows[:, 1] + 1)
    properties = {name: split.inputs[name][rows[:, 0]] for name in list_properties(split)}
    size = np.std(v[then] - v[now]) / step
    network = make_pipeline(
        StandardScaler(),
        MLPRegressor(hidden_layer_sizes=(128, 128), early_stopping=True, random_state=0),
    )
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        network.fit(flatten(x[now], v[now], properties),
                    flatten((v[then] - v[now]) / (size * step)))  # fmt: skip

    def advance(x, v, properties):
        numbers = np.nan_to_num(flatten(x, v, properties), posinf=1e100, neginf=-1e100)
        following = v + step * size * network.predict(numbers).reshape(v.shape)
        return x + 0.5 * step * (v + following), following

    return advance


def flatten(*arrays):
    """Return all numbers of each row, `(rows, numbers)`, also those of dictionaries."""
    parts = [part for x in arrays for part in (x.values() if isinstance(x, dict) else [x])]
    return np.concatenate([part.reshape(len(part), -1) for part in parts], axis=1)
