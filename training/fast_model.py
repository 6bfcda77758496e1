"""A `keras.Model` whose `fit` runs many steps in one call: the same `train_step`, without Python between the batches."""

import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

# XLA fuses the many small operations of a dense network into few; its convolutions on a CPU are forty times slower than
# TensorFlow's own, and it cannot run what draws or looks up.
NOT_FOR_XLA = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.RNN, layers.RandomTranslation, layers.RandomRotation),
    layers.StringLookup,
)
STEPS_A_LAYER = 500  # XLA needs about so many to save the time that compiling a layer takes
FIRST_STEPS = 16  # of the first call, by which the next ones are sized
CALL_SECONDS = 0.5  # how long a call may take: as often the progress bar moves, and Ctrl-C is heard


class FastModel(keras.Model):
    """Keras' own training step, losses, metrics, optimisers and callbacks; only the loop around them is another.

    The rows are tensors on the device and are shuffled there; a call runs as many steps as fit into half a second. As with
    Keras' `steps_per_execution`, callbacks hear of batches once a call.
    """

    def fit(self, x, y, sample_weight, validation_data, batch_size, validation_batch_size, epochs, callbacks, verbose="auto"):
        """As `keras.Model.fit`, for arrays. Returns the history."""
        rows = tf.nest.map_structure(tf.convert_to_tensor, (x, y, sample_weight))
        validation = tf.nest.map_structure(tf.convert_to_tensor, tuple(validation_data))
        count = len(x)
        steps = -(-count // batch_size)
        self._symbolic_build(data_batch=tf.nest.map_structure(lambda values: values[:batch_size], rows))
        callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=True, add_progbar=verbose != 0, verbose=1, epochs=epochs, steps=steps, model=self
        )
        shuffling = np.random.randint(2**31)  # drawn once; every epoch has an order of its own
        train_steps, rest_step = self.loop(batch_size), tf.function(self.train_step, jit_compile=self.xla)
        test_step = tf.function(self.test_step)
        self.stop_training, self.steps_at_once = False, FIRST_STEPS
        callbacks.on_train_begin()
        logs = {}
        for epoch in range(epochs):
            callbacks.on_epoch_begin(epoch)
            self.reset_metrics()
            order = np.random.default_rng([shuffling, epoch]).permutation(count)
            shuffled = tf.nest.map_structure(lambda values, order=order: tf.gather(values, order), rows)
            self.run_steps(train_steps, shuffled, count // batch_size, callbacks)
            if count % batch_size and not self.stop_training:
                rest_step(tf.nest.map_structure(lambda values: values[count // batch_size * batch_size :], shuffled))
            logs = self.results()
            self.reset_metrics()
            for start in range(0, len(validation[0]), validation_batch_size):
                stop = start + validation_batch_size
                test_step(tf.nest.map_structure(lambda values, a=start, b=stop: values[a:b], validation))
            logs |= {f"val_{name}": value for name, value in self.results().items()}
            callbacks.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        self.optimizer.finalize_variable_values(self.trainable_weights)
        callbacks.on_train_end(logs)
        return self.history

    def loop(self, batch_size):
        """A graph that runs the training steps from `first` to before `last` on rows that are already shuffled."""

        def batch(values, step):
            part = tf.slice(values, [step * batch_size] + [0] * (values.shape.rank - 1), [batch_size, *values.shape[1:]])
            return tf.ensure_shape(part, [batch_size, *values.shape[1:]])

        @tf.function(jit_compile=self.xla)
        def train_steps(rows, first, last):
            def body(step):
                self.train_step(tf.nest.map_structure(lambda values: batch(values, step), rows))
                return [step + 1]

            tf.while_loop(lambda step: step < last, body, [first])

        return train_steps

    def run_steps(self, train_steps, rows, steps, callbacks):
        """All full batches of an epoch, in calls of about `CALL_SECONDS`."""
        first = 0
        while first < steps and not self.stop_training:
            last = min(steps, first + self.steps_at_once)
            callbacks.on_train_batch_begin(first)
            start = time.perf_counter()
            train_steps(rows, tf.constant(first), tf.constant(last))
            seconds = time.perf_counter() - start
            callbacks.on_train_batch_end(last - 1, self.results())
            self.steps_at_once = max(1, int((last - first) * min(8, CALL_SECONDS / seconds)))
            first = last

    def results(self):
        return {name: float(value) for name, value in self.get_metrics_result().items()}


def suits_xla(network):
    """Whether XLA runs all layers of a network, and fast."""
    return not any(isinstance(layer, NOT_FOR_XLA) for layer in network._flatten_layers())


@keras.saving.register_keras_serializable(package="training")
class FastDropout(layers.Dropout):
    """Dropout whose random numbers come from the Threefry generator: XLA on a CPU draws Keras' own forty times slower."""

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        seed = tf.cast(self.seed_generator.next(), "int32")
        drawn = tf.random.stateless_uniform(tf.shape(inputs), seed, alg="threefry")
        return tf.where(drawn >= self.rate, inputs / (1 - self.rate), 0.0)


def fast(network, steps):
    """A `FastModel` of the same layers and weights, to be trained in the network's place for at most so many steps."""
    layer_count = sum(isinstance(layer, layers.Dense) for layer in network._flatten_layers())
    xla = suits_xla(network) and steps >= STEPS_A_LAYER * layer_count

    def clone(layer):
        kind = FastDropout if xla and type(layer) is layers.Dropout else type(layer)
        return kind.from_config(layer.get_config())

    twin = keras.models.clone_model(network, clone_function=clone, recursive=True)
    twin.set_weights(network.get_weights())
    model = FastModel(twin.input, twin.output, name=network.name)
    model.xla = xla
    print(f"loop        many steps a call, {'compiled by XLA' if xla else 'run by TensorFlow'} (--loop keras: one by one)")
    return model
