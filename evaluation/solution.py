"""A solution of a differential equation beside the truth and classical solvers, on a grid."""

import numpy as np

from evaluation.evaluation import Evaluation
from evaluation.inverse import fit_classically
from evaluation.supervised import choose_headline, tabulate_scores

GRID = {1: 1001, 2: 201, 3: 41, 4: 15}  # points per coordinate, by the number of coordinates
FRESH, SEED = 4096, 2**20  # points for the residual, which no training has seen
INTERVAL = 1.96  # standard errors of a 95 % interval of a coefficient


class Comparison:
    """What evaluate.py finds out about a solution; the figures are drawn from it.

    Args:
        experiment: a `tasks.differential_equation.DifferentialEquation`.
        run: `runs.run.Run`.
        data: `equations.formulation.Formulation`.
        baselines: `{name: Baseline}`, classical solutions.

    Attributes:
        axes: `{coordinate: (n,)}` of the grid.
        grid: `{coordinate: (points,)}`, the last coordinate fastest.
        curves: `{"network": {unknown: (points,)}, "reference": ..., name of a solver: ...}`.
        reference: what the network is compared with, in words; "" if there is nothing.
        points: table of the last collocation points.
    """

    def __init__(self, experiment, run, data, baselines):
        self.experiment, self.run, self.baselines = experiment, run, baselines
        self.problem, self.history, self.data = data.problem, run.history, data
        self.points = run.read_table("collocation")
        self.given, self.axes = data.reference, grid_axes(data.problem)
        if self.given and (found := find_grid(self.given, self.problem.coordinates)):
            self.axes, self.given = found
        mesh = np.meshgrid(*self.axes.values(), indexing="ij")
        names = self.problem.coordinates
        self.grid = {name: x.ravel() for name, x in zip(names, mesh, strict=True)}
        self.curves = {"network": run.predict(self.grid)}
        solutions = {name: b.endpoints["serve"](self.grid) for name, b in baselines.items()}
        self.reference, reference = self.choose_reference(solutions)
        if self.reference:
            self.curves["reference"] = reference
        # A topic's reference may be the same computation, under another name.
        self.curves |= {name: x for name, x in solutions.items() if not are_equal(x, reference)}

    def choose_reference(self, solutions):
        """Return the name and the values on the grid of what the network is compared with: a given
        solution, the closed form, or the best classical solution; nothing if a solution is given
        at scattered points, where the network is scored then."""
        if self.given and len(self.given[self.problem.coordinates[0]]) != count_points(self.grid):
            return "", None
        if self.given:
            unknowns = [name for name in self.problem.unknowns if name in self.given]
            return "the given solution", {name: self.given[name] for name in unknowns}
        if truth := self.experiment.truth(self.problem):
            return "the reference solution", truth(self.grid)
        errors = {name: baseline.error for name, baseline in self.baselines.items()}
        if not errors:
            return "", None
        best = min(errors, key=errors.get)
        return best, solutions[best]

    def evaluation(self, figures):
        """Return the `Evaluation`."""
        splits = {}
        if self.reference:
            reference = self.curves["reference"]
            others = [name for name in self.curves if name != "reference"]
            scores = {name: self.errors(self.curves[name], reference) for name in others}
            splits["test"] = {"rows": count_points(self.grid), "scores": scores}
        elif self.given:
            solvers = {name: b.endpoints["serve"] for name, b in self.baselines.items()}
            methods = {"network": self.run.predict} | solvers
            scores = {name: self.errors(f(self.given), self.given) for name, f in methods.items()}
            splits["test"] = {"rows": count_points(self.given), "scores": scores}
        fresh = {"rows": FRESH, "scores": {"network": self.residual_sizes()}}
        splits["fresh points"] = fresh
        constants = self.constants()
        metrics = {
            "splits": splits,
            "reference": self.reference,
            "solvers": {
                name: {
                    "seconds": b.seconds,
                    "own_error": b.error,
                    "difference_of_network": self.difference_to(name),
                }
                for name, b in self.baselines.items()
            },
            "conditions": self.misfits(),
            "constants": constants,
            "verdict": self.run.config.get("verdict"),
        }
        tables = tabulate_scores(splits) | self.tabulate_conditions(metrics["conditions"])
        tables |= self.tabulate_solvers() | tabulate_constants(constants)
        headline = choose_headline(next(iter(splits.values())))
        return Evaluation(headline, tables, figures, metrics)

    def errors(self, answers, truth):
        """Return `{unknown: {metric: value}}` of a solution."""
        found = {}
        for unknown in self.problem.unknowns:
            if unknown in truth:
                # The pressure, e.g., is not finite where a lid meets a wall.
                known = np.isfinite(truth[unknown])
                answer, true = (
                    self.experiment.comparable(unknown, x[unknown][known]) for x in (answers, truth)
                )
                # The error of a function that is zero is absolute.
                size = np.linalg.norm(true) or np.sqrt(len(true))
                found[unknown] = {
                    "relative_l2_error": float(np.linalg.norm(answer - true) / size),
                    "maximum_error": float(np.abs(answer - true).max()),
                }
        return found

    def constants(self):
        """Return `{constant: {"value", "standard_error", "interval_95", "true_value", ...}}`."""
        true, found = self.experiment.true_constants(), {}
        for name, numbers in self.run.config.get("constants", {}).items():
            found[name] = dict(numbers)
            if name in true:
                relative_error = abs(numbers["value"] / true[name] - 1)
                found[name] |= {"true_value": true[name], "relative_error": relative_error}
        values = {name: numbers["value"] for name, numbers in found.items()}
        noise = self.experiment.measurement_noise(self.problem)
        if classical := fit_classically(self.data, values, noise):
            for name, numbers in found.items():
                numbers["least_squares_value"] = classical.constants[name]
                numbers["least_squares_standard_error"] = classical.standard_errors[name]
        return found

    def difference_to(self, solver):
        """Return the relative L2 distance of the network from a classical solution, of the unknown
        function where it is largest."""
        values = self.curves.get(solver, self.curves.get("reference"))
        errors = self.errors(self.curves["network"], values).values()
        return max(found["relative_l2_error"] for found in errors)

    def misfits(self):
        """Return `{text of a condition: {metric: value}}` of left minus right side, at fresh
        points."""
        if not self.problem.conditions:
            return {}
        answers = self.run.predict(draw_fresh_points(self.problem), "conditions")
        built_in = {condition.text for condition in self.data.trial.hard}
        return {
            condition.text: {
                "built_in": condition.text in built_in,
                "root_mean_square": float(np.sqrt(np.mean(misfit**2))),
                "maximum": float(np.abs(misfit).max()),
            }
            for condition, misfit in zip(
                self.problem.conditions,
                (answers[f"condition_{k}"] for k in range(1, len(self.problem.conditions) + 1)),
                strict=True,
            )
        }

    def tabulate_conditions(self, misfits):
        """Return a table of the misfit of each condition, in the units of its text."""
        rows = [
            [text, "built in" if m["built_in"] else "weighted", m["root_mean_square"], m["maximum"]]
            for text, m in misfits.items()
        ]
        header = ["condition", "", "root mean square misfit", "maximum"]
        return {"conditions, left minus right side": [header, *rows]} if rows else {}

    def tabulate_solvers(self):
        """Return a table of the classical solvers: their time, and how exact they are."""
        if not self.baselines:
            return {}
        rows = [
            [
                name,
                b.seconds,
                "" if b.error is None else b.error,
                self.difference_to(name),
                "reference" * (name == self.reference),
            ]
            for name, b in self.baselines.items()
        ]
        header = ["solver", "seconds", "own error, by two resolutions", "network differs by", ""]
        return {"classical solvers": [header, *rows]}

    def residual_sizes(self):
        """Return `{text of an equation: {metric: value}}` at fresh points."""
        fresh = draw_fresh_points(self.problem)
        return {
            f"residual of {text}": {
                "root_mean_square": float(np.sqrt(np.mean(values**2))),
                "maximum": float(np.abs(values).max()),
            }
            for text, values in self.residuals_at(fresh).items()
        }

    def residuals_at(self, coordinates):
        """Return `{text of an equation: residual}` at `{coordinate: array}`, all of one shape."""
        shape = next(iter(coordinates.values())).shape
        answers = self.run.predict({n: np.ravel(x) for n, x in coordinates.items()}, "residual")
        texts = self.problem.residual_texts
        numbers = range(1, len(texts) + 1)
        names = [f"residual_{k}" for k in numbers] if len(texts) > 1 else ["residual"]
        return {text: answers[n].reshape(shape) for text, n in zip(texts, names, strict=True)}


