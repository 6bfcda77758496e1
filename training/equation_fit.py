"""The fit of a differential equation: a network and its terms in, the best weights out."""

from typing import NamedTuple

import keras
import numpy as np

from equations.system import System
from errors import Diverged
from training.equation_loop import EquationLoop
from training.error_estimate import compare
from training.snapshots import Snapshots
from training.uncertainty import estimate_constants


class Solved(NamedTuple):
    """What a fit found.

    Attributes:
        history: list an epoch for each column.
        system: `equations.system.System` with the best weights.
        points: last collocation points of the equations, `(points, coordinates)`.
        compile_seconds: time of the training that compilation took.
        failure: what ended the training early, "" if nothing did.
        constants: `{name: {"value": ..., "standard_error": ...}}` of the constants to be found.
        error: relative error of the solution, as estimated from its residuals.
        change: relative change of the solution in the last half of the epochs or more.
    """

    history: dict
    system: System
    points: np.ndarray
    compile_seconds: float
    failure: str
    constants: dict
    error: float
    change: float


def fit_equation(
    network, problem, terms, phases, *, callbacks, seed=0, tolerance=0.0, snapshot=None,
    snapshot_seconds=10.0,
):  # fmt: skip
    """Lower the residuals of an equation.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: `equations.problem.Problem`.
        terms: list of pairs of an `equations.terms.Term` and the region of its points.
        phases: list of `training.equation_loop.Phase`.
        callbacks: from `training.callbacks`.
        seed: seed of the points.
        tolerance: relative error, as estimated from the residual, at which the training stops; 0
            for never.
        snapshot: path of the snapshot from which the training resumes; None for none.
        snapshot_seconds: time between snapshots.

    Returns: a `Solved`.

    Raises: Diverged if the loss becomes NaN before there are weights worth keeping.
    """
    terms, regions = zip(*terms, strict=True)
    system = System(network, problem.coordinates, terms, problem.constants)
    loop = EquationLoop(system, regions, phases, seed, tolerance)
    callbacks = [*callbacks, keras.callbacks.History()]
    if snapshot:
        callbacks.append(Snapshots(snapshot, loop, callbacks[:], snapshot_seconds))
    history = loop.fit(callbacks)
    if loop.failure and not any(map(np.isfinite, history.get("loss", ()))):
        raise Diverged(f"{loop.failure}; nothing was exported")
    points = loop.points.get()
    constants = estimate_constants(system, system.get_weights(), system.prepare(points))
    (equations, *_), _ = points[0]
    error = loop.error.estimate_without_measurements()
    change = compare(loop.error.predict(), loop.earlier.numpy())
    return Solved(
        history, system, equations, loop.compile_seconds, loop.failure, constants, error, change
    )
