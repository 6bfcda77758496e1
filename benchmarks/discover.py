"""Discovery of equations: terms, coefficients and wall time of `train.py discover` and PySINDy.

    python benchmarks/discover.py [case ...] [--seeds 3] [--folder FOLDER] [--peers PYTHON]

Each figure of this project is measured with `train.py` in a separate process. The table shows the
median over the seeds, which determine measurements, noise and initial weights, with the minimum and
maximum in brackets. `discover` uses 2000 random points of a field, PySINDy its whole grid, with a
library of the same terms. PySINDy is shown with the best of its methods and thresholds, chosen by
the true equation.

`--folder` contains burgers_shock.mat and AC.mat from M. Raissi's github.com/maziarraissi/PINNs;
cases without their file are left out. `--peers` is a Python with PySINDy, installed by
`pip install -r requirements-benchmarks.txt`; without it the columns of PySINDy are left out.
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
    data: str  # file in the folder, or name of a trajectory that SciPy computes
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
OURS = 4  # columns of this project
HEADER = (
    "case",
    "right terms",
    "worst coefficient off by",
    "time [s]",
    "PySINDy: wrong terms",
    "off by",
    "time of all [s]",
    "method",
)


def main(arguments):
    header = HEADER if arguments.peers else HEADER[:OURS]
    line(*header)
    line(*["---"] * len(header))
    for name in arguments.cases or CASES:
        case = CASES[name]
        path = arguments.folder / case.data
        if path.suffix and not path.exists():
            print(f"{name}: {path} is missing; pass its --folder", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = path if path.suffix else trajectory(case.data, Path(folder))
            ours = [our_figures(case, path, seed, folder) for seed in range(arguments.seeds)]
            # Without noise, the data on the whole grid are the same for all seeds.
            seeds = range(arguments.seeds if case.noise else 1)
            peer = [peer_figures(case, path, seed, folder, arguments.peers) for seed in seeds]
        right = sum(one["wrong terms"] == 0 for one in ours)
        cells = [
            f"{right} of {len(ours)}",
            spread(ours, "error", "{:.1e}"),
            spread(ours, "seconds", "{:.0f}"),
        ]
        if arguments.peers:
            cells += [
                spread(peer, "wrong terms", "{:.0f}"),
                spread(peer, "error", "{:.1e}"),
                spread(peer, "seconds", "{:.0f}"),
            ]
            cells.append(peer[0]["setting"])
        line(name, *cells)


def trajectory(name, folder):
    """Write a solution computed by SciPy as a CSV file, and return its path."""
    import numpy as np
    import pandas as pd

    from equations.classical.ode import solve_ode
    from experiments.physics.ode import ODES

    problem = ODES[name].problem()
    (time_name,) = problem.coordinates
    t = np.linspace(problem.low[0], problem.high[0], 600)
    path = folder / f"{name}.csv"
    pd.DataFrame({time_name: t} | solve_ode(problem)({time_name: t})).to_csv(path, index=False)
    return path


def our_figures(case, path, seed, folder):
    """Return the figures of one `train.py discover`."""
    words = ["--data", path, "--noise", case.noise, "--seed", seed, "--overwrite"]
    start = time.perf_counter()
    command = [sys.executable, PROJECT / "train.py", "discover", *words]
    environment = {**os.environ, "SAVED_MODELS": folder, "TF_CPP_MIN_LOG_LEVEL": "3"}
    finished = subprocess.run(
        [str(word) for word in command], env=environment, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    if finished.returncode:
        sys.exit(f"{path}: {finished.stderr.splitlines()[-1]}")
    story = json.loads((Path(folder) / "discover" / "discovery.json").read_text(encoding="utf-8"))
    print("; ".join(story["equations"]), file=sys.stderr, flush=True)
    found = {side: {} for side in case.truth}
    for one in story["coefficients"]:
        found[one["equation"]][one["term"]] = one["value"]
    wrong = sum(len(found[side].keys() ^ own.keys()) for side, own in case.truth.items())
    errors = [
        abs(found[side].get(term, 0) / value - 1)
        for side, own in case.truth.items()
        for term, value in own.items()
    ]
    return {"wrong terms": wrong, "error": max(errors), "seconds": seconds}


def peer_figures(case, path, seed, folder, python):
    """Return the figures of one PySINDy run on all data, with noise of the same size."""
    if not python:
        return {}
    import numpy as np

    from datasets.measured_field import read_field

    unknowns = [side.removesuffix("_t") for side in case.truth]
    coordinates = ["x", "t"] if path.suffix == ".mat" else ["t"]
    table = read_field(path, coordinates, unknowns)
    axes = {name: np.unique(table[name]) for name in coordinates}
    values = np.stack([table[name] for name in unknowns], axis=-1).reshape(
        *map(len, axes.values()), len(unknowns)
    )
    spread = values.std(axis=tuple(range(len(coordinates))))
    values = values + case.noise * spread * np.random.default_rng(seed).standard_normal(
        values.shape
    )
    given = Path(folder) / "peer.npz"
    np.savez(given, **axes, values=values, unknowns=unknowns, truth=json.dumps(case.truth))
    finished = subprocess.run([python, str(PEER), str(given)], capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"PySINDy: {finished.stderr.splitlines()[-1]}")
    found = json.loads(finished.stdout.splitlines()[-1])
    print(f"PySINDy: {found['found']}", file=sys.stderr, flush=True)
    return found


def spread(figures, name, form):
    """Format the median, and minimum and maximum of several values."""
    values = sorted(one[name] for one in figures)
    middle = form.format(statistics.median(values))
    return (
        middle
        if len(values) == 1
        else f"{middle} ({form.format(values[0])}, {form.format(values[-1])})"
    )


def line(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "cases",
        nargs="*",
        metavar="case",
        choices=[[], *CASES],
        help="; ".join(CASES).replace("%", "%%"),
    )
    parser.add_argument("--seeds", type=int, default=3, help="number of random seeds")
    folder = PROJECT.parent / "shared" / "data" / "equations"
    parser.add_argument("--folder", type=Path, default=folder, help="folder of the .mat files")
    parser.add_argument("--peers", metavar="PYTHON", help="Python interpreter with PySINDy")
    main(parser.parse_args())
