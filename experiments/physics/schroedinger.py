"""The nonlinear Schroedinger equation as a system for real and imaginary part."""

from dataclasses import dataclass

from equations.built_in import SCHROEDINGER
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Schroedinger(DifferentialEquation):
    def words(self):
        return SCHROEDINGER

    def truth(self, problem):
        from equations.references.schroedinger import solution

        return solution

    def classical(self, problem):
        from equations.references.schroedinger import classical

        return {"classical solver": lambda: classical(problem)}
