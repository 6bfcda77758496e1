"""Derivatives and values of formulas, as formulas; results that grow too long or large are refused.

A formula may come from an untrusted file: limits are checked before sympy computes a result.
"""

import functools
import math
from fractions import Fraction

import sympy

from errors import UserError
from symbolic import formula

# Operations of a formula to be differentiated; sympy's chain rule may square their number.
MAX_OPERATIONS = 2000
KINKED = (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min)
# What sympy returns where it cannot differentiate, for example for |log(x)|.
NOT_REAL = (sympy.Derivative, sympy.Subs, sympy.re, sympy.im, sympy.arg)


def check_result(function):
    """Decorate a function of formulas: raise `UserError` if sympy fails or a result is flawed."""

    @functools.wraps(function)
    def check(expression, *arguments):
        try:
            result = function(expression, *arguments)
        except (ArithmeticError, AttributeError, TypeError, ValueError, RecursionError) as error:
            raise UserError("a formula's derivative or value cannot be computed") from error
        if reason := formula.find_flaw(result):
            raise UserError(f"a formula's derivative or value {reason}")
        return result

    return check


@check_result
def differentiate(expression, name, order=1):
    """Differentiate a formula, away from its kinks.

    Args:
        expression: formula as returned by `formula.parse`.
        name: name of the variable.
        order: order of the derivative.

    Raises:
        UserError: the derivative is too long, or sympy cannot write it down.
    """
    for _ in range(order):
        if sympy.count_ops(expression) > MAX_OPERATIONS:
            raise UserError("a formula's derivative is too long")
        expression = remove_spikes(sympy.diff(expression, sympy.Symbol(name, real=True)))
        if expression.has(*NOT_REAL):
            raise UserError("a formula's derivative cannot be computed")
    return expression


def remove_spikes(derivative):
    """Remove the delta functions that sympy writes where the formula has a step or a kink."""
    return derivative.replace(sympy.DiracDelta, lambda *arguments: sympy.S.Zero)


def is_kinked(expression, names):
    """Whether abs, sign, heaviside, max or min is applied to something that depends on `names`."""
    return any(
        not set(names).isdisjoint(formula.list_variables(part))
        for part in expression.atoms(*KINKED)
    )


def find_slope(expression, name):
    """Return the coefficient of a variable in which the formula is linear; None if it is not."""
    derivative = differentiate(expression, name)
    return None if derivative.free_symbols or is_kinked(expression, [name]) else derivative


@check_result
def substitute(expression, values):
    """Replace variables by numbers, `{name: sympy number}`.

    Raises:
        UserError: a number becomes too large or is undefined, such as 1/0.
    """
    return _substitute(
        expression, {sympy.Symbol(name, real=True): value for name, value in values.items()}
    )


def _substitute(expression, values):
    """Substitute from the innermost terms outwards: 2^(2^x) is refused before it is computed."""
    if expression in values:
        return values[expression]
    if not expression.free_symbols & values.keys():
        return expression
    arguments = [_substitute(argument, values) for argument in expression.args]
    if expression.is_Pow:
        exponents = arguments[1:]
    elif isinstance(expression, sympy.exp):
        exponents = [argument for argument in arguments if argument.has(sympy.log)]
    else:
        exponents = []
    if any(map(formula.is_high, exponents)):
        raise UserError("a formula's value has an exponent too large")
    result = expression.func(*arguments)
    if reason := formula.find_flaw(result):
        raise UserError(f"a formula's value {reason}")
    return result


def make_exact(value):
    """Convert a float to the simple fraction or multiple of pi that it equals, if there is one.

    sin(pi) is then 0 and not 1e-16. Other floats become sympy floats.
    """
    fraction = Fraction(value).limit_denominator(1000)
    if float(fraction) == value:
        return sympy.Rational(fraction.numerator, fraction.denominator)
    fraction = Fraction(value / math.pi).limit_denominator(100)
    if abs(float(fraction) * math.pi - value) <= 2 * math.ulp(value):
        return sympy.Rational(fraction.numerator, fraction.denominator) * sympy.pi
    return sympy.Float(value)


def shorten(expression):
    """Return the formula, or its expanded form if that is shorter."""
    if _bound_terms(expression) > MAX_OPERATIONS // 10:
        return expression
    expanded = sympy.expand(expression, power_base=False, power_exp=False, log=False, basic=False)
    return min(expression, expanded, key=sympy.count_ops)


def _bound_terms(expression):
    """Return an upper bound on the number of terms in any part of the expanded formula."""
    inner = [_bound_terms(argument) for argument in expression.args]
    if expression.is_Add:
        return sum(inner)
    if expression.is_Mul:
        return min(math.prod(inner), MAX_OPERATIONS)
    if expression.is_Pow and expression.exp.is_Integer:
        return min(inner[0] ** min(abs(int(expression.exp)), 100), MAX_OPERATIONS)
    return max(inner, default=1)
