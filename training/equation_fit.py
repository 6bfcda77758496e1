"""The fit of a differential equation: a network and its terms in, the best weights and their history out."""

from typing import NamedTuple

import numpy as np
import scipy.linalg
import tensorflow as tf

from equations.system import System
from training.callbacks import EarlyStoppingFromStart
from training.residual_model import ResidualModel


class Solved(NamedTuple):
    """What a fit found.

    Attributes:
        history: of Keras, a list an epoch for each name.
        system: `equations.system.System` with the best weights.
        points: where the equations were looked at last, `(points, coordinates)`.
        constants: see `uncertainties`.
    """

    history: dict
    system: System
    points: np.ndarray
    constants: dict


def fit_equation(network, problem, trial, terms, phases, *, callbacks, seed=0, snapshots=None):
    """Lower the residuals of an equation.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: `equations.problem.Problem`.
        trial: `equations.trial.Trial`, what is built in.
        terms: list of pairs of an `equations.system.Term` and where its points lie.
        phases: list of `training.residual_model.Phase`.
        callbacks: from `training.callbacks`.
        seed: of the points.
        snapshots: `training.snapshots.Snapshots`; None for a training that cannot be resumed.

    Returns: a `Solved`.
    """
    model = ResidualModel(network, list(problem.constants.values()))
    formulas = tuple([part[name] for name in problem.unknowns] for part in (trial.offset, trial.factor))
    terms, regions = zip(*terms, strict=True)
    system = System(network, problem.coordinates, terms, formulas, model.constants, tuple(problem.constants))
    for callback in callbacks:
        if isinstance(callback, EarlyStoppingFromStart):
            callback.start_loss = float("inf")
    callbacks = list(callbacks)
    if snapshots:
        snapshots.others = callbacks
        callbacks = [*callbacks, snapshots]
    history = model.fit(system, regions, phases, callbacks, seed).history
    points = model.present()
    return Solved(history, system, points[0][0][0], uncertainties(system, points))


def uncertainties(system, points):
    """`{constant: {"value": ..., "standard error": ...}}` of the constants that were found.

    Near the minimum the rows are linear in all weights, and the weights' covariance is the inverse of J'J, with J the Jacobian
    of all rows, times the variance of the measured rows; its last entries are those of the constants. What neither equation
    nor measurements determine of the network is left out of the inverse.

    Args:
        system: after the training.
        points: for each term, as it has them.

    Source: G. Seber and C. Wild, Nonlinear Regression, chapter 2.
    """
    names = system.constant_names
    if not names:
        return {}
    weights, known = tf.constant(system.get_weights()), system.at(points)
    rows, jacobian = (array.numpy() for array in system.jacobian(weights, known))
    measured = np.concatenate([np.full(len(places[0]) * len(term.names), bool(term.measured)) for (places, _), term in
                               zip(points, system.terms, strict=True)])  # fmt: skip
    if not measured.any():
        return {name: {"value": value} for name, value in zip(names, weights.numpy()[-len(names) :].tolist(), strict=True)}
    variance = np.sum(rows[measured] ** 2) / max(1, measured.sum() - len(names))
    sizes, directions = scipy.linalg.eigh(jacobian.T @ jacobian)
    certain = sizes > len(sizes) * np.finfo("float64").eps * sizes[-1]
    shares = directions[-len(names) :, certain] ** 2 / sizes[certain]
    errors = np.sqrt(variance * shares.sum(axis=1))
    values = weights.numpy()[-len(names) :]
    return {
        name: {"value": float(value), "standard error": float(error)}
        for name, value, error in zip(names, values, errors, strict=True)
    }
