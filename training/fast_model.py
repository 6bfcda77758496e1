"""A `keras.Model` whose `fit` runs many steps in one call: the same `train_step`, without Python between the batches."""

import contextlib
import contextvars
import os
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from training.blocks import Blocks, ahead

# XLA fuses the many small operations of a dense network into few; its convolutions on a CPU are forty times slower than
# TensorFlow's own, and it cannot run what draws or looks up.
NOT_FOR_XLA = (
    *(
        layers.Conv1D,
        layers.Conv2D,
        layers.Conv3D,
        layers.RNN,
        layers.RandomTranslation,
        layers.RandomRotation,
    ),
    layers.StringLookup,
)
STEPS_A_LAYER = 500  # XLA needs about so many to save the time that compiling a layer takes
SMALL = 2**17  # weights; the matrix products of less are over before a second thread has begun
FLAGS = (
    "--xla_cpu_multi_thread_eigen=false",
    "--xla_cpu_parallel_codegen_split_count=2",
)  # the latter compiles faster
FIRST_STEPS = 16  # of the first call, by which the next ones are sized
CALL_SECONDS = 0.5  # how long a call may take: as often the progress bar moves, and Ctrl-C is heard


class FastModel(keras.Model):
    """Keras' own training step, losses, metrics, optimisers and callbacks; only the loop around them is another.

    The rows are tensors on the device and are shuffled there; a call runs as many steps as fit into half a second. As with
    Keras' `steps_per_execution`, callbacks hear of batches once a call. Under a `tf.distribute` strategy each device takes
    its share of every batch, and they sum their gradients.

    A training is resumed by a callback that sets `position`, and all variables, in `on_train_begin`.
    """

    xla = False
    position = (0, 0, 0)  # epoch, block of rows and step in it that come next
    shuffling = 0  # seed; every epoch has an order of its own

    def fit(
        self,
        x,
        y,
        sample_weight,
        validation_data,
        batch_size,
        validation_batch_size,
        epochs,
        callbacks,
        verbose="auto",
    ):
        """As `keras.Model.fit`, for arrays or rows on disk. Returns the history."""
        blocks = Blocks((x, y, sample_weight), batch_size)
        with self.distribute_strategy.scope():
            self._symbolic_build(
                data_batch=tf.nest.map_structure(lambda values: values[:batch_size], blocks.rows)
            )
        validation_data = tf.nest.map_structure(tf.convert_to_tensor, tuple(validation_data))
        callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=True, add_progbar=verbose != 0, verbose=1, epochs=epochs, model=self,
            steps=-(-blocks.count // batch_size),
        )  # fmt: skip
        self.loop, self.steps_at_once = self.compiled_loop(batch_size), FIRST_STEPS
        self.shuffling, self.position, self.stop_training = (
            np.random.randint(2**31),
            (0, 0, 0),
            False,
        )
        callbacks.on_train_begin()
        logs = {}
        with ahead(blocks.epochs(self.shuffling, *self.position[:2])) as coming:
            while self.position[0] < epochs and not self.stop_training:
                epoch, block, step = self.position
                callbacks.on_epoch_begin(epoch)
                if (block, step) == (0, 0):
                    self.reset_metrics()
                while block < blocks.number and not self.stop_training:
                    self.run_block(*next(coming), batch_size, callbacks)
                    block += 1
                logs = self.results()
                validated = self.evaluate(*validation_data, batch_size=validation_batch_size)
                logs |= {f"val_{name}": value for name, value in validated.items()}
                self.position = (epoch + 1, 0, 0)
                callbacks.on_epoch_end(epoch, logs)
        self.optimizer.finalize_variable_values(self.trainable_weights)
        callbacks.on_train_end(logs)
        return self.history

    def run_block(self, rows, count, batch_size, callbacks):
        """All steps of a block, in calls of about `CALL_SECONDS`; the last one of an epoch may be a part of a batch."""
        epoch, block, step = self.position
        steps = count // batch_size
        while step < steps and not self.stop_training:
            last = min(steps, step + self.steps_at_once)
            callbacks.on_train_batch_begin(step)
            start = time.perf_counter()
            self.loop(rows, tf.constant(step), tf.constant(last))
            seconds = time.perf_counter() - start
            if (
                self.distribute_strategy.num_replicas_in_sync == 1
            ):  # several processes have to agree without a word
                self.steps_at_once = max(1, int((last - step) * min(8, CALL_SECONDS / seconds)))
            step = last
            self.position = (epoch, block, step)
            callbacks.on_train_batch_end(block * steps + step - 1, self.results())
        if self.stop_training:
            return
        if count % batch_size:
            self.part_of_a_batch(
                tf.nest.map_structure(lambda values: values[steps * batch_size : count], rows)
            )
        self.position = (epoch, block + 1, 0)

    def compiled_loop(self, batch_size):
        """A graph that runs the training steps from `first` to before `last` on rows that are already shuffled."""
        strategy = self.distribute_strategy
        size = batch_size // strategy.num_replicas_in_sync

        def train_step(rows, step):
            start = step * batch_size + replica() * size
            self.train_step(tf.nest.map_structure(lambda values: part(values, start, size), rows))

        @tf.function(jit_compile=self.xla, autograph=False)
        def train_steps(rows, first, last):
            def body(step):
                strategy.run(train_step, args=(rows, step))
                return [step + 1]

            with drawing("threefry" if self.xla else "auto_select"):
                tf.while_loop(lambda step: step < last, body, [first])

        return train_steps

    @tf.function(autograph=False)
    def part_of_a_batch(self, rows):
        """A training step with less rows. It is run once an epoch: XLA would compile it longer than it is run."""
        self.distribute_strategy.run(lambda rows: self.train_step(shared(rows)), args=(rows,))

    def evaluate(self, x, y, sample_weight, batch_size, **options):
        """As `keras.Model.evaluate` with `return_dict=True`, for arrays."""
        self.reset_metrics()
        for start in range(0, len(x), batch_size):
            rows = tf.nest.map_structure(
                lambda values, a=start: values[a : a + batch_size], (x, y, sample_weight)
            )
            self.part_of_a_test(rows)
        results = self.results()
        self.reset_metrics()
        return results

    @tf.function(autograph=False, reduce_retracing=True)
    def part_of_a_test(self, rows):
        self.distribute_strategy.run(lambda rows: self.test_step(shared(rows)), args=(rows,))

    def results(self):
        return {name: float(value) for name, value in self.get_metrics_result().items()}


