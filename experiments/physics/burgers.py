"""The Burgers equation with viscosity 0.01/pi: a wave steepens to a shock.

Expect a relative error of 3.5e-6 after 36 seconds; the reference is the Cole-Hopf solution.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Burgers(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_t + u*u_x - nu*u_xx"],
        domain={"x": (-1, 1), "t": (0, 1)},
        conditions=["u(x, 0) = -sin(pi*x)", "u(-1, t) = 0", "u(1, t) = 0"],
        constants={"nu": 0.01 / math.pi},
    )

    def truth(self, problem):
        from equations.references.burgers import solve

        return solve
