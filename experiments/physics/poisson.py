"""The Poisson equation on the unit square: -laplace u = 2 pi^2 sin(pi x) sin(pi y).

Expect a relative error of 1e-10 after a quarter of a minute.
"""

from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Poisson(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_xx + u_yy + 2*pi^2*sin(pi*x)*sin(pi*y)"],
        domain={"x": (0, 1), "y": (0, 1)},
        conditions=["u(0, y) = 0", "u(1, y) = 0", "u(x, 0) = 0", "u(x, 1) = 0"],
        exact={"u": "sin(pi*x)*sin(pi*y)"},
    )

    hidden: tuple[int, ...] = (20, 20)
