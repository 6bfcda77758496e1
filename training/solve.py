"""The fit of a differential equation: a network and its terms in, the best weights and their history out."""

import tensorflow as tf

from equations.system import System
from training.callbacks import EarlyStoppingFromStart
from training.residual_model import ResidualModel


def solve(network, problem, trial, terms, phases, *, callbacks, seed=0, snapshots=None):
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

    Returns: `(history, system)`.
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
    return history, system


def uncertainties(system):
    """`{constant: {"value": ..., "standard error": ...}}` of the constants that were found.

    Near the minimum the rows are linear in all weights, and the weights' covariance is the variance of what was measured times
    the inverse of J'J, with J the Jacobian of the rows: its last entries are those of the constants.
    """
    if not system.constant_names:
        return {}
    raise NotImplementedError
