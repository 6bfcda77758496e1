"""Shooting: trajectories of a vector field that pass as near as possible to measured states.

Trajectories are cut into pieces. Each piece has a first state of its own, which is free: it is the
one from which the field passes nearest to the measurements (variable projection), so that noise of
the first state does no harm. What is left of the differences are the residuals, functions of the
weights of the network alone. Their derivatives are integrated along with the states:

    dy/dt = f(y),    dS/dt = f_y S + f_w,    S = dy/d(y0, w)

Source: H. Bock 1983 (multiple shooting); G. Golub and V. Pereyra 1973 (variable projection).
"""

import keras
import numpy as np
import tensorflow as tf

from models.integrators import step_explicitly
from models.weight_vector import WeightVector
from training.keras_internals import call_with_rows_of_weights

INNER_STEPS = 2  # of Gauss and Newton's method for the first states
BLOCK = 2**23  # numbers of the sensitivities of a block of pieces
SMALL = 1e-10  # relative to the largest, what is added to the equations of the first states


class ShootingSystem:
    """What `training.levenberg_marquardt` takes, of pieces of trajectories.

    Args:
        network: `keras.Model` whose trainable layers are dense, see `models.vector_fields`.
        follow: function of a function of states to the derivative of states, such as
            `models.vector_fields.follow_hamiltonian`.
        steps: number of steps of Runge and Kutta's method between two states.

    Attributes:
        residuals: from `(weights, batch)` to the differences, `(rows,)`, whose squares sum to
            their mean, and the weights times the roots of their decays.
        jacobian: from `(weights, batch)` to the rows and `(rows, weights)`.
        shots: from `(weights, batch)` to the rows and the best first states, `(pieces, numbers)`.
    """

    def __init__(self, network, follow, steps=1):
        self.network, self.follow, self.steps = network, follow, steps
        self.vector = WeightVector(network.trainable_variables)
        self.shots = compile_by_xla(self.compute_shots)
        self.jacobian = compile_by_xla(self.compute_jacobian)

    def residuals(self, weights, batch):
        return self.shots(weights, batch)[0]

    def get_weights(self):
        return self.vector.read()

    def set_weights(self, weights):
        self.vector.assign(weights)

    def split_batch(self, batch):
        """Split a batch into equal parts whose sensitivities fit into memory."""
        pieces, _, numbers = batch["states"].shape
        number = min(pieces, -(-pieces * numbers * self.vector.size // BLOCK))
        if number <= 1:
            return [batch]
        while pieces % number:
            number += 1
        size = pieces // number
        parts = []
        for start in range(0, pieces, size):
            part = {name: x[start : start + size] for name, x in batch.items()}
            parts.append(part | {"decay": batch["decay"] / number})
        return parts

    # The rows

    def compute_shots(self, weights, batch):
        """Return the rows, and the first states of the pieces that make them small."""
        with self.use(self.vector.split(weights)):
            derive = self.follow(self.network)
            first = self.improve_first_states(derive, batch)
            rows = self.compare(self.shoot(derive, first, batch), batch)
        return tf.concat([tf.reshape(rows, [-1]), tf.sqrt(batch["decay"]) * weights], 0), first

    def compute_jacobian(self, weights, batch):
        parts = self.vector.split(weights)
        with self.use(parts):
            first = self.improve_first_states(self.follow(self.network), batch)
        slopes = self.make_slopes(parts, weights)
        path, by_all = self.shoot_with_slopes(slopes, first, batch, self.vector.size)
        rows = self.compare(path, batch)  # (pieces, numbers of a piece)
        by_all = self.scale(by_all, batch)
        numbers = first.shape[-1]
        by_first, by_weights = by_all[..., :numbers], by_all[..., numbers:]
        correction = tf.matmul(by_first, by_weights, transpose_a=True)
        by_weights -= tf.matmul(by_first, self.solve(by_first, correction))
        decay = tf.sqrt(batch["decay"])
        rows = tf.concat([tf.reshape(rows, [-1]), decay * weights], axis=0)
        jacobian = tf.concat(
            [
                tf.reshape(by_weights, [-1, self.vector.size]),
                tf.linalg.diag(decay),
            ],
            axis=0,
        )
        return rows, jacobian

    def improve_first_states(self, derive, batch):
        """Take steps of Gauss and Newton's method from the first states of the batch."""

        def improve(number, first):
            path, by_first = self.shoot_with_slopes(slopes_by_state(derive), first, batch)
            by_first = self.scale(by_first, batch)
            rows = self.compare(path, batch)[..., None]
            right = tf.matmul(by_first, rows, transpose_a=True)
            return number + 1, first - self.solve(by_first, right)[..., 0]

        _, first = tf.while_loop(
            lambda number, _: number < INNER_STEPS, improve, (0, batch["first"]),
            maximum_iterations=INNER_STEPS,
        )  # fmt: skip
        return first

    @staticmethod
    def solve(matrix, right):
        """Solve M'M x = right of each piece."""
        square = tf.matmul(matrix, matrix, transpose_a=True)
        diagonal = tf.linalg.diag_part(square)
        small = SMALL * tf.reduce_max(diagonal, axis=-1, keepdims=True) + 1e-300
        factor = tf.linalg.cholesky(tf.linalg.set_diag(square, diagonal + small))
        return tf.linalg.cholesky_solve(factor, right)

    @staticmethod
    def compare(path, batch):
        """Return weighted differences from the measurements, `(pieces, times * numbers)`."""
        rows = (path - batch["states"]) * batch["weights"]
        return tf.reshape(rows, [rows.shape[0], -1])

    @staticmethod
    def scale(slopes, batch):
        """Return the derivatives of `compare`, given the derivatives of the path."""
        slopes = slopes * batch["weights"][..., None]
        return tf.reshape(slopes, [slopes.shape[0], -1, slopes.shape[-1]])

    # Integration

    def shoot(self, derive, first, batch):
        """Return the states of each piece at its times, `(pieces, times, numbers)`."""
        advance = lambda state, step: step_explicitly(derive, state, step)[0]  # noqa: E731
        return self.cross_intervals(advance, first, batch)

    def shoot_with_slopes(self, slopes, first, batch, weights=0):
        """Return the same, and its derivatives by the first states and the weights.

        Args:
            slopes: function of states to their derivatives f, to f_y and to f_w.
            first: first states, `(pieces, numbers)`.
            batch: the pieces.
            weights: number of weights by which the derivatives are computed.
        """
        pieces, numbers = first.shape
        eye = tf.eye(numbers, batch_shape=[pieces], dtype="float64")
        start = tf.concat([eye, tf.zeros((pieces, numbers, weights), "float64")], axis=-1)

        def derive(state):
            y, sensitivity = state
            f, by_state, by_weights = slopes(y)
            change = tf.matmul(by_state, sensitivity)
            if by_weights is not None:
                change += tf.pad(by_weights, [[0, 0], [0, 0], [numbers, 0]])
            return f, change

        advance = lambda state, step: step_explicitly(derive, state, step)[0]  # noqa: E731
        return self.cross_intervals(advance, (first, start), batch)

    def cross_intervals(self, advance, first, batch):
        """Return the states at all times: nests like `first`, with an axis for the times."""
        steps, intervals = self.steps, tf.transpose(batch["intervals"])
        count = batch["states"].shape[1]
        flat = tf.nest.flatten(first)
        arrays = [tf.TensorArray(x.dtype, count, element_shape=x.shape).write(0, x) for x in flat]

        def cross(number, state, arrays):
            step = intervals[number - 1] / steps
            _, state = tf.while_loop(
                lambda n, _: n < steps, lambda n, x: (n + 1, advance(x, step)), (0, state),
                maximum_iterations=steps,
            )  # fmt: skip
            pairs = zip(arrays, tf.nest.flatten(state), strict=True)
            return number + 1, state, [array.write(number, x) for array, x in pairs]

        *_, arrays = tf.while_loop(
            lambda number, *_: number < count, cross, (1, first, arrays),
            maximum_iterations=count - 1,
        )  # fmt: skip
        stacked = [tf.experimental.numpy.moveaxis(array.stack(), 0, 1) for array in arrays]
        return tf.nest.pack_sequence_as(first, stacked)

    # The field and its derivatives

    def use(self, parts):
        """Make the network compute with these weights inside."""
        pairs = list(zip(self.network.trainable_variables, parts, strict=True))
        return keras.StatelessScope(pairs, initialize_variables=False)

    def make_slopes(self, parts, weights):
        """Return the function of states to f, f_y and f_w.

        Each number of each state has weights of its own: one reverse pass of the sum gives the
        derivatives of all.
        """

        def slopes(y):
            pieces, numbers = y.shape
            rows = pieces * numbers
            own = [tf.broadcast_to(part, [rows, *part.shape]) for part in parts]
            with tf.GradientTape() as tape:
                y_rows = tf.repeat(y, numbers, axis=0)
                tape.watch([y_rows, own])
                replaced = call_with_rows_of_weights(self.network, own)
                f = self.follow(replaced)(y_rows)
                f = tf.reduce_sum(f * pick_numbers(pieces, numbers), axis=-1)
                total = tf.reduce_sum(f)
            by_state, by_weights = tape.gradient(total, (y_rows, own),
                                                 unconnected_gradients="zero")  # fmt: skip
            by_weights = [tf.reshape(x, [pieces, numbers, -1]) for x in by_weights]
            by_state = tf.reshape(by_state, [pieces, numbers, numbers])
            return tf.reshape(f, [pieces, numbers]), by_state, tf.concat(by_weights, axis=-1)

        return slopes


def slopes_by_state(derive):
    """Return the function of states to f and f_y, and None for f_w."""

    def slopes(y):
        pieces, numbers = y.shape
        with tf.GradientTape() as tape:
            rows = tf.repeat(y, numbers, axis=0)
            tape.watch(rows)
            f = tf.reduce_sum(derive(rows) * pick_numbers(pieces, numbers), axis=-1)
            total = tf.reduce_sum(f)
        by_state = tape.gradient(total, rows, unconnected_gradients="zero")
        f = tf.reshape(f, [pieces, numbers])
        return f, tf.reshape(by_state, [pieces, numbers, numbers]), None

    return slopes


def pick_numbers(pieces, numbers):
    """Return `(pieces * numbers, numbers)`, 1 for the number that belongs to the row."""
    return np.tile(np.eye(numbers), (pieces, 1))


def compile_by_xla(function):
    return tf.function(function, jit_compile=True, autograph=False)
