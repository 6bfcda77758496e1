"""Problems in random units: is every answer right, or said to be not converged?

    python benchmarks/units.py [--cases 1000] [--seed 0] [--workers 2] [problem ...]

Each case multiplies the quantities of a problem by powers of ten from 1e-9 to 1e9, trains it as
`train.py` does, in this process, and compares the SavedModel with the closed form or with SciPy's
solution of the same problem in plain numbers. A case is right within 1 %; it is silent if it is
neither right nor said to be not converged.
"""

import argparse
import contextlib
import io
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.integrate import solve_ivp

sys.path.insert(0, str(Path(__file__).parents[1]))

ACCEPTED, NOISE = 0.01, 0.01
CASES_OF_A_PROCESS = 20
TIMES = np.linspace(0, 1, 101)


class Case(NamedTuple):
    """A command, and how its answer is scored.

    Attributes:
        words: words of the command, after `train.py`.
        table: measurements that `--data` reads, `{column: values}`; None for none.
        score: function of the run's folder that returns the largest relative error.
    """

    words: tuple
    table: dict | None
    score: object


def oscillator(t, u, random):
    w = random.uniform(2, 8)
    words = equation([f"u'' = -({w}/T)^2*u"], {"t": "T"}, ["u(0) = U", "u'(0) = 0"], T=t, U=u)
    return Case(words, None, compare({"t": t}, lambda x: {"u": u * np.cos(w * x["t"])}))


def logistic(t, u, random):
    start = 10 ** random.uniform(-4, -1)
    words = equation(["u' = u/T*(1 - u/U)"], {"t": "10*T"}, [f"u(0) = {start}*U"], T=t, U=u)

    def truth(x):
        return {"u": u / (1 + (1 / start - 1) * np.exp(-10 * x["t"]))}

    return Case(words, None, compare({"t": 10 * t}, truth))


def predator_prey(t, u, random):
    v = 10.0 ** random.integers(-9, 10)
    residuals = ["u' = (1.5*u - u*v/V)/T", "v' = (u*v/U - 3*v)/T"]
    words = equation(residuals, {"t": "3*T"}, ["u(0) = U", "v(0) = V"], T=t, U=u, V=v)
    found = solve_ivp(
        lambda _, y: [1.5 * y[0] - y[0] * y[1], y[0] * y[1] - 3 * y[1]],
        (0, 3), [1, 1], "DOP853", rtol=1e-10, atol=1e-10, dense_output=True,
    )  # fmt: skip

    def truth(x):
        prey, predators = found.sol(3 * x["t"])
        return {"u": u * prey, "v": v * predators}

    return Case(words, None, compare({"t": 3 * t}, truth))


def beam(x, u, random):
    words = equation(
        ["u'''' = U/X^4"], {"x": "X"}, ["u(0) = 0", "u'(0) = 0", "u(X) = 0", "u'(X) = 0"], X=x, U=u
    )
    return Case(
        words, None, compare({"x": x}, lambda s: {"u": u * (s["x"] * (1 - s["x"])) ** 2 / 24})
    )


def heat(t, u, random):
    x = 10.0 ** random.integers(-9, 10)
    words = equation(
        ["u_t = 0.1*X^2/T*u_xx"], {"x": "X", "t": "T"},
        ["u(x, 0) = U*sin(pi*x/X)", "u(0, t) = 0", "u(X, t) = 0"], T=t, U=u, X=x,
    )  # fmt: skip

    def truth(s):
        return {"u": u * np.sin(np.pi * s["x"]) * np.exp(-0.1 * np.pi**2 * s["t"])}

    return Case(words, None, compare({"x": x, "t": t}, truth))


def decay_rate(t, u, random):
    k, guess = random.uniform(1, 3), 10 ** random.uniform(-1, 1)
    noise = 1 + NOISE * random.standard_normal(40)
    points = np.linspace(0, 1, 40)
    table = {"t": t * points, "u": u * np.exp(-k * points) * noise}
    words = equation(["u' = -k*u"], {"t": "T"}, ["u(0) = U"], T=t, U=u)
    return Case(words + ("--unknown", f"k={guess * k / t}"), table, constants({"k": k / t}))


def oscillator_constants(t, u, random):
    c, w, points = random.uniform(0.2, 0.6), random.uniform(20, 40), np.linspace(0, 1, 60)
    frequency = np.sqrt(w - c**2 / 4)
    values = np.exp(-c * points / 2) * (
        np.cos(frequency * points) + c / 2 / frequency * np.sin(frequency * points)
    )
    values = values + NOISE * random.standard_normal(60)
    words = equation(["u'' = -c*u' - w*u"], {"t": "T"}, ["u(0) = U", "u'(0) = 0"], T=t, U=u)
    guesses = ("--unknown", f"c={0.5 / t}", f"w={25 / t**2}")
    return Case(
        words + guesses, {"t": t * points, "u": u * values}, constants({"w": w / t**2}, 0.1)
    )


def discovery(t, u, random):
    v, points = 10.0 ** random.integers(-9, 10), np.linspace(0, 5, 120)
    decay = np.exp(-0.1 * points)
    table = {"t": t * points, "x": 2 * u * decay * np.cos(2 * points)}
    table["y"] = -2 * v * decay * np.sin(2 * points)
    expected = [-0.1 / t, 2 * u / v / t, -2 * v / u / t, -0.1 / t]

    def score(folder):
        import json

        found = json.loads((folder / "discovery.json").read_text())["coefficients"]
        values = [one["value"] for one in found]
        if len(values) != len(expected):
            return np.inf
        return max(abs(np.divide(sorted(values), sorted(expected)) - 1))

    return Case(("discover", "--powers", "1"), table, score)


