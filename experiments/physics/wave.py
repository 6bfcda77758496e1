"""The wave equation of a string with two tones.

Expect a relative error of 8e-6 after 35 seconds.
"""

from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Wave(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_tt = 4*u_xx"],
        domain={"x": (0, 1), "t": (0, 1)},
        conditions=[
            *("u(x, 0) = sin(pi*x) + sin(4*pi*x)/2", "u_t(x, 0) = 0"),
            *("u(0, t) = 0", "u(1, t) = 0"),
        ],
        exact={"u": "cos(2*pi*t)*sin(pi*x) + cos(8*pi*t)*sin(4*pi*x)/2"},
    )
