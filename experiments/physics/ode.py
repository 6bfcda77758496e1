"""Ordinary differential equations by a trial solution f = h1 + h2 N, beside Euler's method and a high-order solver.

For example: python train.py ode --problem lotka-volterra
"""

from dataclasses import dataclass
from typing import Literal

from equations.built_in import ODES
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Ode(DifferentialEquation):
    problem_name: Literal["gaussian", "decay", "logistic", "harmonic", "damped", "van-der-pol", "lotka-volterra", "lorenz"] = (
        "gaussian"
    )
    """the equation"""
    hidden: tuple[int, ...] = (20, 20)

    def words(self):
        return ODES[self.problem_name]
