"""A flow in a cavity with a moving lid, Reynolds number 100: velocity u, v and pressure p."""

from dataclasses import dataclass
from typing import Literal

from equations.built_in import NAVIER_STOKES_CAVITY
from experiments.differential_equation import DifferentialEquation

CORNER = 0.1  # so near to the upper corners the pressure, infinite in them, is not compared


@dataclass(frozen=True)
class NavierStokesCavity(DifferentialEquation):
    build_in: Literal["auto", "hard", "soft"] = "soft"
    condition_weight: float = 10.0

    def words(self):
        return NAVIER_STOKES_CAVITY

    def truth(self, problem):
        import numpy as np

        from equations.references.cavity import solution

        def away_from_the_corners(at):
            values = solution(at)
            near = (
                np.minimum(np.hypot(at["x"], 1 - at["y"]), np.hypot(1 - at["x"], 1 - at["y"]))
                < CORNER
            )
            return values | {"p": np.where(near, np.nan, values["p"])}

        return away_from_the_corners

    def classical(self, problem):
        from equations.references.cavity import classical

        return {"classical solver": lambda: classical(problem)}

    def comparable(self, unknown, values):
        """The pressure is known up to a constant, and infinite in the upper corners."""
        import numpy as np

        return values - np.mean(values[np.isfinite(values)]) if unknown == "p" else values
