"""Discover the equation behind measurements: u(x, t), or trajectories, in; a differential equation, as text, out.

For example: python train.py discover --data measurements.csv

A network learns the data. Then the network and an equation with every term of a library are fitted together, and terms are left
out as long as data and equation are explained as well. What is left is refined, with standard errors. The text that is printed
is what `python train.py equation --residual` takes, and the run's equation.toml is for `python train.py equation --equation`.
"""

import re
from dataclasses import dataclass
from typing import Literal

from errors import UserError
from experiments.differential_equation import FEW_WEIGHTS, LARGEST_JACOBIAN
from experiments.experiment import ANY, LAYER, in_range
from experiments.study import Found, Study

SPACE, TIME, FIELD = ("x", "y", "z"), "t", "u"
FEWEST = 20  # measurements
LARGEST = 200  # terms, those of all equations together
STEEP = 6  # steepness at the start of a network for trajectories
STEPS = 5  # of the optimiser an epoch


@dataclass(frozen=True)
class Discover(Study):
    data: str = ""
    """.mat, .npz or a table: a field u over x and t (y, z), or trajectories, a column t and one for each unknown function;
    if empty, a solution of Burgers' equation"""
    functions: tuple[str, ...] = ()
    """the unknown functions with their coordinates, time last, where names differ: "h(x,s)" "v(x,s)" """
    powers: int = 3
    """the library: largest power of the unknown functions in a term, alone or times a derivative"""
    order: int = 3
    """the library: highest derivative in space"""
    library: tuple[str, ...] = ()
    """the library, term by term instead: "u*u_x" "u_xx" "sin(u)" """
    time_order: Literal[1, 2] = 1
    """the left side: 1 for u_t, 2 for u_tt"""
    samples: int = 2000
    """measurements that are used, from random places of the data; 0 for all"""
    noise: float = 0.0
    """standard deviation of noise that is added, as a part of the data's, to see what it does"""
    hidden: tuple[int, ...] = (20, 20, 20)
    """units of each hidden layer"""
    spread: float = 0.0
    """steepness of the first layer's units at the start, more for many oscillations; 0 for Keras' own, of trajectories for 6"""
    points: int = 0
    """where the equation is looked at; 0 for four times as many rows as weights"""
    epochs: int = 16
    """most times that the progress of the refinement is measured, each after five steps"""
    patience: int = 10
    """epochs without a lower validation loss before the refinement stops"""

    def check(self):
        super().check()
        in_range(self, powers=(0, 8), order=(0, 6), samples=(0, 10**5), noise=(0, 10))
        in_range(
            self,
            hidden=(1, LAYER),
            spread=(0, 1000),
            points=(0, 10**6),
            epochs=(1, ANY),
            patience=(0, ANY),
        )
        if 0 < self.samples < FEWEST:
            raise UserError(
                f"--samples wants {FEWEST} or more, or 0 for all. Received: {self.samples}"
            )

    def study(self, folder):
        """Learn the data, leave out terms, refine what is left."""
        import pandas as pd

        from equations.equation import Equation
        from models.pinn import pinn
        from symbolic.sparse_regression import eliminate
        from training.discovery import Discovery

        coordinates, unknowns, table = self.field()
        left, library = self.left(coordinates, unknowns), self.texts(coordinates, unknowns)
        domain = {
            name: (float(table[name].min()), float(table[name].max())) for name in coordinates
        }
        problem = Equation(left, domain).problem()
        measured = self.measurements(table, unknowns)
        pd.DataFrame(measured).to_csv(folder / "measurements.csv", index=False)
        rows = len(measured[unknowns[0]])
        print(
            f"data        {rows} of {len(table[unknowns[0]])} rows of {self.source}\nlibrary     {', '.join(library)}"
        )

        spread = self.spread or (STEEP if len(coordinates) == 1 else 0)
        network = pinn(problem.low, problem.high, len(unknowns), self.hidden, init_scale=spread)
        check_size(network.count_params(), (rows + self.points) * len(unknowns))
        discovery = Discovery(network, problem, left, library, measured, self.points, self.seed)
        alone = discovery.smooth()
        print(f"network     fitted to the data alone: relative error {alone:.2g} where held out\n")
        print("What is unexplained of data and equation with fewer and fewer terms")
        steps = eliminate(
            discovery.first(),
            discovery.refit,
            rows * len(unknowns),
            lambda step: print(line(step, discovery.names(step.fit.terms)), flush=True),
        )
        chosen = [step for step in steps if step.kept][-1].fit
        solved, coefficients = self.refined(discovery, chosen, domain, folder)
        return self.found(folder, discovery, solved, coefficients, steps, alone)

    def results(self, model, folder, history):
        from experiments.discovery_results import results

        return results(model, folder, history, self.field())

    # What is given

    @property
    def source(self):
        return self.data or "a solution of Burgers' equation, a = 1, nu = 0.01/pi"

    def names(self):
        """`(coordinates, unknowns)`, time the last coordinate."""
        from datasets.measured_field import find_array, read_columns

        if not self.data:
            return ("x", "t"), ("u",)
        if self.functions:
            return named(self.functions)
        arrays = read_columns(self.data)
        there = [name for name in (*SPACE, TIME, FIELD) if find_array(arrays, name) is not None]
        if {SPACE[0], TIME, FIELD} <= {*there}:
            return tuple(name for name in there if name != FIELD), (FIELD,)
        if TIME in arrays and len(arrays) > 1:
            return (TIME,), tuple(str(name) for name in arrays if name != TIME)
        wanted = 't with x and u, or t with other unknowns. If they have other names, give --functions "h(x,s)"'
        raise UserError(f"{self.data} lacks {wanted}. It has: {', '.join(map(str, arrays))}")

    def field(self):
        """All of the data: `(coordinates, unknowns, {name: (rows,)})`."""
        from datasets.measured_field import read_field

        coordinates, unknowns = self.names()
        table = read_field(self.data, coordinates, unknowns) if self.data else burgers()
        if missing := [name for name in unknowns if name not in table]:
            raise UserError(f"{self.data} lacks {missing[0]!r}. It has: {', '.join(table)}")
        if (rows := len(table[unknowns[0]])) < FEWEST:
            raise UserError(
                f"{self.data} has {rows} rows without a missing number. Wanted: {FEWEST} or more"
            )
        if constant := [name for name, values in table.items() if values.min() == values.max()]:
            raise UserError(
                f"{constant[0]!r} in {self.data} is the same everywhere, so that nothing can be learned from it"
            )
        return coordinates, unknowns, table

    def measurements(self, table, unknowns):
        """A random sample of the data, with noise."""
        import numpy as np

        random = np.random.default_rng([self.seed, 1])
        rows = len(table[unknowns[0]])
        chosen = random.permutation(rows)[: self.samples or rows]
        sample = {name: values[chosen] for name, values in table.items()}
        noise = {
            name: self.noise * table[name].std() * random.standard_normal(len(chosen))
            for name in unknowns
        }
        return sample | {name: sample[name] + noise[name] for name in unknowns}

    def left(self, coordinates, unknowns):
        """The left side of each equation."""
        return [f"{name}_{coordinates[-1] * self.time_order}" for name in unknowns]

    def texts(self, coordinates, unknowns):
        """The terms that each right side may have."""
        from symbolic.library import build_library, list_subscripts

        *space, time = coordinates
        speeds = [f"{name}_{time}" for name in unknowns] if self.time_order == 2 else []
        derivatives = [
            f"{name}_{subscript}"
            for subscript in list_subscripts(space, self.order)
            for name in unknowns
        ]
        texts = self.library or build_library([*unknowns, *speeds], derivatives, self.powers)
        if (count := len(texts) * len(unknowns)) > LARGEST:
            raise UserError(
                f"the library makes {count} terms in all equations, at most {LARGEST}. Lower --powers or --order"
            )
        return texts

    # What is found

    def refined(self, discovery, chosen, domain, folder):
        """Fit the network and the chosen coefficients once more, as the inverse problem that it is now.

        Returns: a `training.equation_fit.Solved`, and of each coefficient a dictionary.
        """
        from equations.equation import Equation
        from training.callbacks import equation_callbacks
        from training.equation_fit import fit_equation
        from training.equation_loop import Phase
        from training.levenberg_marquardt import LevenbergMarquardt

        places = discovery.names(chosen.terms)
        names = [f"c{number}" for number in range(1, len(places) + 1)]
        guesses = dict(zip(names, discovery.in_units(chosen).tolist(), strict=True))
        problem = Equation(sums(discovery.left, places, names), domain, unknown=guesses).problem()
        solved = fit_equation(
            *discovery.inverse_problem(chosen, problem),
            [Phase(LevenbergMarquardt(), self.epochs, STEPS, "auto")],
            callbacks=equation_callbacks(folder, self.patience),
            seed=self.seed,
        )
        found = [solved.constants[name] for name in names]
        return solved, [
            {"equation": side, "term": text} | one
            for (side, text), one in zip(places, found, strict=True)
        ]

    def found(self, folder, discovery, solved, coefficients, steps, alone):
        """Write the equation and how it was found to the run's folder. Returns what is to be exported."""
        import tensorflow as tf
        from training.run import write_json, write_points

        from equations.equation import Equation
        from equations.equation_file import to_toml
        from models.pinn import add_names

        problem = discovery.problem
        domain = dict(
            zip(problem.coordinates, zip(problem.low, problem.high, strict=True), strict=True)
        )
        places = [(one["equation"], one["term"]) for one in coefficients]
        texts = sums(discovery.left, places, [one["value"] for one in coefficients])
        print("\nDiscovered\n" + "\n".join(f"  {text}" for text in texts))
        equation = Equation(
            texts, domain, discovery.initial_conditions() if len(domain) == 1 else ()
        )
        (folder / "equation.toml").write_text(to_toml(equation), encoding="utf-8")
        models = [model(step, discovery.names(step.fit.terms)) for step in steps]
        write_json(
            folder / "discovery.json",
            {
                "equations": texts,
                "coefficients": coefficients,
                "error of the network alone": alone,
                "models": models,
            },
        )
        write_points(folder, problem.coordinates, solved.points)
        solution = add_names(discovery.network, problem.coordinates, problem.unknowns)
        return Found(
            source="; ".join(texts),
            model=solution,
            functions={
                "serve": lambda inputs: solution(inputs),
                "residual": exported_residual(solved.system),
            },
            signature={
                name: tf.TensorSpec((None,), "float64", name=name) for name in problem.coordinates
            },
            targets=problem.unknowns,
            history=solved.history,
            trouble=solved.failure,
        )


