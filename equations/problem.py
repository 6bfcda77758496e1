"""A differential equation as data: sympy expressions in which a symbol stands for each derivative."""

from dataclasses import dataclass
from typing import NamedTuple

import sympy


class Derivative(NamedTuple):
    """A derivative of an unknown function; with all orders zero, the function itself.

    Its symbol is named with the coordinates in the order of the domain: "u", "u_xx", "u_xt".
    """

    unknown: str
    orders: tuple[int, ...]  # in each coordinate, in the order of the domain


@dataclass(frozen=True)
class Value:
    """An unknown function or a derivative of it at a place."""

    symbol: sympy.Symbol  # stands for it in the condition's expression
    derivative: Derivative
    place: dict[str, float]  # the coordinates that are held fixed there


@dataclass(frozen=True)
class Condition:
    """What holds at a place: an initial, boundary, periodic or point condition."""

    text: str
    expression: (
        sympy.Expr
    )  # zero where it holds; in the free coordinates, the values' symbols and unknown constants
    values: tuple[Value, ...]  # one in a plain condition, two places in a periodic one
    free: tuple[str, ...]  # coordinates that it leaves free


@dataclass(frozen=True)
class Problem:
    """A differential equation that has been read and checked."""

    coordinates: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    unknowns: tuple[str, ...]  # unknown functions, in the order in which the residuals name them
    residual_texts: tuple[str, ...]
    residuals: tuple[
        sympy.Expr, ...
    ]  # in coordinates, derivatives and unknown constants; known constants are numbers
    derivatives: tuple[Derivative, ...]  # all that the residuals name
    conditions: tuple[Condition, ...]
    constants: dict[str, float]  # unknown constants and their first guess
    exact: dict[str, sympy.Expr]  # closed forms of unknown functions, where they are known
    known_part: dict[
        str, sympy.Expr
    ]  # of every unknown function, in the coordinates; the network stands for the rest
    weight: (
        sympy.Expr
    )  # in the coordinates: the residuals are multiplied by it before they are squared
    warnings: tuple[str, ...]  # a line each
