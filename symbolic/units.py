"""Whether the units in a formula agree. Constants may have any unit, so only what has none of them can be wrong."""

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
NUMBER = {}  # the dimension of a pure number
ANY = None  # the dimension of what holds a constant that may have a unit


class Disagreement(Exception):
    """Its text says which part of a formula has units that do not agree."""


def dimension_of(unit):
    """`{base unit: power}` of a unit such as `kg*m/s^2` or `m s-1`; `ANY` where it is not known.

    A word that is no unit of the SI is a base unit of its own, kilometres too: the factor to metres is a constant.
    """
    if not unit.strip():
        return ANY
    found, sign = {}, 1
    for divides, word, power in re.findall(r"(/?)\s*([^\W\d]+|%|1)(?:\^|\*\*)?(-?\d+)?", unit):
        sign = -1 if divides else 1
        for base, exponent in DERIVED.get(word, {word: 1}).items():
            found[base] = found.get(base, 0) + sign * exponent * int(power or 1)
    return {base: power for base, power in found.items() if power}


def disagreement(expression, units, target):
    """What is wrong with the units of a formula, in words; "" if nothing is.

    Args:
        expression: a `sympy.Expr`.
        units: `{variable: unit}`, "" where not known.
        target: unit of the formula's value.
    """
    try:
        dimension = _dimension(
            expression, {name: dimension_of(unit) for name, unit in units.items()}
        )
        _agree(dimension, dimension_of(target), "the formula and its target")
    except Disagreement as reason:
        return str(reason)
    return ""


def _dimension(part, dimensions):
    if part.is_Symbol:
        return dimensions.get(part.name, ANY)
    if part.is_number:
        return NUMBER if part in (1, -1) else ANY
    inner = [_dimension(argument, dimensions) for argument in part.args]
    if part.is_Add:
        dimension = inner[0]
        for other in inner[1:]:
            dimension = _agree(dimension, other, f"the terms of {part}")
        return dimension
    if part.is_Mul:
        return ANY if ANY in inner else _product(inner)
    if part.is_Pow and part.exp.is_Rational:
        return (
            ANY if inner[0] is ANY else {base: power * part.exp for base, power in inner[0].items()}
        )
    if isinstance(part, sympy.Abs):
        return inner[0]
    for dimension in inner:
        _agree(dimension, NUMBER, f"{part}, which takes pure numbers,")
    return NUMBER


def _agree(one, other, what):
    if one is not ANY and other is not ANY and one != other:
        raise Disagreement(
            f"the units of {what} do not agree: {_written(one)} and {_written(other)}"
        )
    return other if one is ANY else one


def _product(dimensions):
    bases = {base for dimension in dimensions for base in dimension}
    sums = {base: sum(dimension.get(base, 0) for dimension in dimensions) for base in bases}
    return {base: power for base, power in sums.items() if power}


def _written(dimension):
    return (
        " ".join(
            base if power == 1 else f"{base}^{power}" for base, power in sorted(dimension.items())
        )
        or "a number"
    )