def named(functions):
    """`(coordinates, unknowns)` of texts such as "h(x,s)"."""
    found = {}
    for text in functions:
        match = re.fullmatch(r"\s*(\w+)\s*\(([\w\s,]+)\)\s*", text)
        if not match:
            raise UserError(
                f'--functions wants names with their coordinates, such as "u(x,t)". Received: {text!r:.60}'
            )
        found[match[1]] = tuple(name.strip() for name in match[2].split(","))
    coordinates = next(iter(found.values()))
    if any(other != coordinates for other in found.values()):
        raise UserError(
            f"--functions wants all of the same coordinates. Received: {', '.join(functions)}"
        )
    return coordinates, tuple(found)


def check_size(weights, rows):
    """Raise UserError for more than Levenberg and Marquardt's method can do."""
    if weights > FEW_WEIGHTS or weights * (rows + 4 * weights) > LARGEST_JACOBIAN:
        raise UserError(
            f"{weights} weights and {rows} rows are too many. Lower --hidden, --samples or --points"
        )


def burgers():
    """The solution of Burgers' equation that the lecture has, on the same grid."""
    import numpy as np

    from equations.references.burgers import solve

    x, t = np.meshgrid(np.linspace(-1, 1, 256), np.linspace(0, 0.99, 100), indexing="ij")
    grid = {"x": x.ravel(), "t": t.ravel()}
    return grid | solve(grid)


def sums(left, places, coefficients):
    """The equations as text, such as "u_t = -1.002*u*u_x + 0.0032*u_xx".

    Args:
        left: the left sides.
        places: `(left side, term)` of each coefficient.
        coefficients: numbers, or names.
    """
    from symbolic.library import format_sum

    chosen = list(zip(places, coefficients, strict=True))
    return [
        f"{side} = {format_sum({text: c for (own, text), c in chosen if own == side})}"
        for side in left
    ]


def model(step, names):
    """What is kept of a model that was tried."""
    contributions = zip(names, step.fit.coefficients.tolist(), strict=True)
    return {
        "terms": {f"{side}: {text}": value for (side, text), value in contributions},
        "unexplained": step.fit.loss**0.5,
        "criterion": step.criterion,
        "kept": step.kept,
    }


def line(step, names):
    """A line about a model that was tried."""
    several = len({side for side, _ in names}) > 1
    terms = ", ".join(f"{text} in {side}" if several else text for side, text in names)
    return f"  {step.fit.loss**0.5:8.2e}  {len(names):3}  {terms}{'' if step.kept else '   (not enough)'}"
