"""Unknown constants: `train.py equation --data` beside nonlinear least squares.

    python benchmarks/inverse.py [problem ...] [--sets 20] [--unit 1]

Every data set has noise of its own. The reference is nonlinear least squares, in which the equation
is exact: on SciPy's solution of an ordinary differential equation, on the closed form of the heat
equation. It starts with the true constants, so that it finds the best minimum. Both estimate the
noise from the data. The table has for each constant

- the mean absolute difference of the two estimates, and the largest, in standard errors,
- the mean ratio of the two standard errors,
- the fraction of the data sets in which the 95 % interval contains the true constant,
- the median seconds of a training without the imports, and the number of trainings that did not
  converge and therefore have no interval.

The goals are differences below 0.3, standard errors within 15 % and a coverage between 90 and 98 %.
"""

import argparse
import contextlib
import gc
import io
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
HEADER = (
    *("problem", "constant", "true", "difference", "largest", "standard error, ratio"),
    *("coverage", "of least squares", "seconds", "not converged"),
)


@dataclass(frozen=True)
class Inverse:
    """An inverse problem.

    Args:
        residuals: text of the equations.
        domain: `{coordinate: (low, high)}`.
        true: `{constant: true value}`.
        guesses: `{constant: initial guess}`.
        noise: standard deviation of the measurements.
        count: number of measured points.
        conditions: text of the conditions that are known.
        start: text of initial conditions of the true solution that are not known.
        units: `{unknown or constant: power of the unit}`: how they change with `--unit`.
        closed_form: function of constants and coordinates; None for SciPy's solution.
    """

    residuals: list
    domain: dict
    true: dict
    guesses: dict
    noise: float
    count: int
    conditions: list = field(default_factory=list)
    start: list = field(default_factory=list)
    units: dict = field(default_factory=dict)
    closed_form: object = None


PROBLEMS = {
    "decay": Inverse(
        ["u' = -k*u"], {"t": (0, 3)}, {"k": 1.0}, {"k": 0.5}, 0.1, 12, start=["u(0) = 1"],
        units={"u": 1},
    ),
    "oscillator": Inverse(  # x in millimetres, t in seconds
        ["x'' = -k*x - c*x'"], {"t": (0, 8)}, {"k": 4.0, "c": 0.3}, {"k": 3.0, "c": 1.0}, 0.3, 40,
        start=["x(0) = 5", "x'(0) = 0"], units={"x": 1},
    ),
    "logistic": Inverse(
        ["u' = r*u*(1 - u/K)"], {"t": (0, 10)}, {"r": 0.8, "K": 5.0}, {"r": 0.3, "K": 3.0}, 0.2, 25,
        start=["u(0) = 0.5"], units={"u": 1, "K": 1},
    ),
    "predator-prey": Inverse(
        ["x' = a*x - b*x*y", "y' = -c*y + d*x*y"], {"t": (0, 10)},
        {"a": 1.0, "b": 0.5, "c": 0.8, "d": 0.4}, {"a": 0.7, "b": 0.7, "c": 0.5, "d": 0.5}, 0.1, 40,
        start=["x(0) = 3", "y(0) = 1"], units={"x": 1, "y": 1, "b": -1, "d": -1},
    ),
    "heat": Inverse(
        ["u_t = k*u_xx"], {"x": (0, 1), "t": (0, 1)}, {"k": 0.1}, {"k": 0.5}, 0.03, 60,
        conditions=["u(x, 0) = UNIT*sin(pi*x)", "u(0, t) = 0", "u(1, t) = 0"], units={"u": 1},
        closed_form=lambda k, x, t: np.exp(-k * np.pi**2 * t) * np.sin(np.pi * x),
    ),
    "pendulum": Inverse(
        ["theta'' = -c*theta' - 9.81*sin(theta)"], {"t": (0, 8)}, {"c": 0.3}, {"c": 0.1}, 0.02, 60,
        start=["theta(0) = 1", "theta'(0) = 0"],
    ),
}  # fmt: skip


