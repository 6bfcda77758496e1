"""The solution of a differential equation beside the truth and classical solvers, on a fixed fine grid."""

import time

import numpy as np

from equations.classical.solver import Classical
from errors import UserError
from evaluation.saved_model import predict

GRID = {1: 1001, 2: 201, 3: 41, 4: 15}  # points a coordinate, by the number of coordinates
FRESH, SEED = 4096, 2**20  # points for the residual, that no training has seen


class Comparison:
    """What evaluate.py finds out about a solution; the pictures are drawn from it.

    Attributes:
        problem: `equations.problem.Problem`.
        axes: `{coordinate: (n,)}` of the grid.
        grid: `{coordinate: (points,)}`, the last coordinate fastest.
        curves: `{"network": {unknown: (points,)}, "reference": ..., name of a classical solver: ...}` on the grid.
        seconds: of each classical solver.
        history: columns of `history.csv`.
        points: table of the last collocation points.
    """

    def __init__(self, experiment, model, config, history, points):
        self.experiment, self.model, self.config, self.history, self.points = (
            experiment,
            model,
            config,
            history,
            points,
        )
        self.problem = problem = experiment.problem()
        self.axes = axes(problem)
        self.given = experiment.given_solution(problem)
        if self.given and (found := grid_of(self.given, problem.coordinates)):
            self.axes, self.given = found
        mesh = np.meshgrid(*self.axes.values(), indexing="ij")
        self.grid = {
            name: values.ravel() for name, values in zip(problem.coordinates, mesh, strict=True)
        }
        self.curves, self.seconds, self.remarks = {"network": predict(model, self.grid)}, {}, []
        if self.given and len(next(iter(self.given.values()))) == mesh[0].size:
            self.curves["reference"] = {
                name: self.given[name] for name in problem.unknowns if name in self.given
            }
        elif truth := experiment.truth(problem):
            self.curves["reference"] = truth(self.grid)
        for name, solve in experiment.classical(problem).items():
            start = time.perf_counter()
            try:
                solution, seconds = solve(), time.perf_counter() - start
            except UserError as error:
                self.remarks.append(f"{name}: {error}")
                continue
            if isinstance(solution, Classical):  # which tried several
                name, solution, seconds = solution.method, solution.solution, solution.seconds
            self.seconds[name], self.curves[name] = seconds, solution(self.grid)

    def metrics(self):
        """The content of `metrics.json`."""
        names, scores, splits = list(self.seconds), {}, {}
        if "reference" in self.curves:
            scores = {
                name: self.errors(self.curves[name], self.curves["reference"])
                for name in ("network", *names)
            }
            splits["test"] = {
                "rows": len(next(iter(self.grid.values()))),
                "network": scores["network"],
            }
            if names:
                splits["test"]["baseline"] = scores[names[0]]
        elif self.given:
            answers = predict(
                self.model, {name: self.given[name] for name in self.problem.coordinates}
            )
            splits["test"] = {
                "rows": len(next(iter(answers.values()))),
                "network": self.errors(answers, self.given),
            }
        splits["fresh points"] = {"rows": FRESH, "network": self.residual_sizes()}
        metrics = {"baseline": names[0] if names else "", "splits": splits}
        if names:
            metrics["classical solvers"] = {
                name: {"seconds": self.seconds[name]} | scores.get(name, {}) for name in names
            }
        if constants := self.config.get("constants"):
            metrics["constants"] = self.constants(constants)
        return metrics

    def errors(self, answers, truth):
        """`{unknown: {metric: value}}` of a solution."""
        found = {}
        for unknown in self.problem.unknowns:
            if unknown in truth:
                known = np.isfinite(
                    truth[unknown]
                )  # as the pressure is not where a lid meets a wall
                answer, true = (
                    self.experiment.comparable(unknown, values[unknown][known])
                    for values in (answers, truth)
                )
                size = np.linalg.norm(true) or np.sqrt(
                    len(true)
                )  # of a function that is zero: the absolute error
                found[unknown] = {
                    "relative L2 error": float(np.linalg.norm(answer - true) / size),
                    "maximum error": float(np.abs(answer - true).max()),
                }
        return found

    def constants(self, found):
        """`{constant: {"value", "standard error", "95 % interval", "true value", ...}}`."""
        true = self.experiment.true_constants()
        for name, numbers in found.items():
            value, error = numbers["value"], numbers.get("standard error")
            if error is not None:
                numbers["95 % interval"] = [value - 1.96 * error, value + 1.96 * error]
            if name in true:
                numbers["true value"] = true[name]
                numbers["relative error"] = abs(value / true[name] - 1)
        return found

    def residual_sizes(self):
        """`{text of an equation: {metric: value}}` at fresh points."""
        random = np.random.default_rng(SEED)
        ends = zip(self.problem.coordinates, self.problem.low, self.problem.high, strict=True)
        fresh = {name: random.uniform(low, high, FRESH) for name, low, high in ends}
        return {
            text: {
                "root mean square": float(np.sqrt(np.mean(values**2))),
                "maximum": float(np.abs(values).max()),
            }
            for text, values in self.residuals_at(fresh).items()
        }

    def residuals_at(self, coordinates):
        """`{text of an equation: residual}` at `{coordinate: array}`, all of one shape."""
        shape = next(iter(coordinates.values())).shape
        answers = predict(
            self.model,
            {name: np.ravel(values) for name, values in coordinates.items()},
            endpoint="residual",
        )
        several = len(self.problem.residual_texts) > 1
        names = [
            f"residual_{number}" if several else "residual"
            for number in range(1, len(self.problem.residual_texts) + 1)
        ]
        return {
            text: answers[name].reshape(shape)
            for text, name in zip(self.problem.residual_texts, names, strict=True)
        }


def axes(problem):
    count = GRID[len(problem.coordinates)]
    ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
    return {name: np.linspace(low, high, count) for name, low, high in ends}


def grid_of(table, coordinates):
    """`(axes, table)` with the table's rows in the grid's order, if they are all points of a grid; else None."""
    found = {name: np.unique(table[name]) for name in coordinates}
    rows = len(table[coordinates[0]])
    if np.prod([len(axis) for axis in found.values()]) != rows:
        return None
    order = np.lexsort([table[name] for name in reversed(coordinates)])
    return found, {name: values[order] for name, values in table.items()}
