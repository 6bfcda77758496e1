"""The solution of a differential equation beside the truth and a classical solver, on a fixed fine grid."""

import math
import time

import numpy as np

from evaluation.saved_model import predict

FRESH, SEED = 4096, 2**20  # points for the residual, that no training has seen
GRID = {1: 1001, 2: 201, 3: 41, 4: 15}  # points a coordinate, by the number of coordinates


class Comparison:
    """What evaluate.py finds out about a solution; the pictures are drawn from it.

    Attributes:
        problem: `equations.problem.Problem`.
        axes: `{coordinate: (n,)}`.
        grid: `{coordinate: (points,)}`, the last coordinate fastest.
        curves: `{"network": {unknown: (points,)}, "reference": ..., name of a classical solver: ...}`.
        history: columns of `history.csv`.
        points: table of the last collocation points.
    """

    def __init__(self, experiment, model, config, history, points):
        self.experiment, self.model, self.config, self.history, self.points = experiment, model, config, history, points
        self.problem = problem = experiment.problem()
        count = GRID[len(problem.coordinates)]
        ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
        self.axes = {name: np.linspace(low, high, count) for name, low, high in ends}
        mesh = np.meshgrid(*self.axes.values(), indexing="ij")
        self.grid = {name: values.ravel() for name, values in zip(problem.coordinates, mesh, strict=True)}
        self.rows = mesh[0].size
        self.truth = experiment.reference(problem)
        self.truth_name = experiment.reference_name if self.truth else "no reference (none is known)"
        self.curves = {"network": predict(model, self.grid)}
        self.seconds = {}
        if self.truth:
            self.curves["reference"] = self.truth(self.grid)
        for name, solve in experiment.classical(problem).items():
            start = time.perf_counter()
            solution = solve()
            self.seconds[name] = time.perf_counter() - start
            self.curves[name] = solution(self.grid)

    def metrics(self):
        """The content of `metrics.json`."""
        names = [name for name in self.curves if name not in ("network", "reference")]
        split = {"rows": self.rows, "network": {}}
        if self.truth:
            split |= {"network": self.errors("network")} | ({"baseline": self.errors(names[0])} if names else {})
        metrics = {"baseline": names[0] if names else "", "splits": {"test": split}, "residuals": self.residual_sizes()}
        if self.seconds:
            metrics["classical seconds"] = self.seconds
        if constants := self.config.get("constants"):
            metrics["constants"] = constants
        return metrics

    def errors(self, name):
        """`{unknown: {metric: value}}` of a solution."""
        found = {}
        for unknown, true in self.curves["reference"].items():
            answer = self.experiment.comparable(unknown, self.curves[name][unknown])
            true = self.experiment.comparable(unknown, true)
            size = math.sqrt(np.mean(true**2)) or 1.0
            error = answer - true
            found[unknown] = {
                "relative L2 error": float(math.sqrt(np.mean(error**2)) / size),
                "maximum error": float(np.abs(error).max()),
            }
        return found

    def residual_sizes(self):
        """`{text of an equation: {metric: value}}` at fresh points."""
        random = np.random.default_rng(SEED)
        ends = zip(self.problem.coordinates, self.problem.low, self.problem.high, strict=True)
        fresh = {name: random.uniform(low, high, FRESH) for name, low, high in ends}
        return {
            text: {"root mean square": float(np.sqrt(np.mean(values**2))), "maximum": float(np.abs(values).max())}
            for text, values in self.residuals_at(fresh).items()
        }

    def residuals_at(self, coordinates):
        """`{text of an equation: residual}` at `{coordinate: array}`, all of one shape."""
        shape = next(iter(coordinates.values())).shape
        answers = predict(self.model, {name: np.ravel(coordinates[name]) for name in coordinates}, endpoint="residual")
        several = len(self.problem.residual_texts) > 1
        names = [f"residual_{number}" if several else "residual" for number in range(1, len(self.problem.residual_texts) + 1)]
        return {text: answers[name].reshape(shape) for text, name in zip(self.problem.residual_texts, names, strict=True)}
