"""Initial values of unknown constants, where the guess is far from what was measured."""

from dataclasses import replace

import numpy as np
import tensorflow as tf

from equations import terms
from equations.classical.least_squares import fit_ode
from equations.gradient_matching import match_derivatives, smooth_measurements
from equations.system import System
from equations.terms import Term
from errors import UserError
from training.measurement_fit import fit_measurements

STEPS = 40  # of the fit of the network to the measurements alone


def find_initial_constants(network, problem, table, seed=0):
    """Return `{constant: initial value}`, the guesses unless the measurements contradict them.

    Where all unknown functions are measured, derivatives of the measurements tell: those of
    splines, or of a network for a partial differential equation. Otherwise SciPy solves an
    ordinary one.

    Args:
        network: from `models.pinn.pinn`; its weights are not changed.
        problem: an `equations.problem.Problem` with unknown constants.
        table: measurements, `{coordinate or unknown: (rows,)}`; NaN where a value is missing.
        seed: seed of the fit.
    """
    single = len(problem.coordinates) == 1
    if set(problem.unknowns) <= set(table):
        values = smooth_measurements(problem, table) if single else None
        if not single:
            values = differentiate_network(network, problem, table, seed)
        return match_derivatives(problem, values) if values else problem.constants
    if single:
        try:
            return fit_ode(problem, table, roughly=True).constants
        except UserError:
            pass
    return problem.constants


def differentiate_network(network, problem, table, seed):
    """Return `{name: (points,)}` of the coordinates and all derivatives in the residuals.

    They are those of a network that is fitted to the measurements, at the measured points.
    """
    complete = np.all([np.isfinite(table[name]) for name in problem.unknowns], axis=0)
    if not complete.any():
        return None
    table = {name: values[complete] for name, values in table.items()}
    before = network.get_weights()
    term, measured = terms.build_measurements(problem, table, 1.0)
    variances = np.maximum(np.var(measured.values, axis=0), np.finfo("float64").tiny)
    term = replace(term, weights=tuple(1 / variances))
    fit_measurements(network, problem.coordinates, term, measured, seed, STEPS)
    interior, _ = terms.build_interior(problem, 1)
    symbols = tuple(symbol for symbol, *_ in interior.values)
    names = tuple(symbol.name for symbol in symbols)
    weights = (1.0,) * len(names)
    system = System(
        network, problem.coordinates, [Term(names, symbols, interior.values, weights=weights)]
    )
    batch = system.prepare([([measured.points], np.zeros((len(measured.points), 0)))])
    rows = system.residuals(tf.constant(system.get_weights()), batch).numpy()
    network.set_weights(before)
    values = rows.reshape(len(names), -1) * len(measured.points) ** 0.5
    coordinates = dict(zip(problem.coordinates, measured.points.T, strict=True))
    return coordinates | dict(zip(names, values, strict=True))
