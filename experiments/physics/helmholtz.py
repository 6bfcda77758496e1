"""Helmholtz' equation with four times more waves in y than in x."""

from dataclasses import dataclass

from equations.built_in import HELMHOLTZ
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Helmholtz(DifferentialEquation):
    def words(self):
        return HELMHOLTZ
