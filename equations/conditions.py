"""Conditions: `u(x, 0) = -sin(pi*x)`, `u_x(0, t) = 0`, `y'(0) = 1`, `u(-1, t) = u(1, t)`."""

import sympy
from sympy.core.function import AppliedUndef

from equations.notation import with_symbols, without_primes
from equations.problem import Condition, Value
from errors import UserError
from symbolic.formula import short

SNAP = 1e-9  # of the domain's width: a place this close to an end is the end


def read_condition(text, notation, low, high):
    """Read a condition.

    Args:
        text: values of unknown functions or their derivatives and how they are related. Their arguments stand in the order
            of the domain; each is the coordinate's own name or a constant, such as pi/2, where it is held fixed.
        notation: an `equations.notation.Notation`.
        low: end of each coordinate.
        high: other end of each coordinate.

    Returns: a `Condition`.

    Raises:
        UserError: the text is no condition on this domain.
    """
    plain = without_primes(text, notation.coordinates)
    names = (*notation.coordinates, *notation.constants)
    expression = notation.parse(plain, names)
    values = values_in(expression, text, notation, low, high)
    places = [value.place for value in values.values()]
    if not values:
        raise UserError(
            f"condition {short(text)} has no value of an unknown function, such as {example(notation, low)}"
        )
    if not all(places):
        raise UserError(
            f"condition {short(text)} holds everywhere. Make it a residual, or say where: {example(notation, low)}"
        )
    if any(place.keys() != places[0].keys() for place in places):
        raise UserError(
            f"condition {short(text)} fixes different coordinates in different terms. Fix the same ones in all"
        )
    # In u(1, y) = x*y the x is 1, too. It is read again, so that what becomes too large for a number is refused.
    common = {
        name: number
        for name, number in places[0].items()
        if all(place[name] == number for place in places)
    }
    if common.keys() & {symbol.name for symbol in expression.free_symbols}:
        expression = notation.parse(plain, names, common)
        values = values_in(expression, text, notation, low, high)
    expression = with_symbols(
        expression, {call: value.symbol for call, value in values.items()}, text
    )
    if unclear := sorted(places[0].keys() & {symbol.name for symbol in expression.free_symbols}):
        raise UserError(
            f"condition {short(text)} names {unclear[0]}, which is held at several places. Leave it out"
        )
    free = tuple(name for name in notation.coordinates if name not in places[0])
    different = {value.symbol: value for value in values.values()}
    return Condition(text, expression, tuple(sorted(different.values(), key=order)), free)


def order(value):
    return tuple(value.place.values()), value.derivative


def values_in(expression, text, notation, low, high):
    """`{applied undefined function: Value}` of an expression."""
    values = {}
    for call in expression.atoms(AppliedUndef):
        derivative = notation.derivative(call.func.__name__)
        place = place_of(call, text, notation, low, high)
        arguments = (shown(place[name]) if name in place else name for name in notation.coordinates)
        name = f"{notation.symbol(derivative).name}({', '.join(arguments)})"
        values[call] = Value(sympy.Symbol(name, real=True), derivative, place)
    return values


def place_of(call, text, notation, low, high):
    """`{coordinate: number}` of those that `u(x, 0)` holds fixed."""
    coordinates, written = notation.coordinates, call.func.__name__
    if len(call.args) != len(coordinates):
        wanted = f"{len(coordinates)}, such as {notation.everywhere(written)}"
        raise UserError(
            f"condition {short(text)} gives {written} {len(call.args)} of its arguments. Wanted {wanted}"
        )
    place = {}
    for name, argument, left, right in zip(coordinates, call.args, low, high, strict=True):
        if argument == sympy.Symbol(name, real=True):
            continue
        if argument.free_symbols or argument.has(AppliedUndef):
            wanted = f"{name} or a number in the place of {name}"
            raise UserError(
                f"condition {short(text)} has {short(str(argument))} as an argument of {written}. Wanted {wanted}"
            )
        number, width = float(argument), right - left
        if not left - SNAP * width <= number <= right + SNAP * width:
            where = f"{name} = {shown(number)}, outside the domain {name} = {shown(left)}..{shown(right)}"
            raise UserError(f"condition {short(text)} is at {where}")
        ends = [end for end in (left, right) if abs(number - end) <= SNAP * width]
        place[name] = ends[0] if ends else number
    return place


def shown(number):
    """A number in text: 1 rather than 1.0."""
    return repr(number).removesuffix(".0")


def example(notation, low):
    arguments = (*notation.coordinates[:-1], shown(low[-1]))
    return f"{notation.unknowns[0]}({', '.join(arguments)}) = 0"
