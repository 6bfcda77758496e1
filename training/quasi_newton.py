"""Quasi-Newton methods in float64: self-scaled Broyden for some thousand weights, L-BFGS beyond."""

import warnings

import numpy as np
import tensorflow as tf
from scipy.optimize import line_search

SMALLEST_CURVATURE = 1e-24


class QuasiNewton:
    """Descends along -H g, with H an estimate of the inverse Hessian.

    A line search that fulfils Wolfe's conditions gives the length of a step.

    Args:
        size: number of weights.
    """

    def __init__(self, size):
        # The loss before the last step, and whether there was one.
        self.previous = tf.Variable(np.zeros(2), dtype="float64")

    def logs(self):
        return {}

    def step(self, system, weights, batch):
        """Return `(weights, loss)` after a step, unchanged if no step lowers the loss.

        Args:
            system: has `loss_and_gradient`, see `equations.system.System`.
            weights: `(weights,)`.
            batch: the points, from `system.prepare`.
        """
        seen = {}

        def evaluate(point):
            key = point.tobytes()
            if key not in seen:
                loss, gradient = system.loss_and_gradient(tf.constant(point), batch)
                # Where the loss is NaN the line search has to turn back.
                seen[key] = float(loss) if np.isfinite(loss) else np.inf, gradient.numpy()
            return seen[key]

        loss, gradient = evaluate(weights)
        if not np.isfinite(loss):
            return weights, loss
        direction = -self.apply(gradient)
        if direction @ gradient >= 0:
            self.forget()
            direction = -gradient
        before, has_before = self.previous.numpy()
        with warnings.catch_warnings(action="ignore"):  # its answer says, too, that it failed
            length, *_ = line_search(
                lambda x: evaluate(x)[0], lambda x: evaluate(x)[1], weights, direction, gradient,
                loss, before if has_before else None, c1=1e-4, c2=0.9, maxiter=20,
            )  # fmt: skip
        self.previous.assign([loss, 1.0])
        if length is None or not evaluate(weights + length * direction)[0] < loss:
            self.forget()
            length = 1e-3 / max(1.0, np.linalg.norm(gradient))
            direction = -gradient
            if not evaluate(weights + length * direction)[0] < loss:
                return weights, loss
        step = length * direction
        new_loss, new_gradient = evaluate(weights + step)
        self.learn(step, new_gradient - gradient, -length * (step @ gradient))
        return weights + step, new_loss

    def on_resample(self):
        """Forget the last loss, which new points change; keep the curvature that was learned."""
        self.previous.assign([0.0, 0.0])


class SelfScaledBroyden(QuasiNewton):
    """Keeps the whole inverse Hessian, corrected and rescaled after every step.

    Args:
        size: number of weights; the matrix has its square of entries.

    Source: J. Urban, P. Stefanou, J. Pons, arXiv:2405.04230 (after Al-Baali); E. Kiyani et al.,
    arXiv:2501.16371.
    """

    name = "self-scaled Broyden"

    def __init__(self, size):
        super().__init__(size)
        self.inverse = tf.Variable(np.eye(size), dtype="float64")
        self.matrix = None

    @property
    def variables(self):
        if self.matrix is not None:
            self.inverse.assign(self.matrix)
        self.matrix = None
        return [self.previous, self.inverse]

    def get_matrix(self):
        """Return the matrix as an array that is changed in place; `variables` reads it back."""
        if self.matrix is None:
            self.matrix = self.inverse.numpy().copy()
        return self.matrix

    def apply(self, gradient):
        return self.get_matrix() @ gradient

    def forget(self):
        self.matrix = np.eye(len(self.get_matrix()))

    def learn(self, step, change, b):
        """Update the matrix by the equations of SSBroyden in arXiv:2405.04230.

        Args:
            step: s, `(weights,)`.
            change: change of the gradient y, `(weights,)`.
            b: -(length of the step) s.g.
        """
        matrix, size = self.get_matrix(), len(step)
        curvature = change @ step
        if curvature <= SMALLEST_CURVATURE:
            return
        mapped = matrix @ change  # H y
        stretch = change @ mapped  # y.Hy
        b, h = b / curvature, stretch / curvature
        a = max(b * h - 1, 1e-14)
        c = np.sqrt(a / (1 + a))
        rho = min(1.0, h * (1 - c))
        theta = np.clip((1 - b) / b, (rho - 1) / a, 1 / rho)
        sigma = 1 + a * theta
        root = abs(sigma) ** (1 / (1 - size))
        most = min(1, 1 / b)
        tau = min(most * root, sigma) if theta <= 0 else most * min(root, 1 / theta)
        phi = (1 - theta) / (1 + a * theta)
        w = step / curvature - mapped / stretch
        matrix -= np.outer(mapped, mapped / stretch)
        matrix += np.outer(w, phi * stretch * w)
        matrix /= tau
        matrix += np.outer(step, step / curvature)
        matrix += matrix.T.copy()  # rounding must not make it asymmetric
        matrix /= 2


class LBFGS(QuasiNewton):
    """Keeps the inverse Hessian as the last steps alone.

    Args:
        size: number of weights.
        memory: number of steps that are remembered.

    Source: D. Liu and J. Nocedal, On the limited memory BFGS method, 1989.
    """

    name = "L-BFGS"

    def __init__(self, size, memory=50):
        super().__init__(size)
        self.moves, self.changes = (
            tf.Variable(np.zeros((memory, size)), dtype="float64") for _ in range(2)
        )
        self.count = tf.Variable(0, dtype="int64")

    @property
    def variables(self):
        return [self.previous, self.moves, self.changes, self.count]

    def apply(self, gradient):
        count = int(self.count)
        moves, changes = self.moves.numpy()[:count], self.changes.numpy()[:count]
        direction, shares = gradient.copy(), np.zeros(count)
        for i in reversed(range(count)):
            shares[i] = moves[i] @ direction / (changes[i] @ moves[i])
            direction -= shares[i] * changes[i]
        if count:
            direction *= moves[-1] @ changes[-1] / (changes[-1] @ changes[-1])
        for i in range(count):
            direction += (shares[i] - changes[i] @ direction / (changes[i] @ moves[i])) * moves[i]
        return direction

    def forget(self):
        self.count.assign(0)

    def learn(self, step, change, b):
        if change @ step <= SMALLEST_CURVATURE:
            return
        count, memory = int(self.count), self.moves.shape[0]
        if count == memory:
            self.moves.assign(np.roll(self.moves.numpy(), -1, axis=0))
            self.changes.assign(np.roll(self.changes.numpy(), -1, axis=0))
            count -= 1
        self.moves[count].assign(step)
        self.changes[count].assign(change)
        self.count.assign(count + 1)
