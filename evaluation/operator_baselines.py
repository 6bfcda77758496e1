"""Other ways to map functions: the solver, principal components with ridge regression, the nearest
training function, and no change."""

import time

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import Ridge

from datasets.dataset import join_splits
from evaluation.baselines import Baseline

SOLVER, RIDGE = "solver, same grid", "PCA + ridge"
NEAREST, PERSISTENCE = "nearest function", "no change"
COMPONENTS = 200  # of inputs and of outputs, at most
STRENGTHS = 10.0 ** np.arange(-10, 3)  # of the ridge regression


def fit_operator_baselines(data, simulation=None):
    """Return `{name: Baseline}` with the endpoint `serve` of the SavedModel.

    Args:
        data: `datasets.dataset.Dataset` of functions.
        simulation: `tasks.operator_data.Simulation` that made them; None if it is not known.
    """
    fits = {RIDGE: fit_ridge, NEAREST: find_nearest}
    if simulation:
        fits = {SOLVER: lambda data: solve_alike(data, simulation)} | fits
    domains = data.context["inputs"], data.context["outputs"]
    alike = len(data.columns) == len(data.targets) == 1 and domains[0].shape == domains[1].shape
    if alike and not data.columns[0].name.startswith("a"):
        fits[PERSISTENCE] = keep
    found = {}
    for name, fit in fits.items():
        start = time.perf_counter()
        found[name] = Baseline({"serve": fit(data)}, time.perf_counter() - start)
    return found


def flatten(values):
    """Return all values of each row, `(rows, values)`, of a dictionary."""
    return np.concatenate([x.reshape(len(x), -1) for x in values.values()], axis=1, dtype="float64")


def unflatten(flat, targets):
    """Return the outputs of a row of values, `{name: (rows, *shape)}`."""
    parts = np.split(flat, np.cumsum([t.size for t in targets])[:-1], axis=1)
    return {
        target.name: part.reshape(-1, *target.shape)
        for target, part in zip(targets, parts, strict=True)
    }


def solve_alike(data, simulation):
    """Solve on the grid of the inputs."""
    source, target = data.columns[0].name, data.targets[0].name
    return lambda inputs: {target: simulation.solve(inputs[source].astype("float64"))}


def fit_ridge(data):
    """Fit ridge regression between principal components; its strength is chosen on the validation
    functions."""
    rows = [data.train, data.validation]
    x, y = ([flatten(part) for part in parts]
            for parts in ([r.inputs for r in rows], [r.targets for r in rows]))  # fmt: skip
    count = min(COMPONENTS, len(x[0]) - 1)
    before = PCA(min(count, x[0].shape[1]), svd_solver="randomized", random_state=0).fit(x[0])
    after = PCA(min(count, y[0].shape[1]), svd_solver="randomized", random_state=0).fit(y[0])
    size = before.explained_variance_[0] ** 0.5
    features = [before.transform(part) / size for part in x]

    def fit(strength):
        model = Ridge(strength).fit(features[0], after.transform(y[0]))
        return model, np.mean((after.inverse_transform(model.predict(features[1])) - y[1]) ** 2)

    model, _ = min(map(fit, STRENGTHS), key=lambda pair: pair[1])

    def serve(inputs):
        modes = model.predict(before.transform(flatten(inputs)) / size)
        return unflatten(after.inverse_transform(modes), data.targets)

    return serve


def find_nearest(data):
    """Answer as for the training function whose inputs are nearest."""
    rows = join_splits(data.train, data.validation)
    known = flatten(rows.inputs)
    squares = np.sum(known**2, axis=1)

    def serve(inputs):
        chosen = np.argmin(squares - 2 * flatten(inputs) @ known.T, axis=1)
        return {name: y[chosen] for name, y in rows.targets.items()}

    return serve


def keep(data):
    """Answer with the input itself."""
    return lambda inputs: {data.targets[0].name: inputs[data.columns[0].name]}
