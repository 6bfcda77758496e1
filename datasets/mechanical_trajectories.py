"""Motion of mechanical systems, split by trajectory: simulated, or from the user's table."""

import numpy as np

from datasets.mechanics import SYSTEMS, draw_mechanics
from datasets.state_trajectories import (
    make_trajectories,
    read_trajectories,
    split_simulated,
    split_trajectories,
)
from errors import UserError


def simulate_mechanics(system, trajectories, velocities, seed):
    """Simulate a system of `datasets.mechanics`; the last trajectories test.

    Args:
        system: its name.
        trajectories: number of trajectories; 0 for the usual one.
        velocities: whether states have velocities instead of momenta.
        seed: seed of the simulation.

    Returns: a `datasets.dataset.Dataset` of `datasets.state_trajectories`.
    """
    described = SYSTEMS[system]
    trajectories = trajectories or described.trajectories
    clean, noisy = draw_mechanics(system, trajectories, seed, velocities)
    test = max(1, round(described.test_share * trajectories))
    source = f"{trajectories} trajectories of the system {system}, H = {described.energy}"
    names = described.names
    if velocities:
        names = (*described.positions, *(f"{name}_t" for name in described.positions))
    remarks = [f"noise of each number: {described.noise:g}"]
    parts = split_simulated(described.times, noisy, test)
    context = {"clean": clean[-test:], "horizon": described.horizon}
    return make_trajectories(source, parts, names, remarks, **context)


def load_mechanics(path, run, time, positions, momenta, velocities, seed):
    """Load the user's motion.

    Args:
        path, run, time: as in `read_trajectories`.
        positions, momenta: names of columns, of equal number; both () for the first and the second
            half of the columns. Without momenta the velocities are free.
        velocities: whether states have velocities instead of momenta.
        seed: seed of the random split.

    Returns: a `datasets.dataset.Dataset` of `datasets.state_trajectories`.

    Raises: UserError if the columns do not pair, or momenta are missing.
    """
    if momenta and len(positions) != len(momenta):
        raise UserError(
            f"--positions and --momenta must be of equal number. Received: {len(positions)} and "
            f"{len(momenta)}"
        )
    if positions and not momenta and not velocities:
        raise UserError(
            "an energy H(q, p) needs --momenta. Of positions alone, --coordinates lagrangian "
            "learns a Lagrangian of positions and velocities"
        )
    check_roles(**{"--run": [run], "--time": [time], "--positions": positions,
                   "--momenta": momenta})  # fmt: skip
    found, names, remarks = read_trajectories(path, run, time, (*positions, *momenta))
    observed = np.ones(len(names), bool)
    if positions and not momenta:
        found = [(t, np.concatenate([q, np.gradient(q, t, axis=0)], axis=1)) for t, q in found]
        names = (*names, *(f"{name}_t" for name in names))
        observed = np.repeat([True, False], len(positions))
        remarks.append("velocities are not measured: those that fit the positions are sought")
    elif len(names) % 2:
        raise UserError(
            f"{path}: expected as many momenta or velocities as positions. Received: "
            f"{', '.join(names)}. Name them with --positions and --momenta"
        )
    half = len(names) // 2
    second = "velocities" if velocities else "momenta"
    remarks.append(f"positions {', '.join(names[:half])}; {second} {', '.join(names[half:])}")
    parts = split_trajectories(path, found, remarks, seed)
    source = f"trajectories in {path}"
    return make_trajectories(source, parts, names, remarks, observed=observed)


def check_roles(**roles):
    """Raise UserError if a column is named twice.

    Args:
        roles: names of columns for each option.
    """
    seen = {}
    for option, names in roles.items():
        for name in filter(None, names):
            if name in seen:
                options = " and ".join(dict.fromkeys((seen[name], option)))
                raise UserError(
                    f"the column {name!r} has two roles ({options}). Name each column once"
                )
            seen[name] = option
