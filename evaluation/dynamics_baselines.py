"""Other ways to move a state: by the true law."""

import numpy as np

from evaluation.baselines import Baseline
from models.integrators import step_symplectically

LAW = "true law, same method"


def make_true_law(data, law, longest):
    """Return `{name: Baseline}` of the law that made the data, moved by the symplectic method of
    `models.integrators` with the same steps; nothing if the law is not known.

    Args:
        data: `datasets.dataset.Dataset` of `datasets.state_trajectories`.
        law: `datasets.mechanics.Law` or None.
        longest: longest step in time.
    """
    if law is None:
        return {}
    return {LAW: Baseline(make_endpoints(law.derive, data.columns, longest), 0.0)}


def make_endpoints(derive, columns, longest):
    """Return the endpoints of a NumPy function of states to their derivatives."""
    names = [column.name for column in columns]

    def serve(inputs):
        slopes = derive(stack(inputs, names))
        return {f"{name}_t": slopes[:, k] for k, name in enumerate(names)}

    def rollout(inputs):
        path, times = [stack(inputs, names)], inputs["times"]
        for interval in np.diff(times):
            steps = max(1, int(np.ceil(abs(interval) / longest - 1e-9)))
            state = path[-1]
            for _ in range(steps):
                state = step_symplectically(derive, state, interval / steps)
            path.append(state)
        path = np.stack(path, axis=1)
        return {name: path[..., k] for k, name in enumerate(names)}

    return {"serve": serve, "rollout": rollout}


def stack(inputs, names):
    return np.stack([inputs[name] for name in names], axis=-1)
