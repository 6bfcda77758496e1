"""Dimensional analysis of formulas; a constant may have any unit, so it never causes an error."""

import re

import sympy

DERIVED = {
    "Hz": {"s": -1},
    "N": {"kg": 1, "m": 1, "s": -2},
    "J": {"kg": 1, "m": 2, "s": -2},
    "W": {"kg": 1, "m": 2, "s": -3},
    "Pa": {"kg": 1, "m": -1, "s": -2},
    "C": {"A": 1, "s": 1},
    "V": {"kg": 1, "m": 2, "s": -3, "A": -1},
    "1": {},
    "rad": {},
    "%": {},
}
NUMBER = {}  # dimension of a pure number
ANY = None  # dimension of an expression with a constant, which may have any unit


class Disagreement(Exception):
    """Units do not agree; the message names the part of the formula."""


def parse_unit(unit):
    """Parse a unit such as `kg*m/s^2` or `m s-1` into `{base unit: power}`.

    A word that is not an SI unit is a base unit of its own, kilometres too: the factor to metres is
    a constant.

    Returns: the dimension; `ANY` if the unit is empty.
    """
    if not unit.strip():
        return ANY
    powers, sign = {}, 1
    for divides, word, power in re.findall(r"(/?)\s*([^\W\d]+|%|1)(?:\^|\*\*)?(-?\d+)?", unit):
        sign = -1 if divides else 1
        for base, exponent in DERIVED.get(word, {word: 1}).items():
            powers[base] = powers.get(base, 0) + sign * exponent * int(power or 1)
    return {base: power for base, power in powers.items() if power}


def find_disagreement(expression, units, target):
    """Return which units in a formula do not agree, as a sentence; "" if all agree.

    Args:
        expression: formula as a `sympy.Expr`.
        units: `{variable: unit}`, "" for an unknown unit.
        target: unit of the formula's value.
    """
    dimensions = {name: parse_unit(unit) for name, unit in units.items()}
    try:
        dimension = _find_dimension(expression, dimensions)
        _check_agreement(dimension, parse_unit(target), "the formula and its target")
    except Disagreement as reason:
        return str(reason)
    return ""


def _find_dimension(part, dimensions):
    if part.is_Symbol:
        return dimensions.get(part.name, ANY)
    if part.is_number:
        return NUMBER if part in (1, -1) else ANY
    inner = [_find_dimension(argument, dimensions) for argument in part.args]
    if part.is_Add:
        dimension = inner[0]
        for other in inner[1:]:
            dimension = _check_agreement(dimension, other, f"the terms of {part}")
        return dimension
    if part.is_Mul:
        return ANY if ANY in inner else _multiply(inner)
    if part.is_Pow and part.exp.is_Rational:
        if inner[0] is ANY:
            return ANY
        return {base: power * part.exp for base, power in inner[0].items()}
    if isinstance(part, sympy.Abs):
        return inner[0]
    for dimension in inner:
        _check_agreement(dimension, NUMBER, f"{part}, which takes pure numbers,")
    return NUMBER


def _check_agreement(one, other, what):
    """Return the common dimension; raise `Disagreement` if there is none."""
    if one is not ANY and other is not ANY and one != other:
        raise Disagreement(
            f"the units of {what} do not agree: "
            f"{_format_dimension(one)} and {_format_dimension(other)}"
        )
    return other if one is ANY else one


def _multiply(dimensions):
    bases = {base for dimension in dimensions for base in dimension}
    sums = {base: sum(dimension.get(base, 0) for dimension in dimensions) for base in bases}
    return {base: power for base, power in sums.items() if power}


def _format_dimension(dimension):
    powers = (
        base if power == 1 else f"{base}^{power}" for base, power in sorted(dimension.items())
    )
    return " ".join(powers) or "a number"
