"""The inverse problem: both constants of Burgers' equation from measurements at random points, clean or with noise.

For example: python train.py burgers-inverse --noise 0.01
"""

from dataclasses import dataclass

from equations.built_in import BURGERS_INVERSE
from experiments.differential_equation import DifferentialEquation
from experiments.experiment import in_range


@dataclass(frozen=True)
class BurgersInverse(DifferentialEquation):
    samples: int = 2000
    """measurements"""
    noise: float = 0.0
    """standard deviation of the Gaussian noise, as a part of the solution's"""
    condition_weight: float = 1.0

    def check(self):
        super().check()
        in_range(self, samples=(10, 10**6), noise=(0, 10))

    def words(self):
        return BURGERS_INVERSE

    def measurements(self, problem):
        """At points drawn evenly; `seed` is theirs and the noise's."""
        import numpy as np

        from equations.references.burgers import solution

        random = np.random.default_rng([self.seed, 1])
        ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
        table = {name: random.uniform(low, high, self.samples) for name, low, high in ends}
        u = solution(table)["u"]
        return table | {"u": u + self.noise * np.std(u) * random.standard_normal(self.samples)}

    def truth(self, problem):
        from equations.references.burgers import solution

        return solution

    def true_constants(self):
        import math

        return {"a": 1.0, "nu": 0.01 / math.pi}
