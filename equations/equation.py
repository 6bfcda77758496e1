"""A differential equation in words: its text as a paper, a TOML file or the command line gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Equation:
    """A differential equation, or a system of them, with its domain and conditions.

    Numbers may be given as text, too: `domain={"x": (0, "2*pi")}`.
    """

    residuals: Sequence[str]
    """what is zero everywhere, `"u_t + u*u_x - nu*u_xx"`, or two sides that are equal, `"u_t = nu*u_xx"`"""
    domain: Mapping[str, tuple[float, float]]
    """low and high end of each coordinate; their order is that of the arguments in conditions"""
    conditions: Sequence[str] = ()
    """what holds at places: `"u(x, 0) = -sin(pi*x)"`, `"u_x(0, t) = 0"`, `"y'(0) = 1"`, `"u(-1, t) = u(1, t)"`"""
    constants: Mapping[str, float] = field(default_factory=dict)
    """known constants; one may be a formula of those before it"""
    unknown: Mapping[str, float] = field(default_factory=dict)
    """constants to be found, with a first guess each"""
    exact: Mapping[str, str] = field(default_factory=dict)
    """closed form of each unknown function, where it is known"""
    known_part: Mapping[str, str] = field(default_factory=dict)
    """part of an unknown function that is known, such as a singularity; the network stands for the rest"""
    weight: str = ""
    """what the residuals are multiplied by, "x^2 + y^2": less where they are large for good reason, as where conditions meet
    that contradict each other"""

    def problem(self):
        """Read the text.

        Returns: an `equations.problem.Problem`.

        Raises:
            UserError: the first mistake that is found.
        """
        from equations.reader import read  # needs sympy, which takes a while

        return read(self)
