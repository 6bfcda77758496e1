"""`distil`: which formulas it finds in networks, beside symbolic regression on the data itself.

    python benchmarks/distil.py [polynomial] [function] [ode] [poisson] [feynman] [--only I.12.1]

Every number comes from commands as a user types them, `train.py NAME`, then `train.py distil
--from` its run, in processes of their own. "exact" is a formula whose difference to the truth
SymPy simplifies to zero; in brackets also those whose difference or ratio is a constant, which W.
La Cava et al., arXiv:2107.14351, count: with noise the constant is not known to the last digit.

feynman: 2000 rows of an equation of the Feynman lectures, the target without noise and with
Gaussian noise of 1 % and 10 % of its standard deviation. All methods have the same time on one
core: pyoperon and gplearn search on the data for --seconds; "table, then distil" trains a network
in that time and distils it in the rest. The formula that a peer chooses has its constants refitted
to the data and simplified by the rule of this project; otherwise none with a constant would be
exact. gplearn needs `pip install -r requirements-benchmarks.txt` and --peers python, or the Python
of a different environment that has it.

Numbers are kept in `benchmarks/distil.jsonl`, so that an interrupted benchmark continues; delete
the file after changes.
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
import pandas as pd

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from distil_problems import FEYNMAN, FUNCTIONS, draw_points, draw_rows, evaluate_formula  # noqa: E402
from formula_comparison import is_same, is_same_up_to_a_constant  # noqa: E402

ROWS = ("polynomial", "function", "ode", "poisson", "feynman")
NOISES = (0.0, 0.01, 0.1)
DISTIL = "table, then distil"
# Chosen by the error on clean validation rows.
SHAPE = ("--hidden", 64, 64, "--activation", "tanh", "--dropout", 0, "--members", 5)
NETWORK = (*SHAPE, "--epochs", 200, "--patience", 30, "--learning-rate", 0.003)


def main(options):
    journal = Journal(Path(__file__).with_suffix(".jsonl"))
    chosen = options.rows or ROWS
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder))
        print("| run | truth | found | exact | train [s] | distil [s] |\n|---|---|---|---|---|---|")
        for row in chosen:
            for name, truth, words in list_plain_rows(row, options.only):
                key = f"{name} {truth}"
                found = journal(key, lambda words=words, truth=truth: distil(runs, words, truth))
                print(f"| {name} | {truth} | {' | '.join(map(str, found))} |", flush=True)
        if "feynman" in chosen:
            compare_on_feynman(runs, journal, options)


# Runs of this project alone


def list_plain_rows(row, only):
    """Yield `(name, truth, words of train.py)` of the rows that need no peers."""
    if row == "polynomial":
        yield row, "2*x^3 - 3*x^2 - x", ["polynomial"]
    if row == "function":
        for formula in FUNCTIONS:
            if not only or formula in only:
                yield row, formula, ["function", "--formula", formula, "--interval", "-3", "3"]
    if row == "ode":
        yield "ode, y' = -2xy", "exp(-x^2)", ["ode"]
    if row == "poisson":
        yield row, "sin(pi*x)*sin(pi*y)", ["poisson"]


def distil(runs, words, truth):
    """Train and distil: `[found, exact or how far, seconds of the training, of distil]`."""
    training = runs.train(*words, "--name", "network")
    seconds = runs.train("distil", "--from", runs.folder / "network", "--name", "formula")
    found = runs.read_formula()
    exact = "yes" if is_same(found, truth) else "NO"
    if words == ["polynomial"]:
        exact += f", {describe_deviations(found, runs.folder / 'network')}"
    return [found.replace("**", "^"), exact, f"{training:.0f}", f"{seconds:.0f}"]


def describe_deviations(found, folder):
    """Return how far the coefficients of x^3, x^2 and x are from the truth, in standard errors of
    least squares on the same rows."""
    import sympy

    from datasets.dataset import join_splits
    from symbolic import formula
    from tasks.source_run import SourceRun

    data = SourceRun(folder).data
    x = join_splits(data.train, data.validation).inputs["x"].astype("float64")
    powers = np.stack([x**3, x**2, x], axis=1)
    errors = 0.3 * np.sqrt(np.diag(np.linalg.inv(powers.T @ powers)))
    polynomial = sympy.Poly(formula.parse(found), sympy.Symbol("x", real=True))
    coefficients = [float(polynomial.coeff_monomial((power,))) for power in (3, 2, 1)]
    far = np.abs(np.array(coefficients) - [2, -3, -1]) / errors
    sizes = ", ".join(f"{error:.3f}" for error in errors)
    return f"off by {', '.join(f'{value:.2g}' for value in far)} standard errors of {sizes}"


# Beside peers


def compare_on_feynman(runs, journal, options):
    """Print what each method finds of each equation, and how many of them."""
    names = [name for name in FEYNMAN if not options.only or name in options.only]
    methods = ["pyoperon", *(["gplearn"] if options.peers else []), DISTIL]
    header = ["equation", "truth", "noise", *methods, "error of the network"]
    print(f"\n| {' | '.join(header)} |\n|" + "---|" * len(header))
    counts = {(method, noise): np.zeros(2, int) for method in methods for noise in options.noise}
    for name in names:
        for noise in options.noise:
            cells = []
            for method in methods:
                method_key = "ours" if method == DISTIL else method  # of the journal
                key = f"feynman {name} {noise} {method_key} {options.seconds}"
                exact, nearly, found, *error = journal(
                    key, lambda m=method, n=name, s=noise: attempt(runs, m, n, s, options)
                )
                counts[method, noise] += np.array([exact, exact or nearly])
                cells.append(describe_attempt(exact, nearly, found))
            row = [name, FEYNMAN[name][0], f"{noise:.0%}", *cells, f"{error[0]:.1%}"]
            print(f"| {' | '.join(row)} |", flush=True)
    print(f"\n| noise | equations | {' | '.join(methods)} |\n|" + "---|" * (len(methods) + 2))
    for noise in options.noise:
        cells = ["{} ({})".format(*counts[method, noise]) for method in methods]
        print(f"| {noise:.0%} | {len(names)} | {' | '.join(cells)} |")


def describe_attempt(exact, nearly, found):
    if exact:
        return "yes"
    return f"{'up to a constant' if nearly else 'no'}: {found.replace('**', '^')[:60]}"


def attempt(runs, method, name, noise, options):
    """Search for an equation by a method.

    Returns: `[exact, exact up to a constant, formula]`, and of `table, then distil` also the error
    of the network on clean points, as a fraction of the values' standard deviation.
    """
    points, values = draw_rows(name, noise)
    text, ranges = FEYNMAN[name]
    error = []
    if method == DISTIL:
        found = distil_table(runs, points, values, list(ranges), options.seconds)
        error = [runs.compute_network_error(text, ranges)]
    else:
        found = search_by_peer(method, points, values, list(ranges), noise, runs.folder, options)
    return [is_same(found, text), is_same_up_to_a_constant(found, text), found, *error]


def distil_table(runs, points, values, names, seconds):
    """Train a network on a table and distil it, both in this time: the formula as text."""
    path = runs.folder / "rows.csv"
    pd.DataFrame(points, columns=names).assign(target=values).to_csv(path, index=False)
    words = ("--data", path, "--target", "target", "--name", "network")
    left = max(seconds - runs.train("table", *words, *NETWORK), 5)
    words = ("--from", runs.folder / "network", "--name", "formula")
    runs.train("distil", *words, "--seconds", f"{left:.1f}")
    return runs.read_formula()


def search_by_peer(method, points, values, names, noise, folder, options):
    """Return the formula a peer chooses, its constants refitted to the data and simplified."""
    from symbolic import formula
    from symbolic.constants import Reference, refit
    from symbolic.printing import format_text
    from symbolic.regression import evaluate, simplify

    path, std = folder / "rows.npz", noise * values.std()
    np.savez(path, points=points, values=values, names=names, noise=std)
    python = sys.executable if method == "pyoperon" else options.peers
    script = PROJECT / "benchmarks" / "peers" / "symbolic_regression.py"
    words = [python, script, method, path, options.seconds, 0]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    try:
        raw = formula.parse(done.stdout.strip().splitlines()[-1])
        reference = Reference(names, points, values, noisy=True)
        (expression,) = refit(raw, reference) or [raw]
        return format_text(simplify(evaluate(expression, reference), reference).expression)
    except Exception as error:  # what cannot be parsed, e.g. over 1000 letters, is not exact
        return f"0 # {error}"


class Runs:
    """Commands whose runs are in a folder.

    Args:
        folder: path of the folder.
    """

    def __init__(self, folder):
        self.folder = folder

    def train(self, *words):
        """Run `python train.py WORDS`; return its seconds."""
        environment = {**os.environ, "SAVED_MODELS": str(self.folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, str(PROJECT / "train.py"), *map(str, words), "--overwrite"]
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, words))}: {done.stderr.strip().splitlines()[-1]}")
        return time.perf_counter() - start

    def read_formula(self):
        front = pd.read_csv(self.folder / "formula" / "front.csv", keep_default_na=False)
        return front.loc[front["chosen"] == "yes", "formula"].iloc[0]

    def compute_network_error(self, truth, ranges):
        """Return the network's root mean square error on clean points, relative to their spread."""
        from runs.run import Run

        points = draw_points(ranges, np.random.default_rng(1))
        true = evaluate_formula(truth, ranges, points)
        inputs = dict(zip(ranges, points.T, strict=True))
        answers = Run(self.folder / "network").predict(inputs)["target"]
        return float(np.sqrt(np.mean((answers - true) ** 2)) / true.std())


class Journal:
    """Numbers that were measured before are not measured again.

    Args:
        path: file that keeps them.
    """

    def __init__(self, path):
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.known = dict(map(json.loads, lines))

    def __call__(self, key, measure):
        if key not in self.known:
            self.known[key] = measure()
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, self.known[key]]) + "\n")
        return self.known[key]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []])
    only = "formulas of function, or numbers of feynman"
    parser.add_argument("--only", nargs="*", default=[], help=only)
    parser.add_argument("--noise", nargs="*", type=float, default=NOISES, help="noise of feynman")
    parser.add_argument("--seconds", type=float, default=60, help="for each search of feynman")
    parser.add_argument("--peers", default="", help="Python of an environment with gplearn")
    main(parser.parse_args())
