"""A first value of unknown constants: those with which measured derivatives fit the equations.

Derivatives of noisy measurements are rough, but a guess that is wrong by orders of magnitude is
found out. Constants in which the equations are linear are found at once, whatever the guess.

Source: J. Varah, A Spline Least Squares Method for Numerical Parameter Estimation in Differential
Equations, SIAM J. Sci. Stat. Comput. 3 (1982).
"""

import numpy as np
import sympy
from scipy.interpolate import make_smoothing_spline
from scipy.optimize import least_squares

from equations.notation import derivative_symbols
from symbolic import formula

POWERS = (0, 1, -1, 2, -2, 3, -3, 6, -6, 9, -9)  # of ten, by which all guesses are multiplied
BETTER = 0.5  # the guess is kept unless this fraction of its residual is left
POINTS = 200  # along a smoothing spline
FEWEST = 5  # measurements of a spline
HIGHEST = 3  # derivative of a cubic spline


def match_derivatives(problem, values):
    """Return `{constant: value}`: the guesses, or what fits the equations much better.

    Args:
        problem: an `equations.problem.Problem` with unknown constants.
        values: `{name: (points,)}` of the coordinates and of all derivatives in the residuals.
    """
    names, guess = list(problem.constants), np.array(list(problem.constants.values()))
    arguments = [*values, *names]
    functions = [formula.compile_function(residual, arguments) for residual in problem.residuals]
    summands = [
        [formula.compile_function(term, arguments) for term in sympy.Add.make_args(residual)]
        for residual in problem.residuals
    ]
    columns = list(values.values())

    def compute_residuals(constants):
        rows = np.concatenate([f(*columns, *constants) for f in functions])
        return np.nan_to_num(rows, nan=1e100, posinf=1e100, neginf=-1e100)

    def measure(constants):
        """Return the size of the residuals relative to the size of their summands."""
        rows = [[f(*columns, *constants) for f in terms] for terms in summands]
        sizes = [np.linalg.norm(np.abs(terms).sum(axis=0)) for terms in rows]
        left = [np.linalg.norm(np.sum(terms, axis=0)) for terms in rows]
        ratio = np.linalg.norm(np.divide(left, sizes))
        return ratio if np.isfinite(ratio) else np.inf

    best, smallest = guess, BETTER * measure(guess)
    for power in POWERS:
        for sign in (1, -1):
            start = sign * np.where(guess, guess, 1.0) * 10.0**power
            try:
                found = least_squares(compute_residuals, start, method="lm", x_scale=np.abs(start))
            except ValueError:  # fewer points than constants
                return problem.constants
            if (size := measure(found.x)) < 0.999 * smallest:
                best, smallest = found.x, size
    return dict(zip(names, map(float, best), strict=True))


def smooth_measurements(problem, table):
    """Return `{name: (points,)}` of the coordinate and all derivatives, from smoothing splines.

    The smoothing is chosen by generalised cross-validation.

    Args:
        problem: an `equations.problem.Problem` in one coordinate.
        table: measurements, `{coordinate or unknown: (rows,)}`; NaN where a value is missing.

    Returns: None if an unknown function has too few measurements.
    """
    (name,) = problem.coordinates
    splines, ends = {}, []
    for unknown in problem.unknowns:
        known = np.isfinite(table.get(unknown, np.nan * table[name]))
        x, groups = np.unique(table[name][known], return_inverse=True)
        if len(x) < FEWEST:
            return None
        y = np.bincount(groups, table[unknown][known]) / np.bincount(groups)
        splines[unknown] = make_smoothing_spline(x, y, np.bincount(groups).astype("float64"))
        ends.append((x[0], x[-1]))
    points = np.linspace(max(low for low, _ in ends), min(high for _, high in ends), POINTS)
    symbols = derivative_symbols(problem)
    if any(derivative.orders[0] > HIGHEST for derivative in symbols.values()):
        return None
    values = {
        symbol.name: splines[derivative.unknown](points, derivative.orders[0])
        for symbol, derivative in symbols.items()
    }
    return {name: points} | values
