"""Adam on all residuals at once, many steps in one call that XLA compiles."""

import keras
import tensorflow as tf


class Adam:
    """Keras' optimiser; a step here is a hundred of its steps, since Python between them would take longer than they do.

    Args:
        size: number of weights.
        learning_rate: first one, which callbacks may lower.
        steps: of Adam at once.
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

    def renew(self, system, weights):
        """New points need nothing new."""

    def step(self, system, weights, known):
        """`(weights, loss)` after `steps` steps; the loss is that before the last of them."""
        self.loop = self.loop or self.compiled_loop(system)
        self.weights.assign(weights)
        loss = self.loop(known)
        return self.weights.numpy(), float(loss)

    def compiled_loop(self, system):
        @tf.function(jit_compile=True, autograph=False)
        def loop(known):
            def body(number, _):
                loss, gradient = system.loss_and_its_gradient(self.weights.value, known)
                self.optimizer.apply([gradient], [self.weights])
                return number + 1, loss

            start = tf.constant(0), tf.constant(0.0, self.weights.dtype)
            return tf.while_loop(lambda number, _: number < self.steps, body, start)[1]

        return loop
