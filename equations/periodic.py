"""Which coordinates are periodic, so that a network may take them as sine and cosine."""

import numpy as np
import sympy

from equations.well_posed import order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, slope, substitute

SEAM = 1e-6  # of a derivative's size: a jump this small is none, as in the tails of a soliton


def is_periodic_pair(condition, name, box):
    """Whether a condition says that a value or derivative is the same at both ends of a coordinate."""
    if len(condition.values) != 2:
        return False
    one, other = condition.values
    places = {value.place.get(name) for value in condition.values}
    if len(one.place) > 1 or places != set(box.ends[name]) or one.derivative != other.derivative:
        return False
    try:
        factor = slope(condition.expression, one.symbol.name)
        rest = substitute(
            condition.expression, {one.symbol.name: sympy.S.Zero, other.symbol.name: sympy.S.Zero}
        )
        return (
            bool(factor) and rest == 0 and slope(condition.expression, other.symbol.name) == -factor
        )
    except UserError:
        return False


def why_not_periodic(problem, name, pairs, box):
    """Say why a coordinate cannot be taken as periodic; None if it can.

    Args:
        problem: an `equations.problem.Problem`.
        name: of the coordinate.
        pairs: places of its periodic conditions in the problem.
        box: an `equations.faces.Box`.
    """
    derivatives = [problem.conditions[place].values[0].derivative for place in pairs]
    same = {derivative.unknown for derivative in derivatives if not any(derivative.orders)}
    if missing := [unknown for unknown in problem.unknowns if unknown not in same]:
        low, high = box.ends[name]
        return f"nothing says that {missing[0]} is the same at {name} = {low:g} and {high:g}"
    for place, condition in enumerate(problem.conditions):
        if place not in pairs and any(value.place.keys() == {name} for value in condition.values):
            return f"{condition.text} is a condition on {name}, too"
    index = problem.coordinates.index(name)
    highest = max(order(problem, unknown, index) for unknown in problem.unknowns)
    for text, residual in zip(problem.residual_texts, problem.residuals, strict=True):
        if not is_smooth_across(residual, name, highest, box):
            return f"{formula.short(text)} is not periodic in {name}"
    return None


def kinked(problem, name, offset, box):
    """The unknown functions whose G, continued periodically in a coordinate, has a kink or step: no network could smooth it."""
    index = problem.coordinates.index(name)
    highest = max(order(problem, unknown, index) for unknown in problem.unknowns)
    return [
        unknown
        for unknown, expression in offset.items()
        if not is_smooth_across(expression, name, highest, box)
    ]


def is_smooth_across(expression, name, highest, box):
    """Whether a formula and its derivatives up to the order `highest` are the same at both ends of a coordinate."""
    if name not in formula.variables(expression):
        return True
    others = [symbol for symbol in formula.variables(expression) if symbol not in box.ends]
    count = len(box.points[name])
    random = {
        symbol: np.random.default_rng(1).uniform(0.5, 1.5, count) for symbol in others
    }  # derivatives and constants
    low, high = box.ends[name]
    try:
        for number in range(highest + 1):
            expression = differentiate(expression, name) if number else expression
            first, last = (
                box.values(expression, **random | {name: np.full(count, end)})
                for end in (low, high)
            )
            inside = box.values(expression, **random)
            if (
                not np.isfinite(inside).all()
                or (np.abs(first - last) > SEAM * np.abs(inside).max()).any()
            ):
                return False
    except UserError:  # too long to be differentiated
        return False
    return True
