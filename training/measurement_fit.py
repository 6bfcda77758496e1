"""The fit of a network to measurements alone, stopped by those that are held out."""

import numpy as np
import tensorflow as tf

from equations.system import System
from training.levenberg_marquardt import LevenbergMarquardt

HELD_OUT = 0.1  # fraction of the measurements
STEPS, PATIENCE = 600, 30


def fit_measurements(network, coordinates, term, measurements, seed=0, steps=STEPS):
    """Fit a network to measurements.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        coordinates: names of the coordinates.
        term: `equations.terms.Term` of the deviations.
        measurements: `equations.collocation.Measurements`.
        seed: seed of the choice of the held-out measurements.
        steps: maximum number of steps.

    Returns: the root of the loss of the held-out measurements.
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
    return best**0.5
