"""The heat equation: fast waves decay first."""

from dataclasses import dataclass

from equations.built_in import HEAT
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Heat(DifferentialEquation):
    def words(self):
        return HEAT
