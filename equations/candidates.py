"""Candidates for an unknown equation: its left sides, and the terms that their right sides may be made of."""

from typing import NamedTuple

import sympy

from equations.notation import Notation, derivative_name, without_primes
from equations.reader import read_residual
from errors import UserError
from symbolic import formula
from symbolic.formula import short


class Candidates(NamedTuple):
    """Left sides and terms that have been read.

    Attributes:
        left: sympy, a derivative each.
        terms: sympy, in coordinates and the symbols of derivatives.
        texts: of the terms.
        values: `(symbol, unknown's place, multi-index, 0)` of all derivatives, as `equations.system.Term` has them.
    """

    left: tuple
    terms: tuple
    texts: tuple
    values: tuple


def read_candidates(left, texts, coordinates, unknowns):
    """Read the text of left sides and terms.

    Args:
        left: text of a derivative for each equation, such as u_t.
        texts: of the terms, such as u*u_x; twice the same is once.
        coordinates, unknowns: their names.

    Returns: `Candidates`.

    Raises:
        UserError: a term has an unknown name, or is a left side.
    """
    notation = Notation(tuple(coordinates), {}, (), tuple(unknowns))
    symbols = {}

    def read(text):
        plain = without_primes(text, notation.coordinates)
        if not notation.derivatives(plain):
            return formula.parse(plain, notation.coordinates)
        expression, found = read_residual(plain, notation)
        symbols.update(
            (derivative_name(derivative, notation.coordinates), derivative) for derivative in found
        )
        return expression

    sides = tuple(map(read, left))
    terms = {}
    for text in texts:
        expression = read(text)
        if expression in sides:
            raise UserError(
                f"the term {short(text)} is the left side itself. Leave it out of the library"
            )
        if expression == 0:
            raise UserError(f"the term {short(text)} is zero. Leave it out of the library")
        terms.setdefault(expression, text)
    values = tuple(
        (
            sympy.Symbol(name, real=True),
            notation.unknowns.index(derivative.unknown),
            derivative.orders,
            0,
        )
        for name, derivative in symbols.items()
    )
    return Candidates(sides, tuple(terms), tuple(terms.values()), values)
