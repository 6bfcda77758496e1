"""`discover`: right terms, errors of the coefficients and wall time, beside PySINDy.

    python benchmarks/discover.py [case ...] [--seeds 3] [--folder FOLDER] [--peers PYTHON]

Every number of this project comes from a `train.py discover` in a process of its own; medians over
the seeds, by which measurements, noise and initial weights are drawn, in brackets the smallest and
the largest. `discover` sees 2000 random points of a field, PySINDy all of its grid, with a library
of the same terms; of PySINDy's methods and thresholds the table has the best: the one that comes
nearest to the truth, known here.

`--folder` has burgers_shock.mat and AC.mat of M. Raissi's github.com/maziarraissi/PINNs; without
them their cases are left out. `--peers` is a Python that has PySINDy, as after
`pip install -r requirements-benchmarks.txt`; without it there are no columns of PySINDy.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

PROJECT = Path(__file__).parents[1]
PEER = PROJECT / "benchmarks" / "peers" / "discover_by_pysindy.py"
sys.path.insert(0, str(PROJECT))

BURGERS = {"u_t": {"u*u_x": -1, "u_xx": 0.01 / math.pi}}
ALLEN_CAHN = {"u_t": {"u": 5, "u^3": -5, "u_xx": 0.0001}}
LORENZ = {
    "x_t": {"x": -10, "y": 10},
    "y_t": {"x": 28, "x*z": -1, "y": -1},
    "z_t": {"x*y": 1, "z": -8 / 3},
}
LOTKA_VOLTERRA = {"u_t": {"u": 1.5, "u*v": -1}, "v_t": {"u*v": 1, "v": -3}}


class Case(NamedTuple):
    """An equation to be discovered.

    Args:
        data: file in the folder, or the name of a trajectory that SciPy computes.
        truth: `{left side: {term: coefficient}}`.
        noise: standard deviation of the noise, as a fraction of the data's.
    """

    data: str
    truth: dict
    noise: float = 0.0


CASES = {
    "burgers": Case("burgers_shock.mat", BURGERS),
    "burgers, 1 % noise": Case("burgers_shock.mat", BURGERS, 0.01),
    "burgers, 10 % noise": Case("burgers_shock.mat", BURGERS, 0.1),
    "allen-cahn": Case("AC.mat", ALLEN_CAHN),
    "lorenz": Case("lorenz", LORENZ),
    "lotka-volterra": Case("lotka-volterra", LOTKA_VOLTERRA),
    "lotka-volterra, 1 % noise": Case("lotka-volterra", LOTKA_VOLTERRA, 0.01),
}
HEADER = ("case", "right terms", "worst coefficient off by", "time [s]")
PEER_HEADER = ("PySINDy: wrong terms", "off by", "time of all [s]", "method")


def main(arguments):
    header = HEADER + (PEER_HEADER if arguments.peers else ())
    print_row(*header)
    print_row(*["---"] * len(header))
    for name in arguments.cases or CASES:
        case = CASES[name]
        path = arguments.folder / case.data
        if path.suffix and not path.exists():
            print(f"{name}: {path} is missing. Give --folder", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = path if path.suffix else write_trajectory(case.data, Path(folder))
            found = [discover(case, path, seed, folder) for seed in range(arguments.seeds)]
            right = sum(one["wrong terms"] == 0 for one in found)
            cells = [f"{right} of {len(found)}", summarise(found, "error", "{:.1e}")]
            cells.append(summarise(found, "seconds", "{:.0f}"))
            if arguments.peers:
                # Without noise all of the data is always the same.
                seeds = range(arguments.seeds if case.noise else 1)
                peer = [
                    discover_by_peer(case, path, seed, folder, arguments.peers) for seed in seeds
                ]
                cells += [
                    summarise(peer, "wrong terms", "{:.0f}"),
                    summarise(peer, "error", "{:.1e}"),
                    summarise(peer, "seconds", "{:.0f}"),
                    peer[0]["setting"],
                ]
        print_row(name, *cells)


def write_trajectory(name, folder):
    """Solve an ordinary differential equation by SciPy; return the path of a CSV."""
    import pandas as pd

    from equations.classical.ode import solve_ode
    from experiments.physics.ode import ODES

    problem = ODES[name].problem()
    (time_name,) = problem.coordinates
    t = np.linspace(problem.low[0], problem.high[0], 600)
    path = folder / f"{name}.csv"
    pd.DataFrame({time_name: t} | solve_ode(problem)({time_name: t})).to_csv(path, index=False)
    return path


def discover(case, path, seed, folder):
    """Run `train.py discover`: `{"wrong terms", "error", "seconds"}`."""
    words = ["--data", path, "--noise", case.noise, "--seed", seed, "--overwrite"]
    command = [sys.executable, PROJECT / "train.py", "discover", *words]
    environment = {**os.environ, "SAVED_MODELS": folder, "TF_CPP_MIN_LOG_LEVEL": "3"}
    start = time.perf_counter()
    finished = subprocess.run(
        list(map(str, command)), env=environment, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if finished.returncode:
        sys.exit(f"{path}: {finished.stderr.splitlines()[-1]}")
    text = (Path(folder) / "discover" / "discovery.json").read_text(encoding="utf-8")
    discovery = json.loads(text)
    print("; ".join(discovery["equations"]), file=sys.stderr, flush=True)
    found = {side: {} for side in case.truth}
    for one in discovery["coefficients"]:
        found[one["equation"]][one["term"]] = one["value"]
    wrong = sum(len(found[side].keys() ^ terms.keys()) for side, terms in case.truth.items())
    errors = [
        abs(found[side].get(term, 0) / value - 1)
        for side, terms in case.truth.items()
        for term, value in terms.items()
    ]
    return {"wrong terms": wrong, "error": max(errors), "seconds": seconds}


def discover_by_peer(case, path, seed, folder, python):
    """Try PySINDy's settings on all of the data, with noise of the same size: the best of them."""
    from datasets.measured_field import read_field

    unknowns = [side.removesuffix("_t") for side in case.truth]
    coordinates = ["x", "t"] if path.suffix in (".mat", ".npz") else ["t"]
    table = read_field(path, coordinates, unknowns)
    axes = {name: np.unique(table[name]) for name in coordinates}
    values = np.stack([table[name] for name in unknowns], axis=-1)
    values = values.reshape(*map(len, axes.values()), len(unknowns))
    std = values.std(axis=tuple(range(len(coordinates))))
    normal = np.random.default_rng(seed).standard_normal(values.shape)
    given = Path(folder) / "peer.npz"
    truth = json.dumps(case.truth)
    values = values + case.noise * std * normal
    np.savez(given, **axes, values=values, unknowns=unknowns, truth=truth)
    finished = subprocess.run([python, str(PEER), str(given)], capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"PySINDy: {finished.stderr.splitlines()[-1]}")
    found = json.loads(finished.stdout.splitlines()[-1])
    print(f"PySINDy: {found['found']}", file=sys.stderr, flush=True)
    return found


def summarise(results, name, form):
    """Return the median of a number and, in brackets, the smallest and the largest."""
    values = sorted(one[name] for one in results)
    median = form.format(statistics.median(values))
    if len(values) == 1:
        return median
    return f"{median} ({form.format(values[0])}, {form.format(values[-1])})"


def print_row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    listed = "; ".join(CASES).replace("%", "%%")
    cases = {"metavar": "case", "choices": [[], *CASES], "help": listed}
    parser.add_argument("cases", nargs="*", **cases)
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds")
    folder = PROJECT.parent / "shared" / "data" / "equations"
    parser.add_argument("--folder", type=Path, default=folder, help="folder of the .mat files")
    parser.add_argument("--peers", metavar="PYTHON", help="Python that has PySINDy")
    main(parser.parse_args())
