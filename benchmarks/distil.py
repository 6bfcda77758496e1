"""Formulas recovered by `distil` from networks, and by symbolic regression from the data.

    python benchmarks/distil.py [polynomial] [function] [ode] [poisson] [feynman]
        [--only I.12.1 ...] [--seconds 60]

Each figure is measured with the user's commands in separate processes: `train.py NAME`, then
`train.py distil --from` its run. A formula is exact if sympy simplifies its difference from the
truth to zero. Numbers in brackets also count formulas whose difference or ratio is a constant, as
W. La Cava et al., arXiv:2107.14351, do: with noise, constants cannot be known to the last digit.

feynman: 2000 rows of an equation of the Feynman lectures, with a target without noise and with
Gaussian noise of 1 % and 10 % of its standard deviation. All methods have the same time on one
core: pyoperon and gplearn search on the data for --seconds; this project trains a network with
`table` and distils it in the remaining time. The constants of a peer's formula are refitted to the
data and simplified as in `distil`; otherwise no formula with a constant would be exact. gplearn
needs `pip install -r requirements-benchmarks.txt` and --peers with the Python that has it.

Figures are saved in `benchmarks/distil.jsonl`, so that an interrupted benchmark continues; delete
the file after changes of the code.
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
import sympy
from distil_problems import FEYNMAN, FUNCTIONS

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))
NOISES, ROWS = (0.0, 0.01, 0.1), 2000
# Chosen by the error on validation rows without noise.
SHAPE = ("--hidden", 64, 64, "--activation", "tanh", "--dropout", 0, "--members", 5)
NETWORK = (*SHAPE, "--epochs", 200, "--patience", 30, "--learning-rate", 0.003)


def main(options):
    journal = Journal(Path(__file__).with_suffix(".jsonl"))
    chosen = options.rows or ["polynomial", "function", "ode", "poisson", "feynman"]
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(Path(folder))
        print("| run | truth | found | exact | train [s] | distil [s] |\n|---|---|---|---|---|---|")
        for row in chosen:
            for name, truth, words in plain_rows(row, options.only):
                found = journal(
                    f"{name} {truth}", lambda words=words, truth=truth: plain(runs, words, truth)
                )
                print(f"| {name} | {truth} | {' | '.join(map(str, found))} |", flush=True)
        if "feynman" in chosen:
            feynman(runs, journal, options)


def plain_rows(row, only):
    """Yield `(name, truth, arguments of train.py)` of the rows without peers."""
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


def plain(runs, words, truth):
    """Return `[formula, whether it is exact, seconds of the training, seconds of distil]`."""
    training = runs.train(*words, "--name", "network")
    seconds = runs.train("distil", "--from", runs.folder / "network", "--name", "formula")
    found = runs.formula()
    exact = "yes" if same(found, truth) else "NO"
    if words == ["polynomial"]:
        exact += f", {deviations(found, runs.folder / 'network')}"
    return [found.replace("**", "^"), exact, f"{training:.0f}", f"{seconds:.0f}"]


def deviations(found, run):
    """Describe the errors of the coefficients of x^3, x^2, x.

    They are given in standard errors of least squares on the same rows.
    """
    from experiments.command import restore
    from training.run import read_config

    from datasets.dataset import join_splits

    dataset = restore(read_config(run)).load()
    x = join_splits(dataset.train, dataset.validation).inputs["x"].astype("float64")
    powers = np.stack([x**3, x**2, x], axis=1)
    errors = 0.3 * np.sqrt(np.diag(np.linalg.inv(powers.T @ powers)))
    polynomial = sympy.Poly(parsed(found), sympy.Symbol("x", real=True))
    found = [float(polynomial.coeff_monomial((power,))) for power in (3, 2, 1)]
    far = np.abs(np.array(found) - [2, -3, -1]) / errors
    far = ", ".join(f"{value:.2g}" for value in far)
    return f"off by {far} standard errors of {', '.join(f'{error:.3f}' for error in errors)}"


def feynman(runs, journal, options):
    names = [name for name in FEYNMAN if not options.only or name in options.only]
    methods = ["pyoperon", *(["gplearn"] if options.peers else []), "ours"]
    headings = [*methods[:-1], "this project"]
    print(
        f"\n| equation | truth | noise | {' | '.join(headings)} | error of the network |\n|"
        + "---|" * (len(methods) + 4)
    )
    counts = dict.fromkeys([(method, noise) for method in methods for noise in NOISES], 0)
    done = dict.fromkeys(NOISES, 0)
    for name in names:
        for noise in options.noise:
            table, points, values = rows_of(name, noise, runs.folder)
            cells = []
            for method in methods:
                key = f"feynman {name} {noise} {method} {options.seconds}"
                exact, nearly, found, *error = journal(
                    key, lambda m=method, n=name, s=noise: attempt(runs, m, n, s, options)
                )
                counts[method, noise] += np.array([exact, exact or nearly])
                short = found.replace("**", "^")[:60]
                cells.append(
                    "yes" if exact else f"{'up to a constant' if nearly else 'no'}: {short}"
                )
            done[noise] += 1
            cells = [name, FEYNMAN[name][0], f"{noise:.0%}", *cells, f"{error[0]:.1%}"]
            print(f"| {' | '.join(cells)} |", flush=True)
    print(f"\n| noise | equations | {' | '.join(headings)} |\n|" + "---|" * (len(methods) + 2))
    for noise in options.noise:
        cells = ["{} ({})".format(*counts[method, noise]) for method in methods]
        print(f"| {noise:.0%} | {done[noise]} | {' | '.join(cells)} |")


def rows_of(name, noise, folder):
    """Return `(path of a CSV, points, values with noise)`, the same rows for all methods."""
    from symbolic import formula

    text, ranges = FEYNMAN[name]
    random = np.random.default_rng(abs(hash_of(name)))
    low, high = np.array(list(ranges.values()), "float64").T
    points = random.uniform(low, high, (ROWS, len(ranges)))
    clean = formula.compile_function(parsed(text), list(ranges))(*points.T)
    values = clean + noise * clean.std() * random.standard_normal(ROWS)
    table = pd.DataFrame(points, columns=list(ranges))
    table["target"] = values
    table.to_csv(folder / "rows.csv", index=False)
    return folder / "rows.csv", points, values


def hash_of(name):
    """Hash a name to the same number in every process, unlike Python's `hash`."""
    return int.from_bytes(name.encode(), "big") % 2**32


