"""Conditions: `u(x, 0) = -sin(pi*x)`, `u_x(0, t) = 0`, `y'(0) = 1`, `u(-1, t) = u(1, t)`."""

import sympy
from sympy.core.function import AppliedUndef

from equations.notation import insert_symbols, replace_primes
from equations.problem import Condition, Value
from errors import UserError
from symbolic.formula import quote

SNAP = 1e-9  # a fixed coordinate this close to an end, relative to the width, is at the end


def read_condition(text, notation, low, high):
    """Read a condition.

    Args:
        text: relation between values of unknown functions or their derivatives. Their arguments
            have the order of the domain; each is the name of the coordinate or, where it is fixed,
            a constant such as pi/2.
        notation: an `equations.notation.Notation`.
        low: low end of each coordinate.
        high: high end of each coordinate.

    Returns: a `Condition`.

    Raises:
        UserError: the text is not a condition on this domain.
    """
    plain = replace_primes(text, notation.coordinates)
    names = (*notation.coordinates, *notation.constants)
    expression = notation.parse(plain, names)
    values = find_values(expression, text, notation, low, high)
    places = [value.place for value in values.values()]
    if not values:
        raise UserError(
            f"condition {quote(text)} must contain a value of an unknown function, "
            f"such as {format_example(notation, low)}"
        )
    if not all(places):
        raise UserError(
            f"condition {quote(text)} fixes no coordinate. Make it a residual, "
            f"or fix a coordinate: {format_example(notation, low)}"
        )
    if any(place.keys() != places[0].keys() for place in places):
        raise UserError(
            f"condition {quote(text)} fixes different coordinates in different terms. "
            "Fix the same ones in all terms"
        )
    # In u(1, y) = x*y, x is 1 on the right, too. The text is parsed again with this number, so that
    # a result too large for a float is refused.
    common = {
        name: number
        for name, number in places[0].items()
        if all(place[name] == number for place in places)
    }
    if common.keys() & {symbol.name for symbol in expression.free_symbols}:
        expression = notation.parse(plain, names, common)
        values = find_values(expression, text, notation, low, high)
    expression = insert_symbols(
        expression, {call: value.symbol for call, value in values.items()}, text
    )
    if unclear := sorted(places[0].keys() & {symbol.name for symbol in expression.free_symbols}):
        raise UserError(
            f"condition {quote(text)} contains {unclear[0]}, which is fixed at several values. "
            "Leave it out"
        )
    free = tuple(name for name in notation.coordinates if name not in places[0])
    different = {value.symbol: value for value in values.values()}
    ordered = sorted(different.values(), key=lambda v: (tuple(v.place.values()), v.derivative))
    return Condition(text, expression, tuple(ordered), free)


def find_values(expression, text, notation, low, high):
    """Return `{applied undefined function: Value}` of an expression."""
    values = {}
    for call in expression.atoms(AppliedUndef):
        derivative = notation.find_derivative(call.func.__name__)
        place = read_place(call, text, notation, low, high)
        arguments = (
            format_number(place[name]) if name in place else name for name in notation.coordinates
        )
        name = f"{notation.make_symbol(derivative).name}({', '.join(arguments)})"
        values[call] = Value(sympy.Symbol(name, real=True), derivative, place)
    return values


def read_place(call, text, notation, low, high):
    """Return `{coordinate: number}` of the coordinates that a call such as `u(x, 0)` fixes."""
    coordinates, name = notation.coordinates, call.func.__name__
    if len(call.args) != len(coordinates):
        raise UserError(
            f"{name} in condition {quote(text)} must have {len(coordinates)} arguments, "
            f"such as {notation.format_call(name)}. Received: {len(call.args)}"
        )
    place = {}
    for coordinate, argument, left, right in zip(coordinates, call.args, low, high, strict=True):
        if argument == sympy.Symbol(coordinate, real=True):
            continue
        if argument.free_symbols or argument.has(AppliedUndef):
            raise UserError(
                f"an argument of {name} in condition {quote(text)} must be {coordinate} "
                f"or a number. Received: {quote(str(argument))}"
            )
        number, width = float(argument), right - left
        if not left - SNAP * width <= number <= right + SNAP * width:
            raise UserError(
                f"condition {quote(text)} is at {coordinate} = {format_number(number)}, outside "
                f"the domain {coordinate} = {format_number(left)}..{format_number(right)}"
            )
        ends = [end for end in (left, right) if abs(number - end) <= SNAP * width]
        place[coordinate] = ends[0] if ends else number
    return place


def format_number(number):
    """Format a number, 1 rather than 1.0."""
    return repr(number).removesuffix(".0")


def format_example(notation, low):
    """Return the text of a possible condition."""
    arguments = (*notation.coordinates[:-1], format_number(low[-1]))
    return f"{notation.unknowns[0]}({', '.join(arguments)}) = 0"
