"""Ordinary differential equations, solved by scipy: to twelve digits as a rule, to eight where they are stiff."""

import numpy as np
from scipy.integrate import solve_bvp, solve_ivp

from equations.classical.first_order import FirstOrder
from errors import UserError
from symbolic import formula

PATIENCE = 50_000  # evaluations by an explicit method: a stiff system would take millions
NODES = 100_000


class Stiff(Exception):
    """An explicit method takes too many steps."""


def ode(problem, tolerance=1e-13):
    """Solve an ordinary differential equation or a system of them.

    Conditions at one place make it an initial value problem, which an explicit Runge-Kutta method of order 8 follows from there
    to both ends, an implicit one if it is stiff. Conditions at both ends make it a boundary value problem: cubic splines on a
    mesh that is refined until they hold the equation to 1e-10.

    Args:
        problem: an `equations.problem.Problem` in one coordinate.
        tolerance: relative error of a step; steps of implicit methods and splines don't go below 1e-11 and 1e-10.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.

    Raises:
        UserError: the residuals cannot be solved for the highest derivatives, the conditions are of another kind or number,
            or the solution ends inside the domain.

    Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I and II (DOP853, Radau);
    J. Kierzenka, L. F. Shampine, ACM Trans. Math. Softw. 27 (2001), 299-316.
    """
    system = one_coordinate(problem)
    places = check_conditions(system)
    return by_name(
        system,
        boundary_value(system, tolerance)
        if len(places) > 1
        else initial_value(system, *places, tolerance),
    )


def one_coordinate(problem):
    """The problem as a system of first order.

    Raises: UserError, if there are more coordinates.
    """
    if len(problem.coordinates) > 1:
        raise UserError(
            f"an ordinary differential equation has one coordinate. Received: {', '.join(problem.coordinates)}"
        )
    return FirstOrder(problem, *problem.coordinates)


def slopes(system, x, y):
    """y' at x `(points,)`, `(states, points)`; or at a number, `(states,)`."""
    if np.ndim(x):
        return system.slopes([x, *y], y)
    return system.slopes([np.array([x]), *y[:, None]], y[:, None])[:, 0]


def by_name(system, y):
    """The unknown functions by name, from a function y of x that returns `(states, points)`."""

    def solution(coordinates):
        values = y(np.asarray(coordinates[system.coordinate], "float64"))
        return {d.unknown: values[row] for row, d in enumerate(system.states) if not any(d.orders)}

    return solution


def check_conditions(system):
    """The places of the conditions, one or both ends of the domain."""
    problem, names = system.problem, ", ".join(map(system.name, system.states))
    if len(problem.conditions) != len(system.states):
        wanted = f"{len(system.states)} conditions, as many as {names}"
        raise UserError(f"a classical solver wants {wanted}. Received: {len(problem.conditions)}")
    values = [value for condition in problem.conditions for value in condition.values]
    if high := [value for value in values if value.derivative not in system.states]:
        raise UserError(
            f"a classical solver wants conditions on {names}. Received one on {system.name(high[0].derivative)}"
        )
    places = {value.place[system.coordinate] for value in values}
    if len(places) > 1 and places != {*problem.low, *problem.high}:
        received = ", ".join(f"{place:g}" for place in sorted(places))
        raise UserError(
            f"a classical solver wants conditions at one place or at both ends. Received: {received}"
        )
    return places


def initial_value(system, place, tolerance):
    """y as a function of x."""
    (low,), (high,) = system.problem.low, system.problem.high
    start = system.start(system.problem.conditions)
    before, after = (
        path(system, place, end, start, tolerance) if end != place else None for end in (low, high)
    )
    if not (before and after):
        return before or after
    return lambda x: np.where(x < place, before(x), after(x))


def path(system, place, end, start, tolerance):
    """y from one place to another, as a function of x."""
    evaluations = 0

    def f(x, y):
        return slopes(system, x, y)

    def patient(x, y):
        nonlocal evaluations
        evaluations += 1
        if evaluations > PATIENCE:
            raise Stiff
        return f(x, y)

    if not np.isfinite(f(place, start)).all():
        raise UserError(
            f"the residuals cannot be computed at {system.coordinate} = {place:g}, where the conditions are"
        )
    size = np.abs(start).max() or 1.0
    try:
        found = solve_ivp(
            patient,
            (place, end),
            start,
            "DOP853",
            rtol=tolerance,
            atol=tolerance * 1e-2 * size,
            dense_output=True,
        )
    except Stiff:
        found = solve_ivp(
            f,
            (place, end),
            start,
            "Radau",
            rtol=max(tolerance, 1e-11),
            atol=1e-13 * size,
            dense_output=True,
        )
    if not found.success or not np.isfinite(found.y).all():
        where = f"{system.coordinate} = {found.t[-1]:g}"
        raise UserError(f"the solution cannot be followed beyond {where}: it may be infinite there")
    return found.sol


def boundary_value(system, tolerance):
    """y as a function of x."""
    (low,), (high,) = system.problem.low, system.problem.high
    values = {
        value.symbol.name: value
        for condition in system.problem.conditions
        for value in condition.values
    }
    rows = [system.states.index(value.derivative) for value in values.values()]
    at_low = [value.place[system.coordinate] == low for value in values.values()]
    conditions = [
        formula.function(condition.expression, values) for condition in system.problem.conditions
    ]

    def distance(left, right):
        at_ends = np.where(at_low, left[rows], right[rows])
        return np.array([condition(*at_ends) for condition in conditions])

    x, reason = np.linspace(low, high, 101), ""
    for guess in (0.0, 1.0):  # where a formula has no value at zero
        y = np.full((len(system.states), len(x)), guess)
        try:
            with np.errstate(all="ignore"):
                found = solve_bvp(
                    lambda x, y: slopes(system, x, y),
                    distance,
                    x,
                    y,
                    tol=max(tolerance, 1e-10),
                    bc_tol=1e-12,
                    max_nodes=NODES,
                )
        except UserError as error:
            reason = str(error)
            continue
        if found.success:
            return found.sol
        reason = found.message
    raise UserError(f"no solution of the boundary value problem was found: {reason}")
