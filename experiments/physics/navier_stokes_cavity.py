"""A flow in a cavity with a moving lid, Reynolds number 100: velocity u, v and pressure p."""

from dataclasses import dataclass
from typing import Literal

from equations.built_in import NAVIER_STOKES_CAVITY
from experiments.differential_equation import DifferentialEquation

NODES = 21  # of the classical solver, in each direction


@dataclass(frozen=True)
class NavierStokesCavity(DifferentialEquation):
    build_in: Literal["auto", "hard", "soft"] = "soft"
    condition_weight: float = 10.0

    def words(self):
        return NAVIER_STOKES_CAVITY

    def truth(self, problem):
        from equations.references.cavity import solution

        return solution

    def classical(self, problem):
        from equations.classical.cavity import Cavity

        def collocation():
            cavity = Cavity(points=NODES, reynolds=100.0)
            return lambda at: dict(zip(("u", "v", "p"), cavity(at["x"], at["y"]), strict=True))

        return {f"collocation, {NODES} x {NODES} nodes": collocation}

    def comparable(self, unknown, values):
        """The pressure is known up to a constant, and infinite in the upper corners."""
        import numpy as np

        return values - np.mean(values[np.isfinite(values)]) if unknown == "p" else values
