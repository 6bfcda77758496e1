"""Whether a problem can be well posed: the numbers of its residuals and conditions are compared."""

import sympy

from errors import UserError
from symbolic.calculus import differentiate, is_kinked, substitute
from symbolic.formula import list_variables


def check_well_posed(problem):
    """Compare the numbers of residuals and conditions with the usual ones.

    There are well-posed problems with other numbers, so a difference is a warning.

    Args:
        problem: an `equations.problem.Problem`. If it has unknown constants, its conditions are not
            counted: there are measurements then, which may replace them.

    Returns: tuple of warnings, one line each.
    """
    warnings = []
    if (count := len(problem.residuals)) != len(problem.unknowns):
        plural = "s" * (len(problem.unknowns) > 1)
        warnings.append(
            f"a problem in {', '.join(problem.unknowns)} usually has {len(problem.unknowns)} "
            f"residual{plural}. Received: {count}"
        )
    if problem.constants:
        return tuple(warnings)
    if problem.conditions and is_solved_by_zero(problem):
        warnings.append(
            "zero solves all equations and conditions, and the network finds it. For an "
            "eigenfunction add a condition that zero does not fulfil, such as a slope of 1 at one "
            "end, and name the eigenvalue: --unknown"
        )
    undetermined = [unknown for unknown in problem.unknowns if has_free_constant(problem, unknown)]
    for axis, coordinate in enumerate(problem.coordinates):
        orders = {unknown: find_order(problem, unknown, axis) for unknown in problem.unknowns}
        orders = {
            unknown: order
            for unknown, order in orders.items()
            if order > 1 or unknown not in undetermined
        }
        expected = sum(orders.values())
        received = sum(is_condition_in(c, coordinate, orders) for c in problem.conditions)
        if received < expected:
            terms = ", ".join(f"{order} in {unknown}" for unknown, order in orders.items())
            plural = "s" * (expected > 1)
            warnings.append(
                f"the equation is of order {terms} with respect to {coordinate}, which usually "
                f"needs {expected} condition{plural} at fixed {coordinate}. Received: {received}"
            )
    zero = ", ".join(f"{end:g}" for end in problem.low)
    for unknown in undetermined:
        warnings.append(
            f"{unknown} is determined only up to a constant. "
            f"A condition such as {unknown}({zero}) = 0 fixes it"
        )
    return tuple(warnings)


def is_solved_by_zero(problem):
    """Whether unknown functions that are zero everywhere fulfil all equations and conditions."""
    expressions = [*problem.residuals, *(condition.expression for condition in problem.conditions)]
    try:
        return not any(
            substitute(
                e, {n: sympy.S.Zero for n in list_variables(e) if n not in problem.coordinates}
            )
            for e in expressions
        )
    except UserError:  # undefined at zero, such as 1/u
        return False


def has_surplus_conditions(problem):
    """Whether there are more conditions than the orders of the derivatives need: they determine
    constants as well."""
    needed = sum(
        find_order(problem, unknown, axis)
        for unknown in problem.unknowns
        for axis in range(len(problem.coordinates))
    )
    return len(problem.conditions) > needed


def find_order(problem, unknown, axis):
    """Return the highest order of an unknown function's derivatives in a coordinate.

    Args:
        problem: an `equations.problem.Problem`.
        unknown: name of the unknown function.
        axis: index of the coordinate.
    """
    return max((orders[axis] for name, orders in problem.derivatives if name == unknown), default=0)


def is_condition_in(condition, coordinate, orders):
    """Whether a condition counts as one of those in a coordinate.

    A condition that fixes further coordinates, such as p(0, 0) = 0, determines only a constant,
    which is sufficient for order one.
    """
    if coordinate in condition.free:
        return False
    alone = len(condition.values[0].place) == 1
    return alone or any(orders.get(value.derivative.unknown) == 1 for value in condition.values)


def has_free_constant(problem, unknown):
    """Whether adding any constant to an unknown function leaves all equations satisfied."""
    formulas = [(residual, [unknown]) for residual in problem.residuals]
    for condition in problem.conditions:
        symbols = [
            v.symbol.name
            for v in condition.values
            if v.derivative.unknown == unknown and not any(v.derivative.orders)
        ]
        formulas.append((condition.expression, symbols))
    try:
        changes = [
            sum(differentiate(expression, name) for name in names) for expression, names in formulas
        ]
    except UserError:  # the formulas are too long to decide
        return False
    return not any(changes) and not any(
        is_kinked(expression, names) for expression, names in formulas
    )
