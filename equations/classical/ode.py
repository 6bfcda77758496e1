"""Ordinary differential equations, solved by SciPy: to about twelve digits, eight if stiff."""

import numpy as np
from scipy.integrate import solve_bvp

from equations.classical.first_order_system import FirstOrderSystem
from equations.classical.runge_kutta import integrate
from equations.classical.work import CALL, TooMuchWork, Work
from errors import UserError
from symbolic import formula

MAX_NODES = 100_000
PER_NODE = 400  # operations
NO_SOLUTION = "no solution of the boundary value problem was found"


def solve_ode(problem, tolerance=1e-13, work=None):
    """Solve an ordinary differential equation or a system of them.

    Conditions at one point are an initial value problem. An explicit Runge-Kutta method of order 8
    follows it from there to both ends, or an implicit one if it is stiff. Conditions at both ends
    are a boundary value problem, which is solved by cubic splines on a mesh that is refined until
    the relative residual is below 1e-10.

    Args:
        problem: an `equations.problem.Problem` in one coordinate.
        tolerance: relative error of a step; at least 1e-11 for implicit methods, 1e-10 for splines.
        work: `equations.classical.work.Work`, which bounds the number of steps.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.

    Raises:
        UserError: the residuals cannot be solved for the highest derivatives, the conditions are of
            a different kind or number, the solution ends inside the domain, or it takes too many
            steps.

    Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I and II
    (DOP853, Radau); J. Kierzenka, L. F. Shampine, ACM Trans. Math. Softw. 27 (2001), 299-316.
    """
    system, work = build_system(problem), work or Work()
    points = find_condition_points(system)
    return name_unknowns(
        system,
        solve_boundary_value_problem(system, tolerance, work)
        if len(points) > 1
        else solve_initial_value_problem(system, *points, tolerance, work),
    )


def build_system(problem):
    """Return the problem as a `FirstOrderSystem`.

    Raises:
        UserError: the problem has more than one coordinate.
    """
    if len(problem.coordinates) > 1:
        raise UserError(
            "an ordinary differential equation must have one coordinate. "
            f"Received: {', '.join(problem.coordinates)}"
        )
    return FirstOrderSystem(problem, *problem.coordinates)


def compute_slopes(system, x, y):
    """Compute y' `(states, points)` at x `(points,)`, or `(states,)` at a number."""
    return system.compute_slopes([x, *y], y)


def name_unknowns(system, y):
    """Return the solution by name.

    Args:
        system: a `FirstOrderSystem`.
        y: function of x that returns `(states, points)`.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.
    """

    def evaluate(coordinates):
        values = y(np.asarray(coordinates[system.coordinate], "float64"))
        return {d.unknown: values[row] for row, d in enumerate(system.states) if not any(d.orders)}

    return evaluate


def find_condition_points(system):
    """Return the set of points at which conditions are given: any one, or both ends.

    Raises:
        UserError: the conditions are of a different kind or number.
    """
    problem, names = system.problem, ", ".join(map(system.format, system.states))
    if len(problem.conditions) != len(system.states):
        raise UserError(
            f"a classical solver needs {len(system.states)} conditions, one for each of {names}. "
            f"Received: {len(problem.conditions)}"
        )
    values = [value for condition in problem.conditions for value in condition.values]
    if high := [value for value in values if value.derivative not in system.states]:
        raise UserError(
            f"a classical solver needs conditions on {names}. "
            f"Received: {system.format(high[0].derivative)}"
        )
    points = {value.place[system.coordinate] for value in values}
    if len(points) > 1 and points != {*problem.low, *problem.high}:
        received = ", ".join(problem.format_place(system.coordinate, x) for x in sorted(points))
        raise UserError(
            "a classical solver needs conditions at one point or at both ends. "
            f"Received: {received}"
        )
    return points


def solve_initial_value_problem(system, point, tolerance, work):
    """Return y as a function of x."""
    (low,), (high,) = system.problem.low, system.problem.high
    start = system.find_initial_values(system.problem.conditions)
    before, after = (
        follow(system, point, end, start, tolerance, work) if end != point else None
        for end in (low, high)
    )
    if not (before and after):
        return before or after
    return lambda x: np.where(x < point, before(x), after(x))


def follow(system, begin, end, start, tolerance, work):
    """Integrate from `begin`, where y is `start`, to `end`; return y as a function of x."""

    def f(x, y):
        return compute_slopes(system, x, y)

    def describe(x):
        return system.problem.format_place(system.coordinate, x)

    if not np.isfinite(f(begin, start)).all():
        raise UserError(
            f"the residuals cannot be computed at {describe(begin)}, where the conditions are given"
        )
    return integrate(f, begin, end, start, tolerance, work, describe)


def solve_boundary_value_problem(system, tolerance, work):
    """Return y as a function of x."""
    (low,), (high,) = system.problem.low, system.problem.high
    values = {
        value.symbol.name: value
        for condition in system.problem.conditions
        for value in condition.values
    }
    states = [system.states.index(value.derivative) for value in values.values()]
    at_low = [value.place[system.coordinate] == low for value in values.values()]
    conditions = [
        formula.compile_function(condition.expression, values)
        for condition in system.problem.conditions
    ]

    def compute_slopes_and_count(x, y):
        work.spend(CALL + PER_NODE * y.size)
        return compute_slopes(system, x, y)

    def compute_boundary_residuals(left, right):
        at_ends = np.where(at_low, left[states], right[states])
        return np.array([condition(*at_ends) for condition in conditions])

    x, reason = np.linspace(low, high, 101), ""
    for guess in (0.0, 1.0):  # 1 if a formula is not defined at 0
        y = np.full((len(system.states), len(x)), guess)
        try:
            with np.errstate(all="ignore"):
                found = solve_bvp(
                    compute_slopes_and_count,
                    compute_boundary_residuals,
                    x,
                    y,
                    tol=max(tolerance, 1e-10),
                    bc_tol=1e-12,
                    max_nodes=MAX_NODES,
                )
        except TooMuchWork as error:
            raise TooMuchWork(f"{NO_SOLUTION}: {error}") from error
        except UserError as error:
            reason = str(error)
            continue
        if found.success:
            return found.sol
        reason = found.message
    raise UserError(f"{NO_SOLUTION}: {reason}")
