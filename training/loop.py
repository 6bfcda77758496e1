"""A training loop that runs many steps of any `keras.Model` in one call, without Python between."""

import math
import time

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from training.blocks import Blocks, prefetch
from training.device import configure_xla
from training.keras_internals import (
    build_state,
    fast_random_numbers,
    find_optimisers,
    flatten_layers,
)

# XLA fuses the many small operations of a dense network into few; its convolutions on a CPU are
# forty times slower than TensorFlow's own, and it cannot run random augmentation or lookups.
NOT_FOR_XLA = (
    *(layers.Conv1D, layers.Conv2D, layers.Conv3D, layers.Conv2DTranspose, layers.RNN),
    *(layers.RandomTranslation, layers.RandomRotation, layers.StringLookup),
)
STEPS_PER_LAYER = 500  # XLA needs about this many to save the time that compiling a layer takes
FIRST_STEPS = 16  # of the first call, by which the next ones are sized
CALL_SECONDS = 0.5  # duration of a call: how often the progress moves and Ctrl-C is heard
ROWS_AT_ONCE = 2**15  # where nothing is learned, large batches are faster
VALUES_AT_ONCE = 2**20  # pictures are larger than rows


class Loop:
    """Trains a compiled model by its own `train_step` and `test_step`.

    The rows are tensors on the device and are shuffled there; a call runs as many steps as fit
    into half a second. As with Keras' `steps_per_execution`, callbacks hear of batches once a
    call. Under a `tf.distribute` strategy each device takes its share of every batch, and they
    sum their gradients.

    Args:
        model: compiled `keras.Model`; it may have several optimisers, inputs and outputs.
        batch_size: rows a step.
        xla: whether XLA compiles the steps.

    Attributes:
        position: epoch, block of rows, and step in it that come next.
        shuffling: seed of the order of the rows; every epoch has an order of its own.
    """

    def __init__(self, model, batch_size, xla=False):
        self.model, self.batch_size, self.xla = model, batch_size, xla
        self.position, self.shuffling = (0, 0, 0), 0
        self.strategy = model.distribute_strategy
        self.train_steps = self.compile_steps()
        self.compute_metrics = compile_metrics(model)

    @property
    def devices(self):
        return self.strategy.num_replicas_in_sync

    def fit(self, train, validation, epochs, callbacks):
        """Train as `keras.Model.fit` does.

        Args:
            train: nest of arrays as `train_step` takes it: `(x,)`, `(x, y)` or
                `(x, y, sample_weight)`, in memory or on disk.
            validation: the same for `test_step`; None if nothing is to be validated.
            epochs: maximum number of passes over the training rows.
            callbacks: list of Keras callbacks.

        Returns: the history, a list an epoch for each name.
        """
        model, blocks = self.model, Blocks(train, self.batch_size)
        first_batch = tf.nest.map_structure(lambda x: x[: self.batch_size], blocks.rows)
        build_state(model, tf.nest.map_structure(tf.convert_to_tensor, first_batch))
        if validation is not None:
            validation = tf.nest.map_structure(tf.convert_to_tensor, validation)
        self.steps_at_once = FIRST_STEPS
        self.position, self.shuffling = (0, 0, 0), np.random.randint(2**31)
        model.stop_training = False
        callbacks = keras.callbacks.CallbackList(
            callbacks, add_history=True, model=model, epochs=epochs, verbose=0,
            steps=-(-blocks.count // self.batch_size),
        )  # fmt: skip
        callbacks.on_train_begin()  # which may restore an interrupted training
        logs = {}
        with prefetch(blocks.epochs(self.shuffling, *self.position[:2])) as coming:
            while self.position[0] < epochs and not model.stop_training:
                epoch, block, step = self.position
                callbacks.on_epoch_begin(epoch)
                if (block, step) == (0, 0):
                    model.reset_metrics()
                while block < blocks.number and not model.stop_training:
                    self.train_block(*next(coming), callbacks)
                    block += 1
                logs = self.read_metrics()
                if validation is not None:
                    callbacks.on_test_begin()
                    measured = self.evaluate(validation)
                    callbacks.on_test_end(measured)
                    logs |= {f"val_{name}": value for name, value in measured.items()}
                self.position = (epoch + 1, 0, 0)
                callbacks.on_epoch_end(epoch, logs)
        for optimiser in find_optimisers(model):
            optimiser.finalize_variable_values(model.trainable_weights)
        callbacks.on_train_end(logs)
        return model.history.history

    def train_block(self, rows, count, callbacks):
        """Run all steps of a block, in calls of about `CALL_SECONDS`; the last step of an epoch
        may have fewer rows than a batch."""
        epoch, block, step = self.position
        steps = count // self.batch_size
        while step < steps and not self.model.stop_training:
            last = min(steps, step + self.steps_at_once)
            callbacks.on_train_batch_begin(step)
            start = time.perf_counter()
            self.train_steps(rows, tf.constant(step), tf.constant(last))
            logs = self.read_metrics()  # waits for the device
            seconds = time.perf_counter() - start
            if self.devices == 1:  # several processes must agree without talking to each other
                faster = min(8, CALL_SECONDS / seconds)
                self.steps_at_once = max(1, int((last - step) * faster))
            step = last
            self.position = (epoch, block, step)
            callbacks.on_train_batch_end(block * steps + step - 1, logs)
        if self.model.stop_training:
            return
        if count % self.batch_size:
            start = steps * self.batch_size
            self.train_remainder(tf.nest.map_structure(lambda x: x[start:count], rows))
        self.position = (epoch, block + 1, 0)

    def compile_steps(self):
        """Return a graph that runs the steps from `first` to before `last` on shuffled rows."""
        size = self.batch_size // self.devices

        def train_step(rows, step):
            start = step * self.batch_size + device_number() * size
            with fast_random_numbers("threefry" if self.xla else "auto_select", device_number()):
                self.model.train_step(
                    tf.nest.map_structure(lambda x: slice_batch(x, start, size), rows)
                )

        @tf.function(jit_compile=self.xla, autograph=False)
        def train_steps(rows, first, last):
            def body(step):
                self.strategy.run(train_step, args=(rows, step))
                return [step + 1]

            tf.while_loop(lambda step: step < last, body, [first])

        return train_steps

    @tf.function(autograph=False)
    def train_remainder(self, rows):
        """A training step with fewer rows than a batch, once an epoch.

        It is not compiled by XLA, which would compile it for longer than it runs.
        """
        self.strategy.run(lambda rows: self.model.train_step(take_share(rows)), args=(rows,))

    def evaluate(self, validation):
        """Return the metrics of a nest of rows, as `keras.Model.evaluate` does."""
        self.model.reset_metrics()
        flat = tf.nest.flatten(validation)
        for start in range(0, len(flat[0]), rows_at_once(flat, self.batch_size)):
            stop = start + rows_at_once(flat, self.batch_size)
            rows = tf.nest.map_structure(lambda x, a=start, b=stop: x[a:b], validation)
            self.test_rows(rows)
        return self.read_metrics()

    @tf.function(autograph=False, reduce_retracing=True)
    def test_rows(self, rows):
        self.strategy.run(lambda rows: self.model.test_step(take_share(rows)), args=(rows,))

    def read_metrics(self):
        return {name: float(value) for name, value in self.compute_metrics().items()}

    # What a snapshot keeps

    @property
    def within_epochs(self):
        """Whether a snapshot may be taken within an epoch: not on several devices, which would
        have to add up their metrics at the same moment."""
        return self.devices == 1

    def state(self):
        """Return all variables that change during training, each once."""
        found = list(self.model.variables)
        for optimiser in find_optimisers(self.model):
            found += optimiser.variables
        if self.within_epochs:  # at the end of an epoch the sums of the metrics are not needed
            found += self.model.metrics_variables
        return list({id(variable): variable for variable in found}.values())

    def restore_position(self, position, shuffling):
        self.position, self.shuffling = position, shuffling


def choose_loop(model, name, rows, epochs, batch_size):
    """Return the loop that trains a compiled model, and print which one it is.

    Args:
        model: compiled `keras.Model`.
        name: "xla" to compile many steps, "graph" to leave them to TensorFlow, "auto" for what is
            likely to be faster, "keras" for `keras.Model.fit`.
        rows: number of training rows.
        epochs: maximum number of passes over the rows.
        batch_size: rows a step.
    """
    if name == "keras":
        from training.keras_loop import KerasLoop

        return KerasLoop(model, batch_size)
    devices = model.distribute_strategy.num_replicas_in_sync
    if devices > 1:
        batch_size = -(-batch_size // devices) * devices
        print(f"devices     {devices} share every batch of {batch_size} rows")
    dense = sum(isinstance(layer, layers.Dense) for layer in flatten_layers(model))
    enough = epochs * -(-rows // batch_size) >= STEPS_PER_LAYER * dense
    xla = name == "xla" or (name == "auto" and devices == 1 and suits_xla(model) and enough)
    if xla:
        configure_xla(model.count_params())
    runner = "compiled by XLA" if xla else "run by TensorFlow"
    print(f"loop        many steps per call, {runner} (--loop xla, graph or keras)")
    return Loop(model, batch_size, xla)


def compile_metrics(model):
    """Return the function that computes a model's metrics, as one graph if possible.

    In an epoch of few rows the metrics would take as long as the steps. Python code of a model's
    own may look at values, which a graph does not allow, and is called as it is.
    """
    compute = model.get_metrics_result
    is_usual = type(model).get_metrics_result is keras.Model.get_metrics_result
    return tf.function(compute, autograph=False) if is_usual else compute


def suits_xla(model):
    """Return whether XLA runs all layers of a model, and runs them fast."""
    return not any(isinstance(layer, NOT_FOR_XLA) for layer in flatten_layers(model))


def rows_at_once(arrays, batch_size):
    """Return the number of rows to evaluate in one call."""
    values = max(math.prod(x.shape[1:]) for x in arrays)
    return min(ROWS_AT_ONCE, max(batch_size, VALUES_AT_ONCE // max(values, 1)))


def device_number():
    """Return the number of this device among those that share a batch."""
    return tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, "int32")


def take_share(rows):
    """Return this device's share of rows, whose number need not be a multiple of the devices'.

    The shares count alike in the gradient.
    """
    devices = tf.distribute.get_strategy().num_replicas_in_sync
    if devices == 1:
        return rows
    count = tf.shape(tf.nest.flatten(rows)[0])[0]
    start, stop = (count * number // devices for number in (device_number(), device_number() + 1))
    # The mean over no row would be NaN.
    start, stop = tf.cond(count < devices, lambda: (0, count), lambda: (start, stop))
    return tf.nest.map_structure(lambda x: x[start:stop], rows)


def slice_batch(x, start, size):
    """Return rows from `start` on, `size` of them: XLA must know the number."""
    rows = tf.slice(x, [start] + [0] * (x.shape.rank - 1), [size, *x.shape[1:]])
    return tf.ensure_shape(rows, [size, *x.shape[1:]])
