"""The solution of a differential equation beside the truth and a classical solver, on a fixed fine grid."""

import math
import time

import numpy as np

from evaluation.saved_model import predict

FRESH = 4096  # points for the residual, that no training has seen
GRID = {1: 1001, 2: 201, 3: 41, 4: 15}  # points a coordinate, by the number of coordinates


class Comparison:
    """What evaluate.py finds out about a solution; the pictures are drawn from it.

    Attributes:
        problem: `equations.problem.Problem`.
        axes: `{coordinate: (n,)}`.
        grid: `{coordinate: (points,)}`, the last coordinate fastest.
        curves: `{"network": {unknown: (points,)}, "reference": ..., name of a classical solver: ...}`.
        fresh: points for the residual, and `residuals` there, `{residual or derivative: (points,)}`.
    """

    def __init__(self, experiment, model, config, history):
        self.experiment, self.model, self.config, self.history = experiment, model, config, history
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
        random = np.random.default_rng(2**20)
        self.fresh = {c: random.uniform(*ends, FRESH) for c, *ends in zip(problem.coordinates, problem.low, problem.high, strict=True)}
        self.residuals = predict(model, self.fresh, endpoint="residual")

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
        found = {}
        rows = [value for name, value in self.residuals.items() if name.split("_")[0] == "residual"]
        for text, row in zip(self.problem.residual_texts, rows, strict=True):
            found[text] = {"root mean square": float(np.sqrt(np.mean(row**2))), "maximum": float(np.abs(row).max())}
        return found
