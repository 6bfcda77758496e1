"""A flow in a cavity with a moving lid, Reynolds number 100."""

from dataclasses import dataclass

from equations.built_in import NAVIER_STOKES_CAVITY
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class NavierStokesCavity(DifferentialEquation):
    def words(self):
        return NAVIER_STOKES_CAVITY
