"""J'J and J'r of a least-squares problem, with J, the derivatives of all rows by all weights, in blocks of rows."""

import numpy as np
import tensorflow as tf
from scipy.linalg import blas


class NormalEquations:
    """Matrix and right side of J'J x = J'r at some weights. J itself may be larger than the memory.

    Args:
        system: has `jacobian(weights, known)` and `blocks(known)`, see `equations.system.System`.
        weights: `(weights,)`.
        known: of the points, from `system.at`.

    Attributes:
        rows: r, block after block.
        matrix: J'J, its lower triangle.
        gradient: J'r.
    """

    def __init__(self, system, weights, known):
        self.system, self.weights, self.parts = system, weights, system.blocks(known)
        self.only = self.block(self.parts[0]) if len(self.parts) == 1 else None
        self.matrix = np.zeros((len(weights), len(weights)), order="F")
        self.gradient, rows = np.zeros(len(weights)), []
        for _, part, transposed in self.blocks():
            self.matrix = blas.dsyrk(
                1.0, transposed, beta=1.0, c=self.matrix, lower=1, overwrite_c=1
            )
            self.gradient += blas.dgemv(1.0, transposed, part)
            rows.append(part)
        self.rows = np.concatenate(rows)

    def block(self, part):
        """`(known, rows, J')` of a block; J' as Fortran has it, in the tensor's own memory."""
        rows, jacobian = map(np.asarray, self.system.jacobian(tf.constant(self.weights), part))
        return part, rows, jacobian.T

    def blocks(self):
        """One after another; if there are several, they are computed again whenever they are wanted."""
        return iter([self.only]) if self.only else map(self.block, self.parts)
