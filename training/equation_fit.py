"""The fit of a differential equation: a network and its terms in, the best weights out."""

from typing import NamedTuple

import keras
import numpy as np

from equations.scaling import find_power
from equations.system import System
from errors import Diverged
from training.equation_loop import EquationLoop
from training.error_estimate import compare
from training.interrupt import describe_interruption
from training.measurement_weights import MeasurementWeights
from training.snapshots import Snapshots
from training.uncertainty import Estimate, estimate_constants

FEW_EPOCHS = 8  # a shorter training converges quickly, and changes much in its last epochs


class Solved(NamedTuple):
    """What a fit found.

    Attributes:
        history: list an epoch for each column.
        system: `equations.system.System` with the best weights.
        points: last collocation points of the equations, `(points, coordinates)`.
        compile_seconds: time of the training that compilation took.
        failure: what ended the training early, "" if nothing did.
        constants: `{name: {"value": ..., "standard_error": ...}}` of the constants to be found, see
            `training.uncertainty.Estimate`.
        estimate: the `Estimate`.
        error: relative error of the solution, as estimated from its residuals.
        change: relative change of the solution since the last epoch whose number is a power of
            two; 0 in a training of few epochs.
        ending: what the user should know about the end of the training, "" if nothing.
    """

    history: dict
    system: System
    points: np.ndarray
    compile_seconds: float
    failure: str
    constants: dict
    estimate: Estimate
    error: float
    change: float
    ending: str


def fit_equation(
    network, problem, terms, phases, *, callbacks, seed=0, tolerance=0.0, snapshot=None,
    snapshot_seconds=10.0, weigh_measurements=None,
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
        weigh_measurements: further arguments of `MeasurementWeights`; None leaves their weights.

    Returns: a `Solved`.

    Raises: Diverged if the loss becomes NaN before there are weights worth keeping.
    """
    terms, regions = zip(*terms, strict=True)
    # Constants near 1e8 and 1e-8 are trained as numbers of order one.
    scales = np.array([10.0 ** find_power(abs(guess)) for guess in problem.constants.values()])
    system = System(network, problem.coordinates, terms, problem.constants, scales)
    measurements = None
    if weigh_measurements is not None:
        measurements = MeasurementWeights(system, regions, **weigh_measurements)
    loop = EquationLoop(system, regions, phases, seed, tolerance, measurements)
    callbacks = [*callbacks, keras.callbacks.History()]
    if snapshot:
        callbacks.append(Snapshots(snapshot, loop, callbacks[:], snapshot_seconds))
    history = loop.fit(callbacks)
    if loop.failure and not any(map(np.isfinite, history.get("loss", ()))):
        raise Diverged(f"{loop.failure}; nothing was exported")
    points = loop.points.get()
    known = measurements.known if measurements else None
    batch = system.prepare(points)
    estimate = estimate_constants(system, system.get_weights(), batch, known)
    constants = estimate.describe()
    if measurements:
        constants = estimate.describe(bool(measurements.done), bool(measurements.noiseless))
    (equations, *_), _ = points[0]
    error = loop.error.estimate_without_measurements()
    change = compare(loop.error.predict(), loop.earlier.numpy())
    change = change if loop.position[0] >= FEW_EPOCHS else 0.0
    seconds, failure = loop.compile_seconds, loop.failure
    ending = describe_interruption(loop.model, history, sum(phase.epochs for phase in phases))
    return Solved(
        history, system, equations, seconds, failure, constants, estimate, error, change, ending
    )
