"""A flow in a cavity with a moving lid, Reynolds number 100: velocity u, v and pressure p."""

from dataclasses import dataclass
from typing import Literal

from equations.built_in import NAVIER_STOKES_CAVITY
from experiments.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class NavierStokesCavity(DifferentialEquation):
    build_in: Literal["auto", "hard", "soft"] = "soft"
    condition_weight: float = 10.0

    def words(self):
        return NAVIER_STOKES_CAVITY
