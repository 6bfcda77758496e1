"""Derivatives and values of formulas, as formulas: what would become too long or too large is refused before it does."""

import functools
import math
from fractions import Fraction

import sympy

from errors import UserError
from symbolic import formula

MAX_OPERATIONS = (
    2000  # of a formula to be differentiated; sympy's chain rule may square their number
)
KINKED = (sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Max, sympy.Min)
NOT_REAL = (
    sympy.Derivative,
    sympy.Subs,
    sympy.re,
    sympy.im,
    sympy.arg,
)  # what sympy finds for |log(x)|'s derivative


def within_limits(function):
    """What sympy itself gives up on is refused, too."""

    @functools.wraps(function)
    def checked(expression, *arguments):
        try:
            result = function(expression, *arguments)
        except (ArithmeticError, AttributeError, TypeError, ValueError, RecursionError) as error:
            raise UserError("a formula's derivative or value cannot be computed") from error
        if reason := formula.flaw(result):
            raise UserError(f"a formula's derivative or value {reason}")
        return result

    return checked


@within_limits
def differentiate(expression, name, order=1):
    """Derivative of a formula, away from its kinks.

    Args:
        expression: as `formula.parse` returns it.
        name: of the variable.
        order: of the derivative.

    Raises:
        UserError: it is too long, or none that sympy can write down.
    """
    for _ in range(order):
        if sympy.count_ops(expression) > MAX_OPERATIONS:
            raise UserError("a formula's derivative is too long")
        expression = away_from_kinks(sympy.diff(expression, sympy.Symbol(name, real=True)))
        if expression.has(*NOT_REAL):
            raise UserError("a formula's derivative cannot be computed")
    return expression


def away_from_kinks(derivative):
    """A derivative as sympy finds it, without the spikes where the formula has a step or kink."""
    return derivative.replace(sympy.DiracDelta, lambda *arguments: sympy.S.Zero)


def is_kinked(expression, names):
    """Whether a formula has abs, sign, heaviside, max or min of something that varies with the variables `names`."""
    return any(
        not set(names).isdisjoint(formula.variables(part)) for part in expression.atoms(*KINKED)
    )


def slope(expression, name):
    """The number that a formula is linear in a variable with; None if it is not linear."""
    derivative = differentiate(expression, name)
    return None if derivative.free_symbols or is_kinked(expression, [name]) else derivative


@within_limits
def substitute(expression, values):
    """A formula with numbers, `{name: sympy number}`, in the place of variables.

    Raises:
        UserError: a number in it becomes too large, or is none, such as 1/0.
    """
    return _substitute(
        expression, {sympy.Symbol(name, real=True): value for name, value in values.items()}
    )


def _substitute(expression, values):
    """From the innermost terms outwards, so that 2^(2^x) is refused before sympy computes its digits."""
    if expression in values:
        return values[expression]
    if not expression.free_symbols & values.keys():
        return expression
    arguments = [_substitute(argument, values) for argument in expression.args]
    powers = (
        arguments[1:]
        if expression.is_Pow
        else arguments
        if isinstance(expression, sympy.exp)
        else ()
    )
    if any(formula.is_high(power) for power in powers if expression.is_Pow or power.has(sympy.log)):
        raise UserError("a formula's value has an exponent too large")
    result = expression.func(*arguments)
    if reason := formula.flaw(result):
        raise UserError(f"a formula's value {reason}")
    return result


def exact(value):
    """The simple fraction, or multiple of pi, that a float is; else the float. sin(pi) is then 0 and not 1e-16."""
    fraction = Fraction(value).limit_denominator(1000)
    if float(fraction) == value:
        return sympy.Rational(fraction.numerator, fraction.denominator)
    fraction = Fraction(value / math.pi).limit_denominator(100)
    if abs(float(fraction) * math.pi - value) <= 2 * math.ulp(value):
        return sympy.Rational(fraction.numerator, fraction.denominator) * sympy.pi
    return sympy.Float(value)


def shorter(expression):
    """The formula, or its terms multiplied out, if that is shorter."""
    if _terms(expression) > MAX_OPERATIONS // 10:
        return expression
    multiplied = sympy.expand(expression, power_base=False, power_exp=False, log=False, basic=False)
    return min(expression, multiplied, key=sympy.count_ops)


def _terms(expression):
    """How many terms the formula's largest part has when multiplied out, at most."""
    inner = [_terms(argument) for argument in expression.args]
    if expression.is_Add:
        return sum(inner)
    if expression.is_Mul:
        return min(math.prod(inner), MAX_OPERATIONS)
    if expression.is_Pow and expression.exp.is_Integer:
        return min(inner[0] ** min(abs(int(expression.exp)), 100), MAX_OPERATIONS)
    return max(inner, default=1)
