"""A differential equation as data: sympy expressions with a symbol for each derivative."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import sympy


class Derivative(NamedTuple):
    """A derivative of an unknown function; with all orders zero, the function itself.

    Its symbol is named with the coordinates in the order of the domain: "u", "u_xx", "u_xt".
    """

    unknown: str
    orders: tuple[int, ...]  # in each coordinate, in the order of the domain


@dataclass(frozen=True)
class Value:
    """The value of an unknown function or of its derivative in a condition: `u_x(0, t)`."""

    symbol: sympy.Symbol  # stands for the value in the condition's expression
    derivative: Derivative
    place: dict[str, float]  # the fixed coordinates and their values


@dataclass(frozen=True)
class Condition:
    """An initial, boundary, periodic or point condition."""

    text: str
    # The expression is zero if the condition holds. It contains the free coordinates, the symbols
    # of the values, and unknown constants.
    expression: sympy.Expr
    values: tuple[Value, ...]  # at a single place, or at both ends for a periodic condition
    free: tuple[str, ...]  # coordinates that are not fixed


@dataclass(frozen=True)
class Problem:
    """A differential equation whose text has been read and checked."""

    coordinates: tuple[str, ...]
    low: tuple[float, ...]  # low end of each coordinate
    high: tuple[float, ...]  # high end of each coordinate
    unknowns: tuple[str, ...]  # unknown functions, in the order of the residuals
    residual_texts: tuple[str, ...]
    # The residuals contain coordinates, derivatives and unknown constants. Known constants have
    # been replaced by their numbers.
    residuals: tuple[sympy.Expr, ...]
    derivatives: tuple[Derivative, ...]  # all derivatives in the residuals
    conditions: tuple[Condition, ...]
    constants: dict[str, float]  # unknown constants and their initial guesses
    exact: dict[str, sympy.Expr]  # closed forms of unknown functions, if known
    # The known part of each unknown function, in the coordinates. The network learns the remainder.
    known_part: dict[str, sympy.Expr]
    weight: sympy.Expr  # formula in the coordinates that multiplies the residuals in the loss
    warnings: tuple[str, ...]  # one line each
    # Units of the numbers above, an `equations.scaling.Scales`; None if they are the user's.
    scales: Any = None

    def format_place(self, name, number):
        """Return a coordinate's value in the user's unit as text, such as "t = 0.5"."""
        value = self.scales.coordinates[name].to_values(number) if self.scales else number
        return f"{name} = {value:g}"

    def insert_constants(self, values):
        """Return the problem with numbers for its unknown constants, `{name: value}`."""
        numbers = {sympy.Symbol(n, real=True): sympy.Float(x) for n, x in values.items()}
        return replace(
            self,
            residuals=tuple(residual.xreplace(numbers) for residual in self.residuals),
            conditions=tuple(
                replace(condition, expression=condition.expression.xreplace(numbers))
                for condition in self.conditions
            ),
            constants={},
        )
