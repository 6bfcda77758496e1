"""Adam on all residuals at once, many steps in one call that XLA compiles."""

import keras
import tensorflow as tf


class Adam:
    """Keras' optimiser; one step here is many of its steps, which take less time than Python would.

    Args:
        size: number of weights.
        learning_rate: initial learning rate, which callbacks may lower.
        steps: number of Adam's steps at once.
        dtype: dtype of the weights.
    """

    name = "Adam"

    def __init__(self, size, learning_rate=1e-3, steps=100, dtype="float64"):
        self.steps = steps
        self.weights = keras.Variable(tf.zeros(size, dtype), dtype=dtype)
        self.optimizer = keras.optimizers.Adam(learning_rate)
        self.optimizer.build([self.weights])
        self.loop = None

    @property
    def variables(self):
        return self.optimizer.variables

    def logs(self):
        return {"learning_rate": float(self.optimizer.learning_rate)}

    def on_resample(self):
        """Do nothing at new points: the moments are averages over many steps."""

    def step(self, system, weights, batch):
        """Return `(weights, loss)` after `steps` steps, with the loss before the last of them.

        Args:
            system: has `compute_loss_and_gradient`, see `equations.system.System`.
            weights: `(weights,)`.
            batch: the points, from `system.prepare`.
        """
        self.loop = self.loop or self.compile_loop(system)
        self.weights.assign(weights)
        loss = self.loop(batch)
        return self.weights.numpy(), float(loss)

    def compile_loop(self, system):
        @tf.function(jit_compile=True, autograph=False)
        def loop(batch):
            def body(number, _):
                loss, gradient = system.compute_loss_and_gradient(self.weights.value, batch)
                self.optimizer.apply([gradient], [self.weights])
                return number + 1, loss

            start = tf.constant(0), tf.constant(0.0, self.weights.dtype)
            return tf.while_loop(lambda number, _: number < self.steps, body, start)[1]

        return loop