def draw_fresh_points(problem):
    """Return points that no training has seen, `{coordinate: (FRESH,)}`."""
    random = np.random.default_rng(SEED)
    ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
    return {name: random.uniform(low, high, FRESH) for name, low, high in ends}


def are_equal(solution, reference):
    """Whether a solution is the reference itself: equal in all unknowns, to the last bit."""
    return reference is not None and all(
        np.array_equal(solution[unknown], values, equal_nan=True)
        for unknown, values in reference.items()
    )


def count_points(table):
    return len(next(iter(table.values())))


def tabulate_constants(constants):
    """Return a table of the constants that were found."""
    if not constants:
        return {}
    columns = list(dict.fromkeys(name for numbers in constants.values() for name in numbers))
    rows = [
        [name, *(format_cell(numbers.get(column, "")) for column in columns)]
        for name, numbers in constants.items()
    ]
    titles = {"interval_95": "95 % interval"}
    header = ["constant", *(titles.get(name, name.replace("_", " ")) for name in columns)]
    return {"constants": [header, *rows]}


def format_cell(value):
    """Return a number as it is, and an answer and the ends of an interval as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " to ".join(f"{number:.7g}" for number in value)
    return value


def grid_axes(problem):
    """Return `{coordinate: (n,)}` of a fixed grid on the domain."""
    count = GRID[len(problem.coordinates)]
    ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
    return {name: np.linspace(low, high, count) for name, low, high in ends}


def find_grid(table, coordinates):
    """Return `(axes, table)` with the rows in the grid's order, if they are a grid; else None."""
    axes = {name: np.unique(table[name]) for name in coordinates}
    if np.prod([len(axis) for axis in axes.values()]) != len(table[coordinates[0]]):
        return None
    order = np.lexsort([table[name] for name in reversed(coordinates)])
    return axes, {name: values[order] for name, values in table.items()}
