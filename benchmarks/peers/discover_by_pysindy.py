"""Discover an equation with PySINDy: a process started by `benchmarks/discover.py`.

    python benchmarks/peers/discover_by_pysindy.py data.npz

The file contains the axes `t` and, for a field, `x`; `values` of shape (x, t, unknowns) or
(t, unknowns); the names of the `unknowns`; and `truth`, JSON of `{left side: {term: coefficient}}`.
PySINDy does not choose threshold and method itself. Therefore all are tried and the result closest
to the truth is reported: the best choice of a user who knows the answer.
"""

import json
import re
import sys
import time
import warnings

import numpy as np
import pysindy as ps

THRESHOLDS = np.geomspace(1e-4, 10, 16)
DEGREE, ORDER = 3, 3  # the same library as in `train.py discover`


def main(path):
    warnings.filterwarnings("ignore")
    file = np.load(path, allow_pickle=False)
    truth, unknowns = json.loads(str(file["truth"])), [str(name) for name in file["unknowns"]]
    start, best = time.perf_counter(), None
    for name, library, method in settings(file, len(unknowns)):
        for normalise in (True, False):
            for threshold in THRESHOLDS:
                optimiser = ps.STLSQ(threshold=threshold, alpha=1e-5, normalize_columns=normalise)
                model = ps.SINDy(
                    feature_library=library, optimizer=optimiser, differentiation_method=method
                )
                try:
                    model.fit(file["values"], t=file["t"])
                except (ValueError, np.linalg.LinAlgError):
                    continue
                found = terms(model, unknowns)
                wrong, error = distance(found, truth)
                if best is None or (wrong, error) < (best["wrong terms"], best["error"]):
                    best = {
                        "wrong terms": wrong,
                        "error": error,
                        "found": found,
                        "setting": f"{name}, threshold {threshold:.2g}",
                    }
    print(json.dumps(best | {"seconds": time.perf_counter() - start}))


def settings(file, unknowns):
    """Yield names, libraries and differentiation methods."""
    functions = ps.PolynomialLibrary(degree=DEGREE, include_bias="x" not in file)
    differences = {
        "finite differences": ps.FiniteDifference(),
        "smoothed differences": ps.SmoothedFiniteDifference(),
    }
    if "x" not in file:
        for name, method in differences.items():
            yield name, functions, method
        weak = {"spatiotemporal_grid": file["t"], "derivative_order": 0}
        functions = ps.PolynomialLibrary(degree=DEGREE, include_bias=False)
    else:
        for name, method in differences.items():
            way = {"differentiation_method": type(method)}
            library = ps.PDELibrary(
                functions,
                ORDER,
                spatial_grid=file["x"],
                include_bias=True,
                include_interaction=True,
                **way,
            )
            yield name, library, method
        grid = np.stack(np.meshgrid(file["x"], file["t"], indexing="ij"), axis=-1)
        weak = {"spatiotemporal_grid": grid, "derivative_order": ORDER, "include_interaction": True}
    for count in (200, 500):
        np.random.seed(0)
        yield (
            f"weak form, {count} domains",
            ps.WeakPDELibrary(functions, K=count, include_bias=True, **weak),
            None,
        )


def terms(model, unknowns):
    """Return `{left side: {term: coefficient}}` in the notation of this project."""
    names = [ours(name, unknowns) for name in model.get_feature_names()]
    return {
        f"{unknown}_t": {
            name: float(value) for name, value in zip(names, row, strict=True) if value
        }
        for unknown, row in zip(unknowns, model.coefficients(), strict=True)
    }


def ours(name, unknowns):
    """Translate PySINDy's `x0^2x0_11` to `u^2*u_xx`."""
    powers, derivatives = [], []
    for place, subscript, power in re.findall(r"x(\d)(?:_(1+))?(?:\^(\d))?", name):
        unknown = unknowns[int(place)]
        if subscript:
            derivatives.append(f"{unknown}_{'x' * len(subscript)}")
        else:
            powers.append(f"{unknown}^{power}" if power else unknown)
    return "*".join([*powers, *derivatives]) or "1"


def distance(found, truth):
    """Return `(wrong or missing terms, largest relative error of a coefficient)`."""
    wrong = sum(len(found[side].keys() ^ truth[side].keys()) for side in truth)
    errors = [
        abs(found[side].get(term, 0) / value - 1)
        for side, own in truth.items()
        for term, value in own.items()
    ]
    return wrong, max(errors)


if __name__ == "__main__":
    main(sys.argv[1])