def attempt(runs, method, name, noise, options):
    """Return `[exact, exact up to a constant, formula]` of one method.

    For this project the relative error of the network on points without noise is added.
    """
    path, points, values = rows_of(name, noise, runs.folder)
    text, ranges = FEYNMAN[name]
    if method != "ours":
        found = peer_formula(method, points, values, list(ranges), noise, runs.folder, options)
        return [same(found, text), same_up_to_a_constant(found, text), found]
    seconds = runs.train(
        "table", "--data", path, "--target", "target", "--name", "network", *NETWORK
    )
    left = max(options.seconds - seconds, 5)
    runs.train(
        "distil", "--from", runs.folder / "network", "--name", "formula", "--seconds", f"{left:.1f}"
    )
    found = runs.formula()
    error = runs.network_error(text, ranges)
    return [same(found, text), same_up_to_a_constant(found, text), found, error]


def peer_formula(method, points, values, names, noise, folder, options):
    """Return the formula that a peer chooses, with refitted and simplified constants."""
    from symbolic.constants import Reference, refit
    from symbolic.printing import format_text
    from symbolic.regression import evaluate, simplify

    np.savez(
        folder / "rows.npz", points=points, values=values, names=names, noise=noise * values.std()
    )
    python = sys.executable if method == "pyoperon" else options.peers
    words = [
        python,
        PROJECT / "benchmarks/peers/symbolic_regression.py",
        method,
        folder / "rows.npz",
        options.seconds,
        0,
    ]
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    try:
        raw = parsed(done.stdout.strip().splitlines()[-1])
        reference = Reference(names, points, values, noisy=True)
        (expression,) = refit(raw, reference) or [raw]
        return format_text(simplify(evaluate(expression, reference), reference).expression)
    except Exception as error:
        # A formula that the parser refuses, for example since it is too long, is not exact.
        return f"0 # {error}"


