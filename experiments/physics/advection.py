"""Advection at speed 30, where plain physics-informed networks fail."""

from dataclasses import dataclass

from equations.built_in import ADVECTION
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Advection(DifferentialEquation):
    def words(self):
        return ADVECTION
