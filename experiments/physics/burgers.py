"""Burgers' equation with viscosity 0.01/pi: a shock that forms by itself."""

from dataclasses import dataclass

from equations.built_in import BURGERS
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Burgers(DifferentialEquation):
    def words(self):
        return BURGERS

    def truth(self, problem):
        from equations.references.burgers import solution

        return solution
