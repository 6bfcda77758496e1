"""The start of an inverse problem: constants and a network that are near the measurements.

From a poor start the training may end where the solution is a constant and so are its derivatives.
"""

from dataclasses import replace

import numpy as np
import tensorflow as tf

from equations import terms
from equations.classical.ode_fit import fit_ode
from equations.gradient_matching import match_derivatives, smooth_measurements
from equations.system import System
from equations.terms import Term
from errors import UserError
from training.measurement_fit import fit_measurements

STEPS = 40  # of the fit of the network
POINTS = 200  # of a solution that the network is fitted to
EXPLAINED = 0.05  # part of the measurements' variance that a good start may leave


def find_start(network, problem, table, seed=0):
    """Return `{constant: initial value}`, the guesses unless measurements contradict them.

    If all unknown functions are measured, their derivatives determine the constants: by splines,
    or by a network for a partial differential equation. An ordinary one is solved by SciPy as well,
    from there and from the guesses, and the network starts as the solution that is nearest to the
    measurements.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: an `equations.problem.Problem` with unknown constants.
        table: measurements, `{coordinate or unknown: (rows,)}`; NaN where a value is missing.
        seed: seed of the fits.
    """
    complete = set(problem.unknowns) <= set(table)
    if len(problem.coordinates) > 1:
        values = differentiate_network(network, problem, table, seed) if complete else None
        return match_derivatives(problem, values) if values else problem.constants
    values = smooth_measurements(problem, table) if complete else None
    starts = [match_derivatives(problem, values)] if values else []
    starts += [problem.constants] * (problem.constants not in starts)
    fits = []
    for constants in starts:
        try:
            fits.append(fit_ode(replace(problem, constants=constants), table, roughly=True))
        except UserError:
            continue
        if fits[-1].misfit < EXPLAINED * sum(fits[-1].counts.values()):
            break
    if not fits:
        return starts[0]
    best = min(fits, key=lambda fit: fit.misfit)
    fit_solution(network, problem, best.solution, seed)
    return best.constants


def fit_solution(network, problem, solution, seed):
    """Fit the network to a solution, a function of `{coordinate: (n,)}`."""
    ((name, low, high),) = zip(problem.coordinates, problem.low, problem.high, strict=True)
    table = {name: np.linspace(low, high, POINTS)}
    fit_network(network, problem, table | solution(table), seed)


def fit_network(network, problem, table, seed):
    """Fit the network to values of all unknown functions; return their `Measurements`."""
    complete = np.all([np.isfinite(table[name]) for name in problem.unknowns], axis=0)
    table = {name: values[complete] for name, values in table.items()}
    term, measured = terms.build_measurements(problem, table, 1.0)
    if complete.any():
        variances = np.maximum(np.var(measured.values, axis=0), np.finfo("float64").tiny)
        term = replace(term, weights=tuple(1 / variances))
        fit_measurements(network, problem.coordinates, term, measured, seed, STEPS)
    return measured


def differentiate_network(network, problem, table, seed):
    """Return `{name: (points,)}` of the coordinates and all derivatives in the residuals.

    The network is fitted to the measurements and evaluated at the measured points. It gets its
    weights back: it has learned the noise as well.
    """
    before = network.get_weights()
    measured = fit_network(network, problem, table, seed)
    interior, _ = terms.build_interior(problem, 1)
    symbols = tuple(symbol for symbol, *_ in interior.values)
    names = tuple(symbol.name for symbol in symbols)
    weights = (1.0,) * len(names)
    system = System(
        network, problem.coordinates, [Term(names, symbols, interior.values, weights=weights)]
    )
    batch = system.prepare([([measured.points], np.zeros((measured.count, 0)))])
    rows = system.residuals(tf.constant(system.get_weights()), batch).numpy()
    network.set_weights(before)
    values = rows.reshape(len(names), -1) * measured.count**0.5
    coordinates = dict(zip(problem.coordinates, measured.points.T, strict=True))
    return coordinates | dict(zip(names, values, strict=True))
