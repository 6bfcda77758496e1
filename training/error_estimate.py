"""The error of a solution, estimated from its residual; and when that is small enough to stop."""

import numpy as np
import tensorflow as tf

ZERO = 1e-3  # root mean square of a function that counts as zero


class ErrorEstimate:
    """Estimates the relative error of a solution from its loss on held-out points.

    The initial network shows what a residual means: its error is about the distance to the present
    solution, which is far more accurate. Error and residual are assumed to keep their ratio.

    Args:
        system: `equations.system.System` with the initial weights.
        points: held-out points, as `system.prepare` takes them.
    """

    def __init__(self, system, points):
        self.system, self.batch = system, system.prepare(points)
        (self.points, *_), _ = points[0]
        self.initial, self.initial_loss = self.predict(), sum(self.measure_losses().values())

    def estimate(self, loss):
        """Return the estimated relative error of the worst unknown.

        Args:
            loss: loss of the present network on the held-out points.
        """
        return compare(self.predict(), self.initial) * float(np.sqrt(loss / self.initial_loss))

    def estimate_without_measurements(self):
        """Return the same from the equations and conditions alone: measurements have noise.

        The first network of an inverse problem may fulfil its equations by chance, such as a
        constant. The residual, whose terms are of order one, then stands for itself.
        """
        measured = {name for term in self.system.terms if term.measured for name in term.names}
        losses = self.measure_losses()
        if not measured:
            return self.estimate(sum(losses.values()))
        return float(np.sqrt(sum(loss for name, loss in losses.items() if name not in measured)))

    def measure_losses(self):
        """Return the loss of each term on the held-out points, `{name: loss}`."""
        weights = tf.constant(self.system.get_weights())
        rows = self.system.residuals(weights, self.batch).numpy()
        return self.system.term_losses(rows, self.batch)

    def predict(self):
        return self.system.model(self.points).numpy()  # (points, unknowns)


def compare(present, other):
    """Return the largest relative distance of any unknown between two solutions.

    Solutions are of order one. The distance from one that is zero is absolute.
    """
    sizes = np.linalg.norm(present, axis=0)
    changes = np.linalg.norm(present - other, axis=0)
    return float((changes / np.maximum(sizes, ZERO * len(present) ** 0.5)).max())
