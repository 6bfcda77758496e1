"""The Allen-Cahn equation: phases part, with sharp layers between them."""

from dataclasses import dataclass

from equations.built_in import ALLEN_CAHN
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class AllenCahn(DifferentialEquation):
    harmonics: int = 8

    def words(self):
        return ALLEN_CAHN

    def truth(self, problem):
        from equations.references.allen_cahn import solution

        return solution
