"""The fit of a network to measurements alone, stopped by those that are held out."""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from equations.system import System
from training.levenberg_marquardt import LevenbergMarquardt
from training.local_regression import predict_held_out

HELD_OUT = 0.1  # fraction of the measurements
STEPS, PATIENCE = 600, 30


class Learned(NamedTuple):
    """Relative errors on held-out measurements: root mean squares over the standard deviation.

    Attributes:
        errors: errors of the network, `(unknowns,)`.
        local: errors of a local regression, which does not have to converge, `(unknowns,)`.
    """

    errors: np.ndarray
    local: np.ndarray

    @property
    def error(self):
        """Relative error of all unknown functions together."""
        return float(np.sqrt(np.mean(self.errors**2)))


def fit_measurements(network, coordinates, term, measurements, seed=0, steps=STEPS, separate=False):
    """Fit a network to measurements.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        coordinates: names of the coordinates.
        term: `equations.terms.Term` of the deviations.
        measurements: `equations.collocation.Measurements`.
        seed: seed of the choice of the held-out measurements.
        steps: maximum number of steps.
        separate: whether the first coordinate is the number of a run.

    Returns: `Learned`.
    """
    system = System(network, coordinates, [term])
    x, y = measurements.points, measurements.values
    order = np.random.default_rng(seed).permutation(len(x))
    held_out, used = np.split(order, [max(1, int(HELD_OUT * len(x)))])
    train, test = (system.prepare([([x[rows]], y[rows])]) for rows in (used, held_out))
    optimiser, weights = LevenbergMarquardt(), system.get_weights()
    best, best_weights, since = np.inf, weights, 0
    for _ in range(steps):
        weights, _ = optimiser.step(system, weights, train)
        loss = float(np.sum(system.residuals(tf.constant(weights), test).numpy() ** 2))
        since += 1
        if loss < best:
            best, best_weights, since = loss, weights, 0
        if since > PATIENCE:
            break
    system.set_weights(best_weights)
    points = tf.constant(x[held_out], system.dtype)
    predictions = predict_held_out(x[used], y[used], x[held_out], separate)
    local = [relative_errors(values, y[held_out], y) for values in predictions]
    errors = relative_errors(network(points).numpy(), y[held_out], y)
    return Learned(errors, np.min(local, axis=0))


def relative_errors(answers, true, all_values):
    """Return the root mean square of each column over the standard deviation of all values."""
    return np.sqrt(np.mean((answers - true) ** 2, axis=0)) / np.std(all_values, axis=0)
