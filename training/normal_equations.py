"""J'J and J'r of a least-squares problem whose Jacobian J is computed in blocks of rows."""

import numpy as np
import tensorflow as tf
from scipy.linalg import blas


class NormalEquations:
    """Matrix and right side of J'J x = J'r at some weights; J itself may exceed the memory.

    Args:
        system: has `jacobian` and `split_batch`, see `equations.system.System`.
        weights: `(weights,)`.
        batch: the points, from `system.prepare`.

    Attributes:
        rows: r, block after block.
        matrix: lower triangle of J'J.
        gradient: J'r.
    """

    def __init__(self, system, weights, batch):
        self.system, self.weights, self.parts = system, weights, system.split_batch(batch)
        self.only = self.compute_block(self.parts[0]) if len(self.parts) == 1 else None
        self.matrix = np.zeros((len(weights), len(weights)), order="F")
        self.gradient, rows = np.zeros(len(weights)), []
        for _, part, transposed in self.blocks():
            self.matrix = blas.dsyrk(
                1.0, transposed, beta=1.0, c=self.matrix, lower=1, overwrite_c=1
            )
            self.gradient += blas.dgemv(1.0, transposed, part)
            rows.append(part)
        self.rows = np.concatenate(rows)

    def compute_block(self, part):
        """Return `(batch, rows, J')` of a block; J' in Fortran's order, in the tensor's memory."""
        rows, jacobian = map(np.asarray, self.system.jacobian(tf.constant(self.weights), part))
        return part, rows, jacobian.T

    def blocks(self):
        """Return an iterator over the blocks; several are computed anew each time."""
        return iter([self.only]) if self.only else map(self.compute_block, self.parts)
