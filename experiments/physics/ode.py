"""Ordinary differential equations by a trial solution f = h1 + h2 N, beside classical solvers.

For example: python train.py ode --problem-name lotka-volterra
"""

from dataclasses import dataclass
from typing import Literal

from equations.equation import Equation
from tasks.differential_equation import DifferentialEquation

ODES = {
    "gaussian": Equation(["y' = -2*x*y"], {"x": (0, 2)}, ["y(0) = 1"], exact={"y": "exp(-x^2)"}),
    "decay": Equation(["y' = -y"], {"t": (0, 5)}, ["y(0) = 1"], exact={"y": "exp(-t)"}),
    "logistic": Equation(
        ["y' = y*(1 - y)"], {"t": (0, 8)}, ["y(0) = 0.1"], exact={"y": "1/(1 + 9*exp(-t))"}
    ),
    "harmonic": Equation(
        ["y'' = -y"], {"t": (0, "2*pi")}, ["y(0) = 1", "y'(0) = 0"], exact={"y": "cos(t)"}
    ),
    "damped": Equation(
        ["y'' + 0.4*y' + 4.04*y"],
        {"t": (0, 10)},
        ["y(0) = 1", "y'(0) = 0"],
        exact={"y": "exp(-0.2*t)*(cos(2*t) + 0.1*sin(2*t))"},
    ),
    "van-der-pol": Equation(["y'' = (1 - y^2)*y' - y"], {"t": (0, 10)}, ["y(0) = 2", "y'(0) = 0"]),
    "lotka-volterra": Equation(
        ["u' = 1.5*u - u*v", "v' = u*v - 3*v"], {"t": (0, 6)}, ["u(0) = 1", "v(0) = 1"]
    ),
    "lorenz": Equation(
        ["x' = 10*(y - x)", "y' = x*(28 - z) - y", "z' = x*y - 8/3*z"],
        {"t": (0, 3)},
        ["x(0) = 1", "y(0) = 1", "z(0) = 1"],
    ),
}
# Over the whole time of a chaotic equation a network finds a solution near a point of rest.
TIME_WINDOWS = {"lorenz": 30}


@dataclass(frozen=True)
class Ode(DifferentialEquation):
    problem_name: Literal[
        *("gaussian", "decay", "logistic", "harmonic", "damped"),
        *("van-der-pol", "lotka-volterra", "lorenz"),
    ] = "gaussian"
    """differential equation to solve"""
    time_windows: int = 0
    """extend the time range in this many steps (time marching); 0 for what the equation needs"""

    def read_text(self):
        return ODES[self.problem_name]

    def count_time_windows(self):
        return self.time_windows or TIME_WINDOWS.get(self.problem_name, 1)
