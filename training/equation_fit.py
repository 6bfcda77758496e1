"""The fit of a differential equation: a network and its terms in, the best weights and their history out."""

from typing import NamedTuple

import keras
import numpy as np

from equations.system import System
from training.residual_model import ResidualModel
from training.snapshots import Snapshots
from training.uncertainty import standard_errors


class Solved(NamedTuple):
    """What a fit found.

    Attributes:
        history: of Keras, a list an epoch for each name.
        system: `equations.system.System` with the best weights.
        points: where the equations were looked at last, `(points, coordinates)`.
        compile_seconds: part of the training's time.
        trouble: what ended the training early, "" if nothing did.
        constants: `{name: {"value": ..., "standard_error": ...}}` of those that were to be found.
    """

    history: dict
    system: System
    points: np.ndarray
    compile_seconds: float
    trouble: str
    constants: dict


def fit_equation(
    network,
    problem,
    trial,
    terms,
    phases,
    *,
    callbacks,
    seed=0,
    snapshot=None,
    snapshot_seconds=10.0,
):
    """Lower the residuals of an equation.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: `equations.problem.Problem`.
        trial: `equations.trial.Trial`, what is built in.
        terms: list of pairs of an `equations.system.Term` and where its points lie.
        phases: list of `training.residual_model.Phase`.
        callbacks: from `training.callbacks`.
        seed: of the points.
        snapshot: path of the snapshot from which the training resumes; None for none.
        snapshot_seconds: time between snapshots.

    Returns: a `Solved`.
    """
    model = ResidualModel(network, list(problem.constants.values()))
    formulas = tuple(
        [part[name] for name in problem.unknowns] for part in (trial.offset, trial.factor)
    )
    terms, regions = zip(*terms, strict=True)
    system = System(
        network, problem.coordinates, terms, formulas, model.constants, tuple(problem.constants)
    )
    callbacks = [*callbacks, keras.callbacks.History()]
    if snapshot:
        callbacks.append(Snapshots(snapshot, model, callbacks[:], snapshot_seconds))
    history = model.fit(system, regions, phases, callbacks, seed).history
    points = model.present()
    return Solved(
        history,
        system,
        points[0][0][0],
        model.compile_seconds,
        model.trouble,
        found(system, points),
    )


def found(system, points):
    """`{constant: {"value": ..., "standard_error": ...}}` of the constants that were found."""
    weights = system.get_weights()
    if not (names := system.constant_names):
        return {}
    errors = standard_errors(system, weights, system.at(points))
    return {
        name: {"value": float(value), "standard_error": float(error)}
        for name, value, error in zip(names, weights[-len(names) :], errors, strict=True)
    }
