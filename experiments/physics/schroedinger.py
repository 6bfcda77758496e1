"""The nonlinear Schroedinger equation as a system of real and imaginary part.

i h_t + h_xx / 2 + |h|^2 h = 0 for h = u + i v. Its periodic initial value has a kink, from which
waves of all lengths leave; expect a relative error of 6e-4 after 50 seconds.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation


@dataclass(frozen=True)
class Schroedinger(DifferentialEquation):
    text: ClassVar = Equation(
        residuals=["u_t + 0.5*v_xx + (u^2 + v^2)*v", "v_t - 0.5*u_xx - (u^2 + v^2)*u"],
        domain={"x": (-5, 5), "t": (0, "pi/2")},
        conditions=[
            *("u(x, 0) = 2/cosh(x)", "v(x, 0) = 0"),
            *("u(-5, t) = u(5, t)", "v(-5, t) = v(5, t)"),
            *("u_x(-5, t) = u_x(5, t)", "v_x(-5, t) = v_x(5, t)"),
        ],
    )

    def truth(self, problem):
        from equations.references.schroedinger import solve

        return solve

    def solve_roughly(self, data, problem):
        from equations.references.schroedinger import solve_coarsely

        found = solve_coarsely(data.problem)
        return replace(found, solution=problem.scales.scale_function(found.solution))

    def solvers(self, data):
        from equations.references.schroedinger import solve_coarsely

        return {"Fourier split steps": lambda: solve_coarsely(data.problem)}