def replica():
    """Number of the device, of those that share a batch."""
    return tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, "int32")


def shared(rows):
    """A device's share of rows. Their number need not be a multiple of that of the devices; the shares count alike."""
    devices = tf.distribute.get_strategy().num_replicas_in_sync
    if devices == 1:
        return rows
    count = tf.shape(tf.nest.flatten(rows)[0])[0]
    start, stop = (count * number // devices for number in (replica(), replica() + 1))
    start, stop = tf.cond(
        count < devices, lambda: (0, count), lambda: (start, stop)
    )  # a mean over no row is no number
    return tf.nest.map_structure(lambda values: values[start:stop], rows)


def part(values, start, size):
    """Rows from `start` on, `size` of them: XLA has to know how many."""
    rows = tf.slice(values, [start] + [0] * (values.shape.rank - 1), [size, *values.shape[1:]])
    return tf.ensure_shape(rows, [size, *values.shape[1:]])


GENERATOR = contextvars.ContextVar("generator", default="auto_select")


@contextlib.contextmanager
def drawing(algorithm):
    """Which random number generator graphs use that are traced inside."""
    token = GENERATOR.set(algorithm)
    try:
        yield
    finally:
        GENERATOR.reset(token)


@keras.saving.register_keras_serializable(package="training")
class FastDropout(layers.Dropout):
    """Dropout in few operations. XLA on a CPU draws Keras' random numbers forty times slower than those of Threefry."""

    def call(self, inputs, training=False):
        if not training or self.rate == 0:
            return inputs
        seed = tf.cast(self.seed_generator.next(), "int32")
        drawn = tf.random.stateless_uniform(tf.shape(inputs), seed, alg=GENERATOR.get())
        return inputs * (tf.cast(drawn >= self.rate, inputs.dtype) / (1 - self.rate))


def suits_xla(network):
    """Whether XLA runs all layers of a network, and fast."""
    return not any(isinstance(layer, NOT_FOR_XLA) for layer in network._flatten_layers())


def fast(network, steps, loop="auto"):
    """A `FastModel` of the same layers and weights, to be trained in the network's place for at most so many steps.

    Args:
        loop: "xla" to compile it, "graph" to leave it to TensorFlow, "auto" for what is likely to be faster.
    """
    layer_count = sum(isinstance(layer, layers.Dense) for layer in network._flatten_layers())
    single = tf.distribute.get_strategy().num_replicas_in_sync == 1
    pays = suits_xla(network) and single and steps >= STEPS_A_LAYER * layer_count

    def clone(layer):
        kind = (
            FastDropout
            if type(layer) is layers.Dropout and layer.noise_shape is None
            else type(layer)
        )
        return kind.from_config(layer.get_config())

    twin = keras.models.clone_model(network, clone_function=clone, recursive=True)
    twin.set_weights(network.get_weights())
    model = FastModel(twin.input, twin.output, name=network.name)
    model.xla = pays if loop == "auto" else loop == "xla"
    if model.xla and network.count_params() < SMALL:
        os.environ.setdefault("XLA_FLAGS", " ".join(FLAGS))  # read when XLA first compiles
    runner = "compiled by XLA" if model.xla else "run by TensorFlow"
    print(f"loop        many steps a call, {runner} (--loop xla, graph, or keras for one by one)")
    return model
