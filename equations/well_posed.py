"""Is a problem well posed? As far as counting tells: whether its residuals and conditions are as many as usual."""

from errors import UserError
from symbolic.calculus import differentiate, is_kinked


def doubts(problem):
    """What a problem seems to lack, as warnings of a line each: there are well-posed problems that count differently.

    Args:
        problem: an `equations.problem.Problem`. With unknown constants there are measurements, too, which may stand for
            conditions; those are not counted then.
    """
    found = []
    if (count := len(problem.residuals)) != len(problem.unknowns):
        names = f"{len(problem.unknowns)} unknown function{'s' * (len(problem.unknowns) > 1)} ({', '.join(problem.unknowns)})"
        found.append(f"{names} ask for as many residuals. Received: {count}")
    if problem.constants:
        return tuple(found)
    floating = [unknown for unknown in problem.unknowns if is_floating(problem, unknown)]
    for place, coordinate in enumerate(problem.coordinates):
        orders = {unknown: order(problem, unknown, place) for unknown in problem.unknowns}
        orders = {
            unknown: number
            for unknown, number in orders.items()
            if number > 1 or unknown not in floating
        }
        wanted, received = (
            sum(orders.values()),
            sum(counts(c, coordinate, orders) for c in problem.conditions),
        )
        if received < wanted:
            parts = ", ".join(f"{unknown} {number}" for unknown, number in orders.items())
            usual = f"order in {coordinate}: {parts}, so that {wanted} conditions at places of {coordinate} are usual"
            found.append(f"{usual}. Received: {received}")
    zero = ", ".join(f"{end:g}" for end in problem.low)
    for unknown in floating:
        found.append(
            f"{unknown} is determined up to a constant only. A condition such as {unknown}({zero}) = 0 fixes it"
        )
    return tuple(found)


def order(problem, unknown, place):
    """Highest order of an unknown function's derivatives in the coordinate at `place` of the domain."""
    return max(
        (orders[place] for name, orders in problem.derivatives if name == unknown), default=0
    )


def counts(condition, coordinate, orders):
    """Whether a condition is one of those at places of a coordinate.

    One that fixes further coordinates, such as p(0, 0) = 0, settles a constant: that is all where the order is one.
    """
    if coordinate in condition.free:
        return False
    alone = len(condition.values[0].place) == 1
    return alone or any(orders.get(value.derivative.unknown) == 1 for value in condition.values)


def is_floating(problem, unknown):
    """Whether an unknown function plus any constant solves the problem just as well."""
    formulas = [(residual, [unknown]) for residual in problem.residuals]
    for condition in problem.conditions:
        own = [
            v.symbol.name
            for v in condition.values
            if v.derivative.unknown == unknown and not any(v.derivative.orders)
        ]
        formulas.append((condition.expression, own))
    try:
        changes = [
            sum(differentiate(expression, name) for name in names) for expression, names in formulas
        ]
    except UserError:  # too long to say
        return False
    return not any(changes) and not any(
        is_kinked(expression, names) for expression, names in formulas
    )
