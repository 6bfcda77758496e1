"""Least-squares problems of a few weights with known minima, as systems for the optimisers."""

import numpy as np
import tensorflow as tf


class SmallSystem:
    """Residuals as a function of the weights, `(weights,)` to `(rows,)`, with derivatives."""

    def __init__(self, function):
        self.function = function
        signature = [tf.TensorSpec((None,), "float64")]
        self.compiled_jacobian = tf.function(self.rows_and_jacobian, signature)
        self.compiled_gradient = tf.function(self.compute_loss_and_gradient, signature)

    def residuals(self, weights, batch=None):
        return self.function(tf.convert_to_tensor(weights))

    def split_batch(self, batch):
        return [batch]

    def jacobian(self, weights, batch=None):
        return self.compiled_jacobian(weights)

    def loss_and_gradient(self, weights, batch=None):
        return self.compiled_gradient(weights)

    def rows_and_jacobian(self, weights):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            rows = self.function(weights)
        return rows, tape.jacobian(rows, weights)

    def compute_loss_and_gradient(self, weights, batch=None):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = tf.reduce_sum(self.function(weights) ** 2)
        return loss, tape.gradient(loss, weights)


def rosenbrock():
    """Minimum 0 at (1, 1), behind a bent valley."""
    return SmallSystem(lambda w: tf.stack([10 * (w[1] - w[0] ** 2), 1 - w[0]])), np.array(
        [-1.2, 1.0]
    )


def powell():
    """Minimum 0 at the origin, where the Jacobian is singular."""

    def rows(w):
        return tf.stack(
            [
                w[0] + 10 * w[1],
                5**0.5 * (w[2] - w[3]),
                (w[1] - 2 * w[2]) ** 2,
                10**0.5 * (w[0] - w[3]) ** 2,
            ]
        )

    return SmallSystem(rows), np.array([3.0, -1.0, 0.0, 1.0])


T = np.linspace(0, 3, 40)
DECAY = 2 * np.exp(-1.3 * T) + 0.5 + 0.05 * np.random.default_rng(0).standard_normal(40)


def decay():
    """A noisy exponential: the minimum is not 0."""
    return SmallSystem(lambda w: w[0] * tf.exp(-w[1] * T) + w[2] - DECAY), np.array([1.0, 0.3, 0.0])


MATRIX = np.random.default_rng(1).standard_normal((12, 5)) * [1, 3, 10, 0.3, 0.1]
TARGET = np.random.default_rng(2).standard_normal(12)


def linear():
    """Its minimum is that of `np.linalg.lstsq(MATRIX, TARGET)`."""
    return SmallSystem(lambda w: tf.linalg.matvec(tf.constant(MATRIX), w) - TARGET), np.zeros(5)


PROBLEMS = {"rosenbrock": rosenbrock, "powell": powell, "decay": decay, "linear": linear}


def course(optimiser, system, weights, steps):
    """Return `(weights, loss)` after each step, the first weights and their loss before."""
    found = [(weights, float(tf.reduce_sum(system.residuals(weights) ** 2)))]
    for _ in range(steps):
        found.append(optimiser.step(system, found[-1][0], None))
    return found


def check_state_restores(make, problem, steps=3, more=4):
    """Check that a new optimiser with the variables of another takes exactly the same steps."""
    system, weights = problem()
    first = make(len(weights))
    before = course(first, system, weights, steps)[-1][0]
    saved = [variable.numpy() for variable in first.variables]
    second = make(len(weights))
    for variable, value in zip(second.variables, saved, strict=True):
        variable.assign(value)
    one, other = (course(optimiser, system, before, more) for optimiser in (first, second))
    for (weights, loss), (same_weights, same_loss) in zip(one, other, strict=True):
        np.testing.assert_array_equal(weights, same_weights)
        assert loss == same_loss
    assert one[-1][1] < one[0][1]
