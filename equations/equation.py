"""A differential equation as text, in the notation of a paper, a TOML file or the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Equation:
    """A differential equation, or a system of them, with its domain and conditions.

    Numbers may also be given as formulas: `domain={"x": (0, "2*pi")}`.
    """

    residuals: Sequence[str]
    """residuals, which are zero everywhere (`"u_t + u*u_x - nu*u_xx"`), or equations of two sides
    (`"u_t = nu*u_xx"`)"""
    domain: Mapping[str, tuple[float, float]]
    """low and high end of each coordinate; arguments in conditions have the same order"""
    conditions: Sequence[str] = ()
    """initial, boundary, periodic and point conditions: `"u(x, 0) = -sin(pi*x)"`,
    `"u_x(0, t) = 0"`, `"y'(0) = 1"`, `"u(-1, t) = u(1, t)"`"""
    constants: Mapping[str, float] = field(default_factory=dict)
    """known constants; each may be a formula of the constants before it"""
    unknown: Mapping[str, float] = field(default_factory=dict)
    """unknown constants with their initial guesses"""
    exact: Mapping[str, str] = field(default_factory=dict)
    """closed form of each unknown function, if known"""
    known_part: Mapping[str, str] = field(default_factory=dict)
    """known part of an unknown function, such as a singularity; the network learns the remainder"""
    weight: str = ""
    """weight of the residuals as a formula, such as "x^2 + y^2"; choose it small near singularities
    and where conditions contradict each other"""

    def problem(self):
        """Read the text.

        Returns: an `equations.problem.Problem`.

        Raises:
            UserError: the first mistake in the text.
        """
        from equations.reader import read_problem  # imports sympy, which takes a while

        return read_problem(self)
