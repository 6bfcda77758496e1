"""The inverse problem: both constants of the Burgers equation from scattered measurements.

The measurements are clean or noisy, e.g. python train.py burgers-inverse --noise 0.01. Expect the
constants to 5e-7, and with 1 % noise to 0.5 %.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation
from tasks.options import check_range


@dataclass(frozen=True)
class BurgersInverse(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_t + a*u*u_x - nu*u_xx"],
        domain={"x": (-1, 1), "t": (0, 1)},
        unknown={"a": 0.0, "nu": math.exp(-6)},
    )

    samples: int = 2000
    """number of measurements"""
    noise: float = 0.0
    """standard deviation of Gaussian noise on the measurements, as a fraction of the solution's"""

    def check(self):
        super().check()
        check_range(self, samples=(10, 10**6), noise=(0, 10))

    def measurements(self, problem):
        """Draw points uniformly and measure the exact solution there, with noise."""
        import numpy as np

        from equations.references.burgers import solve

        random = np.random.default_rng([self.seed, 1])
        ends = zip(problem.coordinates, problem.low, problem.high, strict=True)
        table = {name: random.uniform(low, high, self.samples) for name, low, high in ends}
        u = solve(table)["u"]
        return table | {"u": u + self.noise * np.std(u) * random.standard_normal(self.samples)}

    def truth(self, problem):
        from equations.references.burgers import solve

        return solve

    def true_constants(self):
        return {"a": 1.0, "nu": 0.01 / math.pi}
