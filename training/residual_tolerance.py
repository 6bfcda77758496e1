"""When the residual of an equation is small enough to stop: an estimate of the solution's error."""

import numpy as np
import tensorflow as tf


class ResidualTolerance:
    """Estimates the relative error of a solution from its loss on held-out points.

    The initial network shows what a residual means: its error is about the distance to the present
    solution, which is far more accurate. Error and residual are assumed to keep their ratio.

    Args:
        system: `equations.system.System` with the initial weights.
        points: held-out points, as `system.prepare` takes them.
        tolerance: relative error at which a training may stop; 0 is never reached.
    """

    def __init__(self, system, points, tolerance):
        self.model, self.tolerance = system.model, tolerance
        (self.points, *_), _ = points[0]
        if tolerance:
            weights = tf.constant(system.get_weights())
            rows = system.residuals(weights, system.prepare(points)).numpy()
            self.initial_loss, self.initial = rows @ rows, self.predict()

    def is_reached(self, loss):
        """Return whether the estimated error is below the tolerance."""
        return self.tolerance > 0 and self.estimate_error(loss) < self.tolerance

    def estimate_error(self, loss):
        """Return the estimated relative error of the worst unknown.

        Args:
            loss: loss of the present network on the held-out points.
        """
        present = self.predict()
        sizes = np.linalg.norm(present, axis=0)
        changes = np.linalg.norm(self.initial - present, axis=0) / np.where(sizes, sizes, 1.0)
        return float(changes.max() * np.sqrt(loss / self.initial_loss))

    def predict(self):
        return self.model(self.points).numpy()  # (points, unknowns)
