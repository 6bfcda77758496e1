"""Candidates for an unknown equation: its left sides, and the terms of a library for the right."""

from typing import NamedTuple

import numpy as np
import sympy

from equations.notation import Notation, format_derivative, replace_primes
from equations.problem import Derivative
from equations.reader import read_residual
from equations.scaling import find_power
from errors import UserError
from symbolic import formula
from symbolic.formula import quote

POINTS = 100  # random numbers at which an expression's size is measured


class Candidates(NamedTuple):
    """Left sides and terms as expressions.

    Attributes:
        left: sympy expressions, a derivative each.
        terms: sympy expressions in coordinates and the symbols of derivatives.
        texts: texts of the terms.
        values: `(symbol, index of the unknown, multi-index, 0)` of all derivatives, as in
            `equations.terms.Term`.
    """

    left: tuple
    terms: tuple
    texts: tuple
    values: tuple


def read_candidates(left, texts, coordinates, unknowns):
    """Read the text of left sides and terms.

    Args:
        left: text of a derivative for each equation, such as u_t.
        texts: texts of the terms, such as u*u_x; duplicates are dropped.
        coordinates: names of the coordinates.
        unknowns: names of the unknown functions.

    Returns: `Candidates`.

    Raises:
        UserError: a term contains an unknown name, is zero or is a left side.
    """
    notation = Notation(tuple(coordinates), {}, (), tuple(unknowns))
    symbols = {}

    def read(text):
        plain = replace_primes(text, notation.coordinates)
        if not notation.find_derivatives(plain):
            return formula.parse(plain, notation.coordinates)
        expression, found = read_residual(plain, notation)
        symbols.update(
            (format_derivative(derivative, notation.coordinates), derivative)
            for derivative in found
        )
        return expression

    sides = tuple(map(read, left))
    terms = {}
    for text in texts:
        expression = read(text)
        if expression in sides:
            raise UserError(
                f"the term {quote(text)} is the left side itself. Remove it from the library"
            )
        if expression == 0:
            raise UserError(f"the term {quote(text)} is zero. Remove it from the library")
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


def scale_candidates(candidates, scales):
    """Return candidates for scaled numbers, given candidates for values in the user's units.

    Args:
        candidates: `Candidates` in the user's units.
        scales: `equations.scaling.Scales`; its unknown functions are in the order of `values`.

    Returns: `(candidates, left sizes, term sizes)`: a value is its size times the number.
    """
    unknowns = list(scales.unknowns)
    derivatives = {
        symbol: Derivative(unknowns[unknown], orders)
        for symbol, unknown, orders, _ in candidates.values
    }

    def scale(expressions):
        inserted = [scales.insert(expression, derivatives) for expression in expressions]
        powers = [find_power(measure_size(expression)) for expression in inserted]
        pairs = zip(inserted, powers, strict=True)
        numbers = tuple(e / sympy.Integer(10) ** power if power else e for e, power in pairs)
        return numbers, 10.0 ** np.array(powers, "float64")

    left, left_sizes = scale(candidates.left)
    terms, term_sizes = scale(candidates.terms)
    return candidates._replace(left=left, terms=terms), left_sizes, term_sizes


def measure_size(expression):
    """Return the size of an expression whose symbols are numbers of order one."""
    names = formula.list_variables(expression)
    numbers = np.random.default_rng(0).uniform(0.5, 1.0, (len(names), POINTS))
    with np.errstate(all="ignore"):
        return float(np.median(np.abs(formula.compile_function(expression, names)(*numbers))))
