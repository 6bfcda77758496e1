"""Nonlinear least squares: constants of an exact model, whose misfit to measurements is noise.

Source: G. Seber and C. Wild, Nonlinear Regression, chapters 2 and 8.
"""

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.optimize import least_squares

from errors import UserError

REWEIGHTED = 10  # maximum number of times that the variances are estimated anew
EXACT = 1e-7  # standard deviation of a condition, relative to the size of its terms
LARGE = 1e6  # what stands for a misfit that is not finite, in standard deviations
ROUGH = 30  # residuals that a rough fit computes
FLOOR = 1e-12  # smallest standard deviation of measurements, relative to their size


@dataclass(frozen=True)
class LeastSquaresFit:
    """What the measurements say of the constants if the equation is exact.

    Args:
        constants: `{name: value}`.
        standard_errors: `{name: standard error}`.
        degrees_of_freedom: number of measurements minus number of estimated parameters; infinite
            if the noise is known.
        noise: `{unknown: standard deviation of its measurements}`, given or estimated.
        misfit: sum of the squared deviations, each divided by its variance.
        counts: `{unknown: number of its measurements}`.
        solution: function of `{coordinate: (n,)}` that returns `{unknown: (n,)}`.
    """

    constants: dict
    standard_errors: dict
    degrees_of_freedom: float
    noise: dict
    misfit: float
    counts: dict
    solution: object


def fit_model(model, start, spreads, noise, roughly=False):
    """Fit the parameters of a model, whose first ones are the constants.

    Args:
        model: has `constants`, `counts` (measurements of each unknown), `residuals(parameters)`
            (deviations, then misfits of conditions in units of `EXACT`), `jacobian(parameters)`,
            and `solve(parameters)`.
        start: initial parameters, `(parameters,)`.
        spreads: `{unknown: initial standard deviation of its measurements}`.
        noise: `{unknown: standard deviation}`, if known.
        roughly: stop after some steps, with the initial variances.
    """
    deviations = {name: noise.get(name, spread) for name, spread in spreads.items()}
    parameters = np.asarray(start, "float64")
    for _ in range(1 if roughly else REWEIGHTED):
        scale = make_scale(model, deviations)
        found = least_squares(
            lambda p, scale=scale: limit(model.residuals(p) * scale),
            parameters,
            lambda p, scale=scale: np.nan_to_num(model.jacobian(p) * scale[:, None]),
            method="lm",
            x_scale=np.where(parameters, np.abs(parameters), 1.0),
            max_nfev=ROUGH if roughly else None,
            xtol=1e-12,
            ftol=1e-12,
            gtol=1e-12,
        )
        if not np.isfinite(model.residuals(found.x)).all():
            raise UserError("the equation cannot be solved with any of the constants tried")
        parameters = found.x
        if roughly:
            break
        before, deviations = deviations, dict(deviations)
        basis = scipy.linalg.qr(found.jac, mode="economic")[0]
        parts = split(found.fun, model.counts), split(np.sum(basis**2, axis=1), model.counts)
        for name, rows, leverage in zip(deviations, *parts, strict=True):
            if name not in noise:
                free = max(len(rows) - leverage.sum(), 1e-9 + 0.5 * (len(rows) == 1))
                variance = np.sum(rows**2) / free
                smallest = FLOOR * spreads[name]
                deviations[name] = max(before[name] * variance**0.5, smallest)
        if all(abs(deviations[name] / before[name] - 1) < 1e-3 for name in deviations):
            break
    scale = make_scale(model, deviations)
    rows, jacobian = model.residuals(parameters) * scale, model.jacobian(parameters)
    errors = find_errors(jacobian * scale[:, None])
    measured = sum(model.counts.values())
    freedom = measured - (len(parameters) - (len(rows) - measured))
    names = list(model.constants)
    return LeastSquaresFit(
        dict(zip(names, map(float, parameters), strict=False)),
        dict(zip(names, map(float, errors), strict=False)),
        np.inf if set(noise) >= set(spreads) else float(freedom),
        deviations,
        float(np.sum(rows[:measured] ** 2)),
        model.counts,
        model.solve(parameters),
    )


def find_errors(jacobian):
    """Return the roots of the diagonal of (J'J)^-1; infinite if nothing determines a parameter."""
    sizes = np.linalg.norm(jacobian, axis=0)
    if not (np.isfinite(sizes).all() and sizes.all()):
        return np.full(len(sizes), np.inf)
    triangle = scipy.linalg.qr(jacobian / sizes, mode="r")[0][: len(sizes)]
    try:
        inverse = scipy.linalg.solve_triangular(triangle, np.eye(len(sizes)))
    except scipy.linalg.LinAlgError:
        return np.full(len(sizes), np.inf)
    return np.linalg.norm(inverse, axis=1) / sizes


def make_scale(model, deviations):
    """Return what each row is multiplied by: one over its standard deviation."""
    scale = [np.full(count, 1 / deviations[name]) for name, count in model.counts.items()]
    return np.concatenate([*scale, np.full(model.num_conditions, 1 / EXACT)])


def split(rows, counts):
    """Return the rows of each unknown."""
    return np.split(rows[: sum(counts.values())], np.cumsum(list(counts.values()))[:-1])


def limit(rows):
    return np.clip(np.nan_to_num(rows, nan=LARGE, posinf=LARGE, neginf=-LARGE), -1e150, 1e150)
