"""The Allen-Cahn equation: phases separate, with sharp layers between them.

Continued periodically, the initial value has a kink at x = 1, which no network follows while it
fades. It diffuses by a formula, so it is a known part of the solution, and the network learns the
remainder. Expect a relative error of 3e-6 after 70 seconds.
"""

from dataclasses import dataclass
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


def diffusing_kink(t):
    """Return the text of what u_t = 0.0001*u_xx makes of the kink 2*|s|.

    s = 2/pi*cos(pi*x/2) is near x = 1 the distance from there. The formula is periodic, and away
    from x = 1 not quite a solution.

    Args:
        t: text of a time that is not 0, where the derivatives are infinite.

    Source: H. S. Carslaw, J. C. Jaeger, Conduction of Heat in Solids, section 2.4.
    """
    distance = f"(100/pi*cos(pi*x/2)/sqrt({t}))"
    return f"0.04*sqrt({t})*({distance}*erf{distance} + exp(-{distance}^2)/sqrt(pi))"


# The time of 1e-9 makes the kink 1e-6 wide at t = 0, and the initial value that much less sharp.
SMOOTH_START = "x^2*cos(pi*x) - 4/pi*cos(pi*x/2)"


@dataclass(frozen=True)
class AllenCahn(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_t - 0.0001*u_xx + 5*u^3 - 5*u"],
        domain={"x": (-1, 1), "t": (0, 1)},
        conditions=[
            f"u(x, 0) = {SMOOTH_START} + {diffusing_kink('1e-9')}",
            *("u(-1, t) = u(1, t)", "u_x(-1, t) = u_x(1, t)"),
        ],
        known_part={"u": diffusing_kink("t + 1e-9")},
    )

    harmonics: int = 8

    def truth(self, problem):
        from equations.references.allen_cahn import solve

        return solve
