"""When the residual of an equation is small enough to stop: an estimate of the solution's error."""

from dataclasses import replace

import numpy as np
import sympy
import tensorflow as tf

from equations.system import System


class ResidualTolerance:
    """Compares the loss on held-out points with the loss if nothing cancelled in the residuals.

    An error of relative size e changes the summands of a residual, such as u_t, u*u_x and nu*u_xx,
    by about e times their size, and the residual by as much.

    Args:
        system: `equations.system.System`.
        points: held-out points, as `system.prepare` takes them.
        tolerance: relative error of the solution; 0 is never met.
    """

    def __init__(self, system, points, tolerance):
        self.tolerance = tolerance
        if tolerance:
            constants = dict.fromkeys(system.constant_names, 0.0)
            terms = [split_summands(term) for term in system.terms]
            self.summands = System(system.model, system.coordinates, terms, constants)
            self.batch = self.summands.prepare(points)

    def is_met(self, weights, loss):
        """Return whether a loss on the held-out points is small enough.

        Args:
            weights: `(weights,)`.
            loss: sum of the squared rows.
        """
        return self.tolerance > 0 and loss < self.tolerance**2 * self.scale(weights)

    def scale(self, weights):
        """Return the loss if every summand were a residual of its own."""
        rows = self.summands.compute_residuals(tf.constant(weights), self.batch).numpy()
        return float(np.sum(rows.astype("float64") ** 2))

    def describe(self):
        return f"the held-out residual is below the tolerance {self.tolerance:g}"


def split_summands(term):
    """Return a term whose expressions are the summands of a term's expressions."""
    summands = [sympy.Add.make_args(sympy.expand_mul(part)) for part in term.expressions]
    weights = np.broadcast_to(term.weights, len(term.names))
    return replace(
        term,
        names=tuple(str(part) for parts in summands for part in parts),
        expressions=tuple(part for parts in summands for part in parts),
        weights=tuple(np.repeat(weights, [len(parts) for parts in summands])),
    )
