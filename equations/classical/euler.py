"""Euler's method, the simplest way to follow an ordinary differential equation."""

import numpy as np

from equations.classical.ode import by_name, check_conditions, one_coordinate, slopes
from errors import UserError


def euler(problem, steps=1000):
    """Solve an initial value problem in equal steps, y(x + h) = y(x) + h f(x, y), with straight lines between them.

    Args:
        problem: an `equations.problem.Problem` in one coordinate, with all conditions at its low end.
        steps: across the domain. Twice as many halve the error.

    Returns: a function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`. Its values are not finite where steps are so
    long that they overshoot more and more.

    Raises:
        UserError: as `equations.classical.ode.ode`, and for conditions elsewhere.

    Source: L. Euler, Institutiones calculi integralis (1768).
    """
    system = one_coordinate(problem)
    if check_conditions(system) != set(problem.low):
        place = f"{system.coordinate} = {problem.low[0]:g}"
        raise UserError(f"Euler's method wants all conditions at {place}. Use ode for others")
    x, h = np.linspace(*problem.low, *problem.high, steps + 1, retstep=True)
    y = [system.start(problem.conditions)]
    with np.errstate(all="ignore"):
        for place in x[:-1]:
            y.append(y[-1] + h * slopes(system, place, y[-1]))
    return by_name(
        system, lambda places: np.array([np.interp(places, x, state) for state in np.transpose(y)])
    )
