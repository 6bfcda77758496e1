"""Periodic coordinates, which the network takes as sine and cosine."""

import numpy as np
import sympy

from equations.well_posed import find_order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, find_slope, substitute

TOLERANCE = 1e-6  # jump relative to a derivative's size, as in the tails of a soliton


def is_periodic_pair(condition, name, box):
    """Whether a condition equates a value or derivative at both ends of a coordinate."""
    if len(condition.values) != 2:
        return False
    one, other = condition.values
    positions = {value.place.get(name) for value in condition.values}
    if len(one.place) > 1 or positions != set(box.ends[name]) or one.derivative != other.derivative:
        return False
    try:
        factor = find_slope(condition.expression, one.symbol.name)
        remainder = substitute(
            condition.expression, {one.symbol.name: sympy.S.Zero, other.symbol.name: sympy.S.Zero}
        )
        return (
            bool(factor)
            and remainder == 0
            and find_slope(condition.expression, other.symbol.name) == -factor
        )
    except UserError:
        return False


def explain_nonperiodic(problem, name, pairs, box):
    """Return the reason why a coordinate cannot be periodic, or None if it can.

    Args:
        problem: an `equations.problem.Problem`.
        name: name of the coordinate.
        pairs: indices of its periodic conditions among the problem's conditions.
        box: an `equations.cauchy_data.Box`.
    """
    derivatives = [problem.conditions[index].values[0].derivative for index in pairs]
    equated = {derivative.unknown for derivative in derivatives if not any(derivative.orders)}
    if missing := [unknown for unknown in problem.unknowns if unknown not in equated]:
        places = " and ".join(problem.format_place(name, end) for end in box.ends[name])
        return f"no condition equates {missing[0]} at {places}"
    for index, condition in enumerate(problem.conditions):
        if index not in pairs and any(value.place.keys() == {name} for value in condition.values):
            return f"{condition.text} is a condition at fixed {name}, too"
    for text, residual in zip(problem.residual_texts, problem.residuals, strict=True):
        if not is_periodic(residual, name, problem, box):
            return f"{formula.quote(text)} is not periodic in {name}"
    return None


def find_kinked(problem, name, offset, box):
    """Find the unknown functions whose G has a kink or step when it is continued periodically.

    The network cannot cancel such a kink.

    Args:
        problem: an `equations.problem.Problem`.
        name: name of the periodic coordinate.
        offset: `{unknown: expression}` of G.
        box: an `equations.cauchy_data.Box`.
    """
    return [
        unknown
        for unknown, expression in offset.items()
        if not is_periodic(expression, name, problem, box)
    ]


def is_periodic(expression, name, problem, box):
    """Whether a formula and its derivatives in a coordinate are equal at both ends.

    Derivatives count up to the highest order of the problem's unknown functions in the coordinate.
    """
    if name not in formula.list_variables(expression):
        return True
    axis = problem.coordinates.index(name)
    highest = max(find_order(problem, unknown, axis) for unknown in problem.unknowns)
    count = len(box.points[name])
    random = {
        symbol: np.random.default_rng(1).uniform(0.5, 1.5, count)
        for symbol in formula.list_variables(expression)
        if symbol not in box.ends  # unknown functions, their derivatives, and constants
    }
    try:
        for order in range(highest + 1):
            expression = differentiate(expression, name) if order else expression
            first, last = (
                box.evaluate(expression, **random | {name: np.full(count, end)})
                for end in box.ends[name]
            )
            inside = box.evaluate(expression, **random)
            if (
                not np.isfinite(inside).all()
                or (np.abs(first - last) > TOLERANCE * np.abs(inside).max()).any()
            ):
                return False
    except UserError:  # too long to be differentiated
        return False
    return True
