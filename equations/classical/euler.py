"""Euler's method, the simplest solver of ordinary differential equations."""

import numpy as np

from equations.classical.ode import (
    build_system,
    compute_slopes,
    find_condition_points,
    name_unknowns,
)
from errors import UserError


def integrate_by_euler(problem, steps=1000):
    """Integrate an initial value problem in equal steps, y(x + h) = y(x) + h f(x, y).

    Args:
        problem: an `equations.problem.Problem` in one coordinate, with all conditions at its low
            end.
        steps: number of steps across the domain. Twice the number halves the error.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`, linear between the
        steps. Its values become infinite or NaN if the steps are too long to be stable.

    Raises:
        UserError: as `equations.classical.ode.solve_ode`, and for conditions at other points.

    Source: L. Euler, Institutiones calculi integralis (1768).
    """
    system = build_system(problem)
    if find_condition_points(system) != set(problem.low):
        start = problem.format_place(system.coordinate, problem.low[0])
        raise UserError(f"Euler's method needs all conditions at {start}. It does not apply here")
    x, h = np.linspace(*problem.low, *problem.high, steps + 1, retstep=True)
    y = [system.find_initial_values(problem.conditions)]
    with np.errstate(all="ignore"):
        for position in x[:-1]:
            y.append(y[-1] + h * compute_slopes(system, position, y[-1]))
    states = np.transpose(y)
    return name_unknowns(
        system, lambda positions: np.array([np.interp(positions, x, state) for state in states])
    )
