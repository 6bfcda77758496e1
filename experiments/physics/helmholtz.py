"""The Helmholtz equation with four times more waves in y than in x.

Expect a relative error of 1.5e-7 after 40 seconds.
"""

from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Helmholtz(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_xx + u_yy + u = (1 - 17*pi^2)*sin(pi*x)*sin(4*pi*y)"],
        domain={"x": (-1, 1), "y": (-1, 1)},
        conditions=["u(-1, y) = 0", "u(1, y) = 0", "u(x, -1) = 0", "u(x, 1) = 0"],
        exact={"u": "sin(pi*x)*sin(4*pi*y)"},
    )
