"""Levenberg and Marquardt's method with geodesic acceleration, for small networks in float64.

Near a minimum the loss is nearly quadratic, and the matrix of its second derivatives is nearly J'J,
with J the derivatives of all residuals by all weights. One step solves with that matrix, and tens
of steps do what first-order methods don't do in a million. A step costs `rows * weights**2`
multiplications, so it suits a few thousand weights at most. Many rows are computed in blocks, so
that J need not fit into memory.

Source: K. Levenberg 1944; D. Marquardt 1963; M. Transtrum and J. Sethna, arXiv:1201.5885
(acceleration); H. Nielsen, Damping Parameter in Marquardt's Method, 1999.
"""

import numpy as np
import scipy.linalg
import tensorflow as tf
from scipy.linalg import blas

from training.normal_equations import NormalEquations

LARGEST_DAMPING, SMALLEST_DAMPING = 1e6, 1e-18
TRIES = 10  # steps that may fail in a row
PROBE = 0.1  # fraction of a step by which the curvature along it is measured
LONGEST_ACCELERATION = 0.75  # of the step


class LevenbergMarquardt:
    """Takes one step at a time; what it remembers between the steps is in `variables`.

    Args:
        damping: initial damping.
    """

    name = "Levenberg-Marquardt"

    def __init__(self, damping=1e-2):
        # The damping, and the factor by which it grows if a step fails.
        self.first = [damping, 2.0]
        self.state = tf.Variable(self.first, dtype="float64")

    def restart(self):
        """Forget the damping of earlier steps."""
        self.state.assign(self.first)

    @property
    def variables(self):
        return [self.state]

    def logs(self):
        return {"damping": float(self.state[0])}

    def on_resample(self):
        """Do nothing at new points: nothing that was learned from the old ones is kept."""

    def step(self, system, weights, batch):
        """Return `(weights, loss)` after a step, unchanged if no step lowers the loss.

        Args:
            system: has `residuals`, `jacobian` and `split_batch`, see `equations.system.System`.
            weights: `(weights,)`.
            batch: the points, from `system.prepare`.
        """
        normal = NormalEquations(system, weights, batch)
        curvature, gradient, loss = normal.matrix, normal.gradient, normal.rows @ normal.rows
        if not np.isfinite(loss):
            return weights, loss
        diagonal = curvature.diagonal().copy()
        damping, growth = self.state.numpy()
        for _ in range(TRIES):
            np.fill_diagonal(curvature, diagonal + damping)
            try:
                factor = scipy.linalg.cho_factor(curvature, lower=True, check_finite=False)
            except scipy.linalg.LinAlgError:  # the damping is below what rounding allows
                damping, growth = min(damping * 10, LARGEST_DAMPING), 2.0
                continue
            step = -scipy.linalg.cho_solve(factor, gradient, check_finite=False)
            linear, bend = self.look_along(step, system, weights, normal)
            predicted = -(2 * gradient @ step + linear)
            acceleration = -0.5 * scipy.linalg.cho_solve(factor, bend, check_finite=False)
            if np.linalg.norm(acceleration) < LONGEST_ACCELERATION * np.linalg.norm(step):
                step = step + acceleration
            new_loss = np.sum(system.residuals(tf.constant(weights + step), batch).numpy() ** 2)
            if new_loss < loss:
                gain = (loss - new_loss) / predicted
                damping = max(SMALLEST_DAMPING, damping * max(0.2, 1 - (2 * gain - 1) ** 3))
                self.state.assign([damping, 2.0])
                return weights + step, new_loss
            damping, growth = min(damping * growth, LARGEST_DAMPING), min(2 * growth, 8.0)
        self.state.assign([damping, 2.0])
        return weights, loss

    @staticmethod
    def look_along(step, system, weights, normal):
        """Return the square of J step, and J' times the rows' second derivative along the step."""
        squares, bend = 0.0, np.zeros_like(step)
        for part, rows, transposed in normal.blocks():
            along = blas.dgemv(1.0, transposed, step, trans=1)  # J step
            probe = system.residuals(tf.constant(weights + PROBE * step), part).numpy()
            squares += along @ along
            bend += blas.dgemv(1.0, transposed, 2 / PROBE * ((probe - rows) / PROBE - along))
        return squares, bend
