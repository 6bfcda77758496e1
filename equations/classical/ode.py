"""Ordinary differential equations, solved by scipy: to twelve digits as a rule, to eight where they are stiff."""

import numpy as np
import sympy
from scipy.integrate import solve_bvp, solve_ivp

from equations.classical.first_order import FirstOrder
from errors import UserError
from symbolic import formula
from symbolic.calculus import slope, substitute

PATIENCE = 50_000  # evaluations by an explicit method: a stiff system would take millions
NODES = 100_000


class Stiff(Exception):
    """An explicit method takes too many steps."""


def ode(problem):
    """Solve an ordinary differential equation or a system of them.

    Conditions at one place make it an initial value problem, which an explicit Runge-Kutta method of order 8 follows from there
    to both ends, an implicit one if it is stiff. Conditions at both ends make it a boundary value problem: cubic splines on a
    mesh that is refined until they hold the equation to 1e-10.

    Args:
        problem: an `equations.problem.Problem` in one coordinate.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.

    Raises:
        UserError: the residuals cannot be solved for the highest derivatives, the conditions are of another kind or number,
            or the solution ends inside the domain.

    Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I and II (DOP853, Radau);
    J. Kierzenka, L. F. Shampine, ACM Trans. Math. Softw. 27 (2001), 299-316.
    """
    system = FirstOrder(problem)
    places = check_conditions(system)
    return system.solution(boundary_value(system) if len(places) > 1 else initial_value(system, *places))


def check_conditions(system):
    """The places of the conditions, one or both ends of the domain."""
    problem = system.problem
    if len(problem.conditions) != len(system.names):
        wanted = f"{len(system.names)} conditions, as many as {', '.join(system.names)}"
        raise UserError(f"a classical solver wants {wanted}. Received: {len(problem.conditions)}")
    places = {value.place[system.coordinate] for condition in problem.conditions for value in condition.values}
    if len(places) > 1 and places != {*problem.low, *problem.high}:
        received = ", ".join(f"{place:g}" for place in sorted(places))
        raise UserError(f"a classical solver wants conditions at one place or at both ends. Received: {received}")
    return places


def initial_value(system, start):
    """y as a function of x."""
    (low,), (high,) = system.problem.low, system.problem.high
    state = initial_state(system)
    before, after = (path(system, start, end, state) if end != start else None for end in (low, high))
    if not (before and after):
        return before or after
    return lambda x: np.where(x < start, before(x), after(x))


def initial_state(system):
    """y at the place of the conditions, which have to be linear."""
    conditions = system.problem.conditions
    matrix, right = np.zeros((len(conditions), len(system.names))), np.zeros(len(conditions))
    for row, condition in enumerate(conditions):
        for value in condition.values:
            if (factor := slope(condition.expression, value.symbol.name)) is None:
                raise UserError(f"a classical solver wants linear conditions. Received: {formula.short(condition.text)}")
            matrix[row, system.state(value)] += float(factor)
        rest = substitute(condition.expression, {value.symbol.name: sympy.S.Zero for value in condition.values})
        right[row] = -float(rest)
    if np.linalg.matrix_rank(matrix) < len(conditions):
        received = "; ".join(condition.text for condition in conditions)
        raise UserError(f"a classical solver wants conditions that fix {', '.join(system.names)}. Received: {received}")
    return np.linalg.solve(matrix, right)


def path(system, start, end, state):
    """y from one place to another, as a function of x."""
    evaluations = 0

    def patient(x, y):
        nonlocal evaluations
        evaluations += 1
        if evaluations > PATIENCE:
            raise Stiff
        return system(x, y)

    if not np.isfinite(system(start, state)).all():
        raise UserError(f"the residuals cannot be computed at {system.coordinate} = {start:g}, where the conditions are")
    size = np.abs(state).max() or 1.0
    try:
        found = solve_ivp(patient, (start, end), state, "DOP853", rtol=1e-13, atol=1e-15 * size, dense_output=True)
    except Stiff:
        found = solve_ivp(system, (start, end), state, "Radau", rtol=1e-11, atol=1e-13 * size, dense_output=True)
    if not found.success or not np.isfinite(found.y).all():
        raise UserError(
            f"the solution cannot be followed beyond {system.coordinate} = {found.t[-1]:g}: it may be infinite there"
        )
    return found.sol


def boundary_value(system):
    """y as a function of x."""
    (low,), (high,) = system.problem.low, system.problem.high
    values = [value for condition in system.problem.conditions for value in condition.values]
    names = list(dict.fromkeys(value.symbol.name for value in values))
    states = [next(system.state(value) for value in values if value.symbol.name == name) for name in names]
    ends = [next(value.place[system.coordinate] for value in values if value.symbol.name == name) for name in names]
    conditions = [formula.function(condition.expression, names) for condition in system.problem.conditions]

    def distance(left, right):
        at_ends = [(left if end == low else right)[state] for end, state in zip(ends, states, strict=True)]
        return np.array([condition(*at_ends) for condition in conditions])

    x, reason = np.linspace(low, high, 101), ""
    for guess in (0.0, 1.0):  # where a formula has no value at zero
        y = np.full((len(system.names), len(x)), guess)
        try:
            with np.errstate(all="ignore"):
                found = solve_bvp(system, distance, x, y, tol=1e-10, bc_tol=1e-12, max_nodes=NODES)
        except UserError as error:
            reason = str(error)
            continue
        if found.success:
            return found.sol
        reason = found.message
    raise UserError(f"no solution of the boundary value problem was found: {reason}")
