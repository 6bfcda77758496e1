"""Flows: differential equations whose trajectories are simulated."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from datasets.mechanics import integrate
from datasets.state_trajectories import make_trajectories, split_simulated

TEST_SHARE = 0.2
BEYOND = 2  # times the duration of the data, to which rollouts are drawn


class Flow(NamedTuple):
    """Args:
    names: names of the numbers of a state.
    equations: the derivatives as text, for the user.
    derive: function of states, `(..., numbers)`, to their derivatives by time.
    low, high: range of each number of the first state.
    duration: time of a trajectory.
    times: number of states in a trajectory.
    regular: whether the times are in equal steps; otherwise they are random.
    noise: standard deviation of the noise of each number.
    trajectories: usual number of trajectories.
    """

    names: tuple[str, ...]
    equations: str
    derive: Callable
    low: float
    high: float
    duration: float
    times: int
    regular: bool
    noise: float
    trajectories: int


def derive_spiral(y):
    x = y / (1 + y)
    return np.stack([x[..., 1], -x[..., 0]], axis=-1)


def derive_populations(y):
    prey, predators = y[..., 0], y[..., 1]
    return np.stack([1.1 * prey - 0.4 * prey * predators, 0.1 * prey * predators - 0.4 * predators],
                    axis=-1)  # fmt: skip


FLOWS = {
    # The data of diffrax's example neural_ode (P. Kidger, arXiv:2202.02435).
    "spirals": Flow(
        *(("x", "y"), "x' = y/(1 + y), y' = -x/(1 + x)", derive_spiral),
        *(-0.6, 1.0, 10.0, 100, True, 0.0, 256),
    ),
    # A. Lotka 1925, V. Volterra 1926.
    "predator-prey": Flow(
        *(
            ("prey", "predators"),
            "prey' = 1.1 prey - 0.4 prey predators, "
            "predators' = 0.1 prey predators - 0.4 predators",
        ),
        *(derive_populations, 2.0, 6.0, 15.0, 50, False, 0.2, 200),
    ),
}


def simulate_flow(name, trajectories, noise, seed):
    """Simulate trajectories of a system.

    Args:
        name: name of the system in `FLOWS`.
        trajectories: number of trajectories; 0 for the usual one.
        noise: standard deviation of the noise; negative for the usual one.
        seed: seed of first states, times and noise.

    Returns: a `datasets.dataset.Dataset` of `datasets.state_trajectories`; its context has the
    test states without noise, `clean`, and the `noise`.
    """
    flow, random = FLOWS[name], np.random.default_rng(seed)
    count, noise = trajectories or flow.trajectories, flow.noise if noise < 0 else noise
    first = random.uniform(flow.low, flow.high, (count, len(flow.names)))
    times = np.linspace(0, flow.duration, flow.times)
    if not flow.regular:
        times[1:-1] = np.sort(random.uniform(0, flow.duration, flow.times - 2))
    clean = integrate(flow.derive, first, times)
    noisy = clean + noise * random.normal(size=clean.shape)
    test = max(1, round(TEST_SHARE * count))
    return make_trajectories(
        f"{count} trajectories of {flow.equations}",
        split_simulated(times, noisy, test),
        flow.names,
        [f"t = 0..{flow.duration:g}; noise of each number: {noise:g}"],
        clean=clean[-test:],
        noise=noise,
    )
