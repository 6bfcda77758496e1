"""Errors of rollouts of Hamiltonian networks and neural ODEs, over several seeds.

    python benchmarks/dynamics.py [--seeds N] [work ...]

There is a row for each seed, which draws the data and the initial weights. It has the errors of the
network and of the best simpler method on the test trajectories, and the training time in seconds.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))
WORKS = {  # words of the command
    "spring": ("hamiltonian", "--system", "spring"),
    "spring-small": ("hamiltonian", "--system", "spring", "--hidden", "8"),
    "pendulum-small": ("hamiltonian", "--hidden", "8"),
    "pendulum": ("hamiltonian",),
    "pendulum-general": ("hamiltonian", "--energy", "general"),
    "pendulum-separable": ("hamiltonian", "--energy", "separable"),
    "pendulum-lagrangian": ("hamiltonian", "--coordinates", "lagrangian"),
    "two-bodies": ("hamiltonian", "--system", "two-bodies"),
    "three-bodies": ("hamiltonian", "--system", "three-bodies"),
    "spirals": ("neural-ode",),
    "predator-prey": ("neural-ode", "--system", "predator-prey"),
}


def measure(words, seed, folder):
    """Return the score, of the network and of the best simpler method, and the seconds."""
    import evaluate
    import train
    from runs.run import Run

    start = time.perf_counter()
    train.main([*words, "--seed", str(seed), "--split-seed", str(seed), "--overwrite"])
    seconds = time.perf_counter() - start
    headline = evaluate.evaluate(Run(folder / words[0])).headline
    return headline.score, headline.value, headline.method, headline.baseline, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", nargs="*", choices=[[], *WORKS], default=list(WORKS))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    from runs import folder

    with tempfile.TemporaryDirectory() as path:
        folder.RUNS = Path(path)
        for work in options.work:
            for seed in range(options.seeds):
                with contextlib.redirect_stdout(sys.stderr):
                    score, value, method, other, seconds = measure(WORKS[work], seed, folder.RUNS)
                print(f"{work:20}  seed {seed}  {score} {value:.3g}  {method} {other:.3g}  "
                      f"training {seconds:.0f} s", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