def parsed(text):
    from symbolic import formula

    return formula.parse(text)


def same(found, truth):
    """Whether sympy shows that two formulas are equal."""
    one, other = values_at_points(found, truth)
    if not len(one) or not np.allclose(one, other, rtol=1e-9):
        return False
    difference = parsed(found) - parsed(truth)
    positive = {
        symbol: sympy.Symbol(symbol.name, positive=True) for symbol in difference.free_symbols
    }
    ways = (
        sympy.expand,
        sympy.simplify,
        lambda x: sympy.simplify(sympy.expand_log(x.xreplace(positive), force=True)),
    )
    return any(way(difference) == 0 for way in ways)


def same_up_to_a_constant(found, truth):
    """Whether the difference or the ratio of two formulas is constant."""
    one, other = values_at_points(found, truth)
    if len(one) < 20 or np.ptp(one) == 0:
        return False
    return any(
        np.ptp(values) < 1e-9 * np.abs(values).max() for values in (one / other, one - other + 1)
    )


def values_at_points(found, truth):
    """Return the finite values of two formulas at random points; none if one is invalid."""
    from symbolic import formula

    if "#" in found:
        return np.zeros((2, 0))
    expressions = parsed(found), parsed(truth)
    names = formula.list_variables(sum(expressions))
    points = np.random.default_rng(0).uniform(0.5, 2.5, (len(names), 100))
    values = np.stack(
        [formula.compile_function(expression, names)(*points) for expression in expressions]
    )
    return values[:, np.isfinite(values).all(axis=0)]


class Runs:
    """Runs commands, with all runs in one folder."""

    def __init__(self, folder):
        self.folder = folder

    def train(self, *words):
        """Run `python train.py WORDS` and return its wall time."""
        environment = {**os.environ, "SAVED_MODELS": str(self.folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, str(PROJECT / "train.py"), *map(str, words), "--overwrite"]
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, words))}: {done.stderr.strip().splitlines()[-1]}")
        return time.perf_counter() - start

    def formula(self):
        front = pd.read_csv(self.folder / "formula" / "front.csv", keep_default_na=False)
        return front.loc[front["chosen"] == "yes", "formula"].iloc[0]

    def network_error(self, truth, ranges):
        from evaluation.saved_model import load, predict

        from symbolic import formula

        low, high = np.array(list(ranges.values()), "float64").T
        points = np.random.default_rng(1).uniform(low, high, (ROWS, len(ranges)))
        true = formula.compile_function(parsed(truth), list(ranges))(*points.T)
        answers = predict(load(self.folder / "network"), dict(zip(ranges, points.T, strict=True)))[
            "target"
        ]
        return float(np.sqrt(np.mean((answers - true) ** 2)) / true.std())


class Journal:
    """Saves figures, so that none is measured twice."""

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
    rows = ["polynomial", "function", "ode", "poisson", "feynman"]
    names = f"rows to measure: {', '.join(rows)}; all by default"
    parser.add_argument("rows", nargs="*", metavar="row", choices=[[], *rows], help=names)
    parser.add_argument(
        "--only", nargs="*", default=[], help="formulas of function, or numbers of feynman, to run"
    )
    noise = "standard deviation of the noise, relative to the target's"
    parser.add_argument("--noise", nargs="*", type=float, default=NOISES, help=noise)
    parser.add_argument("--seconds", type=float, default=60, help="time of each search of feynman")
    parser.add_argument("--peers", default="", help="Python interpreter with gplearn")
    main(parser.parse_args())
