"""The heat equation: fast waves decay first.

All conditions are built in. Expect a relative error of 1e-9 after half a minute.
"""

from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Heat(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_t = 0.1*u_xx"],
        domain={"x": (0, 1), "t": (0, 1)},
        conditions=["u(x, 0) = sin(pi*x) + sin(3*pi*x)/2", "u(0, t) = 0", "u(1, t) = 0"],
        exact={"u": "exp(-0.1*pi^2*t)*sin(pi*x) + exp(-0.9*pi^2*t)*sin(3*pi*x)/2"},
    )
