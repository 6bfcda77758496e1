"""Ordinary differential equations by a trial solution f = h1 + h2 N, beside Euler's method and a high-order solver.

For example: python train.py ode --problem-name lotka-volterra
"""

from dataclasses import dataclass
from typing import Literal

from equations.built_in import ODES
from experiments.differential_equation import DifferentialEquation

MARCHES = {
    "lorenz": 30
}  # chaos: over all of its time at once, a network finds a solution near a point of rest


@dataclass(frozen=True)
class Ode(DifferentialEquation):
    problem_name: Literal[
        "gaussian",
        "decay",
        "logistic",
        "harmonic",
        "damped",
        "van-der-pol",
        "lotka-volterra",
        "lorenz",
    ] = "gaussian"
    """the equation"""
    hidden: tuple[int, ...] = (16, 16)
    spread: float = 3.0
    marches: int = 0
    """parts of the time range that are taken in one after another; 0 for as many as the equation needs"""

    def words(self):
        return ODES[self.problem_name]

    def parts_of_time(self):
        return self.marches or MARCHES.get(self.problem_name, 1)