class ClosedForm:
    """A closed form as `equations.classical.least_squares.fit_model` takes a model."""

    num_conditions = 0

    def __init__(self, inverse, unknown, table, unit):
        self.inverse, self.table, self.unknown, self.unit = inverse, table, unknown, unit
        self.constants, self.counts = inverse.true, {unknown: len(table[unknown])}

    def solve(self, parameters):
        coordinates = [self.table[name] for name in self.inverse.domain]
        values = self.unit * self.inverse.closed_form(*parameters, *coordinates)
        return lambda at: {self.unknown: values}

    def residuals(self, parameters):
        return self.solve(parameters)(None)[self.unknown] - self.table[self.unknown]

    def jacobian(self, parameters):
        steps = 1e-5 * np.diag(parameters)
        columns = [self.residuals(parameters + s) - self.residuals(parameters - s) for s in steps]
        return np.stack(columns, axis=1) / (2e-5 * parameters)


def scale(inverse, name, value, unit):
    return value * unit ** inverse.units.get(name, 0)


def build_equation(inverse, constants, conditions, unit):
    """Return the equation with the constants as unknowns."""
    from equations.equation import Equation

    unknown = {name: scale(inverse, name, value, unit) for name, value in constants.items()}
    conditions = [text.replace("UNIT", repr(unit)) for text in conditions]
    return Equation(list(inverse.residuals), dict(inverse.domain), conditions, unknown=unknown)


def simulate(inverse, seed, unit):
    """Return noisy measurements at random points, `{name: (rows,)}`."""
    from equations.classical.ode import solve_ode

    random = np.random.default_rng(seed)
    table = {n: np.sort(random.uniform(*ends, inverse.count)) for n, ends in inverse.domain.items()}
    if len(table) > 1:  # independent of each other
        table = {name: random.permutation(values) for name, values in table.items()}
    if inverse.closed_form:
        values = {"u": inverse.closed_form(*inverse.true.values(), *table.values())}
    else:
        text = build_equation(inverse, {}, inverse.start, 1.0)
        values = solve_ode(replace(text, constants=inverse.true).problem())(table)
    for name, value in values.items():
        noisy = value + inverse.noise * random.standard_normal(inverse.count)
        table[name] = scale(inverse, name, noisy, unit)
    return table


def fit_classically(inverse, table, unit):
    """Return the `LeastSquaresFit`."""
    from equations.classical.least_squares import fit_model
    from equations.classical.ode_fit import fit_ode

    problem = build_equation(inverse, inverse.true, inverse.conditions, unit).problem()
    if not inverse.closed_form:
        return fit_ode(problem, table)
    (unknown,) = problem.unknowns
    start = [problem.constants[name] for name in inverse.true]
    spreads = {unknown: np.std(table[unknown])}
    return fit_model(ClosedForm(inverse, unknown, table, unit), start, spreads, {})


def fit_network(inverse, table, unit, options, quiet):
    """Return what a training found of the constants, and its seconds."""
    import keras

    from runs.config import FORMAT
    from runs.run import Run
    from tasks.command import parse_experiment
    from training.device import set_seed

    text = build_equation(inverse, inverse.guesses, inverse.conditions, unit)
    ends = [f"{name}={low!r}..{high!r}" for name, (low, high) in inverse.domain.items()]
    guesses = [f"{name}={value!r}" for name, value in text.unknown.items()]
    with tempfile.TemporaryDirectory() as folder:
        pd.DataFrame(table).to_csv(Path(folder) / "data.csv", index=False)
        words = ["equation", "--residual", *inverse.residuals, "--domain", *ends, "--unknown"]
        words += [*guesses, "--data", f"{folder}/data.csv"]
        words += ["--condition", *text.conditions] if text.conditions else []
        _, experiment = parse_experiment([*words, *options])
        experiment.check()
        run = Run(folder)
        run.update(format=FORMAT, experiment="equation", options={})
        start = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO() if quiet else sys.stderr):
            data = experiment.load()
            set_seed(experiment.seed, False)
            experiment.fit(experiment.build(data), data, run)
        seconds = time.perf_counter() - start
        keras.utils.clear_session()  # compiled programs would fill the memory
        gc.collect()
        return json.loads((run.folder / "config.json").read_text())["constants"], seconds


