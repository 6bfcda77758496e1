"""Formulas by complexity and error: the Pareto front, and the choice of one formula on it."""

import math
from typing import NamedTuple

import sympy

# If the noise is unknown: minimum drop of the log error per unit of complexity, as a share of the
# steepest drop from the simplest formula.
SHARE = 1 / 3
DIGITS = 3  # complexity of a constant that is not a simple number


class Formula(NamedTuple):
    """A formula with its complexity and error.

    Args:
        complexity: complexity as returned by `measure_complexity`.
        error: root mean square of the residuals, in the unit of the values.
        expression: formula as a `sympy.Expr`.
    """

    complexity: int
    error: float
    expression: sympy.Expr


def measure_complexity(expression):
    """Count the operations, variables and constants of a formula as it is written by hand.

    x^2 + x counts 5, 3*x/2 - sin(y) counts 6, 1/(1 + x^2) counts 7. A simple number, also 3*pi/2,
    counts 1, a number with many digits counts `DIGITS`; signs do not count.
    """
    if expression.is_number or expression.is_Symbol:
        return DIGITS if expression.has(sympy.Float) else 1
    above, below = sympy.fraction(expression, exact=True)
    if not below.is_number:
        return measure_complexity(above) + 1 + measure_complexity(below)
    parts = expression.args
    if expression.is_Pow:
        base, exponent = parts
        is_root = exponent == sympy.Rational(1, 2)
        return measure_complexity(base) + 1 + (0 if is_root else measure_complexity(exponent))
    if not (expression.is_Add or expression.is_Mul):
        return 1 + sum(map(measure_complexity, parts))
    if expression.is_Mul:
        number, rest = expression.as_independent(*expression.free_symbols, as_Add=False)
        parts = [*sympy.Mul.make_args(rest), *([] if number in (1, -1) else [number])]
    return sum(map(measure_complexity, parts)) + len(parts) - 1


def find_front(formulas):
    """Return the formulas whose error is lower than that of all simpler ones, simplest first."""
    front = []
    for formula in sorted(formulas, key=lambda formula: (formula.complexity, formula.error)):
        if math.isfinite(formula.error) and (not front or formula.error < front[-1].error):
            front.append(formula)
    return front


def choose(formulas, floor, rows=0):
    """Choose the formula at the knee of the Pareto front.

    A unit of complexity has a price, in terms of the logarithm of the error: a step from 1e-1 to
    1e-3 is worth the same as a step from 1e-6 to 1e-8. For measurements with independent noise the
    price is ln(rows) / rows, which noise alone would gain. Otherwise it is a share of the steepest
    drop from the simplest formula, which separates the exact formula from approximations.

    Args:
        formulas: Pareto front from `find_front`.
        floor: error below which nothing is gained, such as round-off.
        rows: number of measurements; 0 if the errors are not noise.

    Returns: `(index, reason)`.
    """
    logs = [math.log(max(formula.error, floor)) for formula in formulas]
    drops = [
        (logs[0] - log) / (formula.complexity - formulas[0].complexity)
        for log, formula in zip(logs[1:], formulas[1:], strict=True)
    ]
    price = math.log(rows) / rows if rows else SHARE * max(drops, default=0.0)
    index = min(
        range(len(formulas)),
        key=lambda index: (logs[index] + price * formulas[index].complexity, index),
    )
    return index, explain_choice(formulas, logs, index, price)


def explain_choice(formulas, logs, index, price):
    """Explain in one sentence why a formula was chosen."""
    parts = []
    if index:
        factor = math.exp(logs[index - 1] - logs[index])
        units = formulas[index].complexity - formulas[index - 1].complexity
        parts.append(
            f"the next simpler formula has a complexity lower by {units} "
            f"and an error larger by a factor of {factor:.3g}"
        )
    if index + 1 < len(formulas):
        factor = math.exp(logs[index] - logs[-1])
        parts.append(
            f"more complex formulas reduce the error by a factor of {factor:.3g} at most, "
            f"less than a factor of {math.exp(price):.3g} per unit of complexity"
        )
    else:
        parts.append("no more complex formula has a smaller error")
    return "; ".join(parts)
