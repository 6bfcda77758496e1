"""`hidden-physics`: error of the term, beside `discover` and PySINDy, with 1 % noise.

    python benchmarks/hidden_physics.py [burgers] [kdv] [--seeds 3] [--peers PYTHON [--only-peers]]

Every number of this project comes from `train.py` and `evaluate.py` in processes of their own;
medians over the seeds, in brackets the smallest and the largest. `hidden-physics` and `discover`
see 2000 random points. PySINDy needs a grid and gets one of 256 x 100 points with noise of the same
size; of its methods and thresholds the table has the best, the one that comes nearest to the truth,
known here. `--peers` is a Python that has PySINDy; without it there are no columns of PySINDy, and
with `--only-peers` there are no others.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from benchmarks.discover import Case, discover_by_peer, print_row, summarise  # noqa: E402

NOISE, GRID = 0.01, (256, 100)
TRUTHS = {"burgers": {"u*u_x": -1, "u_xx": 0.1}, "kdv": {"u*u_x": -6, "u_xxx": -1}}
HEADER = ("error of N", "discover: error of N", "time of the training [s]")
PEER_HEADER = ("PySINDy: wrong terms", "off by", "time of all [s]", "method")


def main(arguments):
    own = () if arguments.only_peers else HEADER
    header = "problem", *own, *(PEER_HEADER if arguments.peers else ())
    print_row(*header)
    print_row(*["---"] * len(header))
    for problem in arguments.problems or TRUTHS:
        with tempfile.TemporaryDirectory() as folder:
            cells = []
            if own:
                found = [train(problem, seed, folder) for seed in range(arguments.seeds)]
                cells = [summarise(found, name, "{:.1e}") for name in ("network", "discover")]
                cells.append(summarise(found, "seconds", "{:.0f}"))
            if arguments.peers:
                case, path = Case("", {"u_t": TRUTHS[problem]}, NOISE), write_grid(problem, folder)
                peer = [
                    discover_by_peer(case, path, seed, folder, arguments.peers)
                    for seed in range(arguments.seeds)
                ]
                cells += [
                    summarise(peer, "wrong terms", "{:.0f}"),
                    summarise(peer, "error", "{:.1e}"),
                    summarise(peer, "seconds", "{:.0f}"),
                    peer[0]["setting"],
                ]
        print_row(problem, *cells)


def train(problem, seed, folder):
    """Train and evaluate: errors of the term, and seconds of the training."""
    environment = {**os.environ, "SAVED_MODELS": folder, "TF_CPP_MIN_LOG_LEVEL": "3"}

    def run(script, *words):
        command = [sys.executable, str(PROJECT / script), *map(str, words)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{problem}: {done.stderr.splitlines()[-1]}")

    start = time.perf_counter()
    options = "--problem", problem, "--noise", NOISE, "--seed", seed, "--overwrite"
    run("train.py", "hidden-physics", *options)
    seconds = time.perf_counter() - start
    run("evaluate.py", Path(folder) / "hidden-physics")
    metrics = json.loads((Path(folder) / "hidden-physics" / "metrics.json").read_text())
    scores = {name: x["N"]["error of N"] for name, x in metrics["splits"]["test"]["scores"].items()}
    (other,) = set(scores) - {"network"}
    print(f"seed {seed}: N off by {scores['network']:.2g}; {other}, off by {scores[other]:.2g}",
          file=sys.stderr, flush=True)  # fmt: skip
    return {"network": scores["network"], "discover": scores[other], "seconds": seconds}


def write_grid(problem, folder):
    """Write the solution on a grid; return the path."""
    from tasks.hidden_field import SIMULATIONS

    simulation = SIMULATIONS[problem]()
    axes = [np.linspace(*simulation.domain[n], k) for n, k in zip("xt", GRID, strict=True)]
    x, t = (one.ravel() for one in np.meshgrid(*axes, indexing="ij"))
    u = simulation.solution({"x": x, "t": t})["u"]
    path = Path(folder) / "grid.npz"
    np.savez(path, x=axes[0], t=axes[1], u=u.reshape(GRID))
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("problems", nargs="*", choices=[[], *TRUTHS])
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds")
    parser.add_argument("--peers", metavar="PYTHON", help="Python that has PySINDy")
    parser.add_argument("--only-peers", action="store_true", help="run PySINDy alone")
    main(parser.parse_args())
