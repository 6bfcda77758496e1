"""Other ways to move a state: by the true law, by an LSTM."""

import time

import numpy as np

from evaluation.baselines import Baseline
from models.integrators import step_symplectically

LAW = "true law, same method"
EPOCHS = 60  # of the LSTM


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
    """Return the endpoints of a NumPy function of states to their derivatives.

    Args:
        derive: function of states, `(rows, numbers)`.
        columns: descriptions of the numbers.
        longest: longest step in time.
    """
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


def fit_lstm(data, units=32):
    """Fit an LSTM to the next state of each sequence: `{name: Baseline}` with `rollout`."""
    import keras

    from models.state_lstm import state_lstm

    start = time.perf_counter()
    keras.utils.set_random_seed(0)
    columns = data.columns
    means, sizes = (np.array([getattr(c, name) for c in columns]) for name in ("mean", "std"))
    times, states = data.train.inputs["times"], (data.train.inputs["states"] - means) / sizes
    steps = np.diff(times, axis=1)[..., None]
    unit = np.nanmean(steps)
    x = np.nan_to_num(np.concatenate([states[:, :-1], steps / unit], axis=-1))
    change = np.nan_to_num(np.diff(states, axis=1))
    known = np.isfinite(times[:, 1:]).astype("float32")
    network, following = state_lstm(len(columns), units)
    network.compile(keras.optimizers.Adam(5e-3), "mse")
    network.fit(x, change, sample_weight=known, epochs=EPOCHS, batch_size=16, verbose=0)
    names = [column.name for column in columns]

    def rollout(inputs):
        state = (stack(inputs, names) - means) / sizes
        path, memory = [state], [np.zeros((len(state), units), "float32")] * 2
        for interval in np.diff(inputs["times"]):
            step = np.full((len(state), 1), interval / unit)
            row = np.concatenate([path[-1], step], axis=-1)[:, None].astype("float32")
            change, *memory = map(np.asarray, following([row, *memory]))
            path.append(path[-1] + change[:, 0])
        path = means + sizes * np.stack(path, axis=1)
        return {name: path[..., k] for k, name in enumerate(names)}

    return {"LSTM": Baseline({"rollout": rollout}, time.perf_counter() - start)}