PROBLEMS = {
    "oscillator": oscillator,
    "logistic": logistic,
    "predator-prey": predator_prey,
    "beam": beam,
    "heat": heat,
    "inverse-decay": decay_rate,
    "inverse-oscillator": oscillator_constants,
    "discovery": discovery,
}


def equation(residuals, domain, conditions, **constants):
    """Return the words of a command; the constants are numbers in the texts."""
    texts = " ".join([*residuals, *domain.values(), *conditions])
    used = [f"{name}={float(value)!r}" for name, value in constants.items() if name in texts]
    ends = [f"{name}=0..{end}" for name, end in domain.items()]
    return (
        *("equation", "--residual", *residuals, "--domain", *ends),
        *("--condition", *conditions, "--constant", *used),
    )


def compare(widths, truth):
    """Return a score: the relative L2 error against a function of coordinates from 0 to 1."""

    def score(folder):
        from runs.run import Run

        mesh = np.meshgrid(*[TIMES] * len(widths), indexing="ij")
        unit = dict(zip(widths, map(np.ravel, mesh), strict=True))
        found = Run(folder).predict({name: unit[name] * width for name, width in widths.items()})
        true = truth(unit)
        return max(np.linalg.norm(found[n] - x) / np.linalg.norm(x) for n, x in true.items())

    return score


def constants(expected, accepted=None):
    """Return a score: the error of constants, in units of 1 %, or of the given fraction, if it is
    within four standard errors."""

    def score(folder):
        from runs.run import Run

        found = Run(folder).config["constants"]
        errors = []
        for name, true in expected.items():
            value, error = found[name]["value"], found[name]["standard_error"]
            is_near = abs(value - true) < 4 * error and error < (accepted or 0.05) * abs(true)
            errors.append(0.0 if is_near else abs(value / true - 1))
        return max(errors)

    return score


def run_case(case, folder):
    """Train a case. Returns `(error, whether it says that it has not converged, seconds)`."""
    import train
    from errors import Diverged, UserError

    words, start = (*case.words, "--name", "case", "--overwrite"), time.perf_counter()
    if case.table is not None:
        pd.DataFrame(case.table).to_csv(folder / "data.csv", index=False)
        words += ("--data", str(folder / "data.csv"))
    output, refused = io.StringIO(), False
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            train.main(list(words))
        except Diverged:
            refused = True
        except UserError as error:
            return np.inf, True, time.perf_counter() - start, str(error)
    refused = refused or "not converged" in output.getvalue()
    seconds = time.perf_counter() - start
    return float(case.score(folder / "case")), refused, seconds, ""


def run_number(words):
    """Run the case of a number, in a worker process. Returns a line about it, and its figures."""
    name, seed, number = words
    random = np.random.default_rng([seed, number])
    first, second = (10.0 ** random.integers(-9, 10) for _ in range(2))
    with tempfile.TemporaryDirectory() as folder, write_runs_to(folder):
        case = PROBLEMS[name](first, second, random)
        error, refused, seconds, reason = run_case(case, Path(folder))
    said = "" if error <= ACCEPTED else f", {reason or ('said' if refused else 'SILENT')}"
    line = f"{number} {name} {first:g} {second:g}: error {error:.2g} in {seconds:.0f} s{said}"
    return line, name, (error, refused, seconds)


@contextlib.contextmanager
def write_runs_to(folder):
    """Let runs be written to this folder."""
    from runs import folder as runs

    usual, runs.RUNS = runs.RUNS, Path(folder)
    try:
        yield
    finally:
        runs.RUNS = usual


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("problems", nargs="*", choices=[*PROBLEMS, []], default=[])
    parser.add_argument("--cases", type=int, default=1000, help="number of cases (default: 1000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first (default: 0)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the powers (default: 0)")
    parser.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    options = parser.parse_args()
    names = options.problems or list(PROBLEMS)
    found = {name: [] for name in names}
    numbers = range(options.first, options.first + options.cases)
    words = [(names[number % len(names)], options.seed, number) for number in numbers]
    # New processes now and then: TensorFlow keeps the graphs of all trainings in memory.
    context = multiprocessing.get_context("spawn")
    with context.Pool(options.workers, maxtasksperchild=CASES_OF_A_PROCESS) as pool:
        for line, name, figures in pool.imap_unordered(run_number, words):
            found[name].append(figures)
            print(line, flush=True)
    counts = f"{'cases':>7}{'right':>7}{'said':>7}{'silent':>8}"
    print(f"{'problem':20}{counts}{'median error':>14}{'seconds':>9}")
    for name, rows in found.items():
        if rows:
            errors, refused, seconds = map(np.array, zip(*rows, strict=True))
            right = errors <= ACCEPTED
            said = ~right & refused
            print(
                f"{name:20}{len(rows):7}{right.sum():7}{said.sum():7}{(~right & ~said).sum():8}"
                f"{np.median(errors):14.1e}{np.median(seconds):9.1f}"
            )


if __name__ == "__main__":
    main()