def measure(name, sets, unit, options, quiet=True):
    """Return the `Compared` of each constant of a problem, `{constant: (true value, Compared)}`."""
    inverse = PROBLEMS[name]
    found = []
    for seed in sets:
        table = simulate(inverse, [seed, len(name)], unit)
        classical = fit_classically(inverse, table, unit)
        constants, seconds = fit_network(inverse, table, unit, options, quiet)
        found.append((classical, constants, seconds))
        print(describe(name, seed, classical, constants, seconds), file=sys.stderr)
    true = {c: scale(inverse, c, value, unit) for c, value in inverse.true.items()}
    return {constant: (value, compare(constant, value, found)) for constant, value in true.items()}


def describe(name, seed, classical, constants, seconds):
    """Return a line on one data set."""
    parts = [
        f"{constant} {numbers['value']:.5g} +- {numbers['standard_error']:.3g} "
        f"({classical.constants[constant]:.5g} +- {classical.standard_errors[constant]:.3g})"
        for constant, numbers in constants.items()
    ]
    return f"{name} {seed}: {', '.join(parts)}; {seconds:.0f} s"


@dataclass
class Compared:
    """Numbers of all data sets, see the head of this file."""

    differences: list = field(default_factory=list)
    ratios: list = field(default_factory=list)
    covered: list = field(default_factory=list)
    of_classical: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    missing: int = 0

    def cells(self):
        return [
            f"{np.mean(self.differences):.2f}",
            f"{np.max(self.differences):.2f}",
            f"{np.mean(self.ratios):.2f}",
            f"{np.mean(self.covered):.0%}" if self.covered else "-",
            f"{np.mean(self.of_classical):.0%}",
            f"{np.median(self.seconds):.0f}",
            self.missing,
        ]

    def __add__(self, other):
        return Compared(
            *(x + y for x, y in zip(vars(self).values(), vars(other).values(), strict=True))
        )


def compare(constant, true, found):
    """Return the `Compared` of a constant."""
    from equations.confidence import half_width

    compared = Compared()
    for classical, constants, seconds in found:
        value, error = classical.constants[constant], classical.standard_errors[constant]
        width = half_width(error, classical.degrees_of_freedom)
        ours = constants[constant]
        compared.differences.append(abs(ours["value"] - value) / error)
        compared.ratios.append(ours["standard_error"] / error)
        compared.of_classical.append(abs(value - true) <= width)
        compared.seconds.append(seconds)
        if interval := ours.get("interval_95"):
            compared.covered.append(interval[0] <= true <= interval[1])
        else:
            compared.missing += 1
    return compared


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("problems", nargs="*", metavar="problem", help=", ".join(PROBLEMS))
    parser.add_argument("--sets", type=int, default=20, help="data sets of each problem")
    parser.add_argument("--first", type=int, default=0, help="number of the first data set")
    parser.add_argument(
        "--unit", type=float, default=1.0, help="what the unknowns are multiplied by"
    )
    parser.add_argument("--options", default="", help="further options of train.py, in one string")
    parser.add_argument("--verbose", action="store_true", help="show the trainings")
    arguments = parser.parse_args()
    if wrong := set(arguments.problems) - set(PROBLEMS):
        parser.error(f"no problem {', '.join(sorted(wrong))}; there are {', '.join(PROBLEMS)}")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from training.device import start_tensorflow

    start_tensorflow("one")
    options = arguments.options.split()
    print_row(*HEADER)
    print_row(*["---"] * len(HEADER))
    sets, everything = range(arguments.first, arguments.first + arguments.sets), Compared()
    for name in arguments.problems or PROBLEMS:
        rows = measure(name, sets, arguments.unit, options, not arguments.verbose)
        for constant, (true, compared) in rows.items():
            print_row(name, constant, f"{true:g}", *compared.cells())
            everything += compared
    print_row("all", "", "", *everything.cells())


def print_row(*cells):
    print("|", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
