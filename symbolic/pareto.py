"""Formulas by complexity and error: which are worth a look, and which one to take."""

import math
from typing import NamedTuple

import sympy

# Of the steepest drop from the simplest formula, what a unit of complexity has to bring where the noise is not known.
SHARE = 1 / 3
DIGITS = 3  # complexity of a constant that is no simple number


class Formula(NamedTuple):
    """A formula on the front.

    Args:
        complexity: see below.
        error: root mean square of the residuals, in the values' unit.
        expression: a `sympy.Expr`.
    """

    complexity: int
    error: float
    expression: sympy.Expr


def complexity(expression):
    """Operations, variables and constants of a formula as one writes it: 5 of x^2 + x, 6 of 3*x/2 - sin(y), 7 of 1/(1 + x^2).

    A simple number is one, 3*pi/2 too, one with many digits is `DIGITS`; signs are none.
    """
    if expression.is_number or expression.is_Symbol:
        return DIGITS if expression.has(sympy.Float) else 1
    above, below = sympy.fraction(expression, exact=True)
    if not below.is_number:
        return complexity(above) + 1 + complexity(below)
    parts = expression.args
    if expression.is_Pow:
        return (
            complexity(parts[0]) + 1 + (parts[1] != sympy.Rational(1, 2) and complexity(parts[1]))
        )
    if not (expression.is_Add or expression.is_Mul):
        return 1 + sum(map(complexity, parts))
    if expression.is_Mul:
        number, rest = expression.as_independent(*expression.free_symbols, as_Add=False)
        parts = [*sympy.Mul.make_args(rest), *([] if number in (1, -1) else [number])]
    return sum(map(complexity, parts)) + len(parts) - 1


def front(formulas):
    """Those that no simpler one is as good as, simplest first."""
    kept = []
    for formula in sorted(formulas, key=lambda formula: (formula.complexity, formula.error)):
        if math.isfinite(formula.error) and (not kept or formula.error < kept[-1].error):
            kept.append(formula)
    return kept


def choose(formulas, floor, rows=0):
    """The formula from which on more complexity is not worth its price.

    The price is in terms of the logarithm of the error, so that a step from 1e-1 to 1e-3 is worth as much as one from 1e-6
    to 1e-8. Against measurements with independent noise it is ln(rows) / rows a unit, what noise alone would offer; else
    a part of the steepest drop from the simplest formula on, which tells one that is found from those that approach it.

    Args:
        formulas: from `front`.
        floor: error below which nothing is gained, such as round-off.
        rows: of measurements; 0 where the errors are no noise.

    Returns: `(place, reason)`.
    """
    logs = [math.log(max(formula.error, floor)) for formula in formulas]
    drops = [
        (logs[0] - after) / (formula.complexity - formulas[0].complexity)
        for after, formula in zip(logs[1:], formulas[1:], strict=True)
    ]
    price = math.log(rows) / rows if rows else SHARE * max(drops, default=0.0)
    place = min(
        range(len(formulas)),
        key=lambda place: (logs[place] + price * formulas[place].complexity, place),
    )
    return place, reason(formulas, logs, place, price)


def reason(formulas, logs, place, price):
    """Why this formula, in a sentence."""
    chosen, parts = formulas[place], []
    if place:
        simpler = formulas[place - 1]
        factor, units = (
            math.exp(logs[place - 1] - logs[place]),
            chosen.complexity - simpler.complexity,
        )
        parts.append(
            f"{units} more in complexity than the next simpler one divide the error by {factor:.3g}"
        )
    if place + 1 < len(formulas):
        best = math.exp(logs[place] - logs[-1])
        parts.append(
            f"more complex ones divide it by {best:.3g} at most, less than a factor {math.exp(price):.3g} a unit"
        )
    else:
        parts.append("no more complex one has a smaller error")
    return "; ".join(parts)
