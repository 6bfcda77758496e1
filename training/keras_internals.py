"""What this project uses of Keras' private interface, as read in Keras 3.15.1.

Check this file, and nothing else, when Keras is updated.
"""

import contextlib

import keras
import tensorflow as tf
from keras.src.backend.tensorflow import random


def flatten_layers(model):
    """Return all layers of a model, those inside of layers included."""
    return list(model._flatten_layers())


def build_state(model, batch):
    """Create all variables of a compiled model, given a batch as `train_step` takes it.

    A model with a `train_step` of its own may have several optimisers: these create their
    variables while the step is traced, which a loop in a graph does not allow.
    """
    if type(model).train_step is keras.Model.train_step:
        model._symbolic_build(data_batch=batch)
    else:
        tf.function(model.train_step, autograph=False).get_concrete_function(batch)


def find_optimisers(model):
    """Return all optimisers of a model, that of `compile` and those set as attributes."""
    found = [value for value in vars(model).values() if isinstance(value, keras.Optimizer)]
    return list({id(optimiser): optimiser for optimiser in found if optimiser.built}.values())


def set_initial_epoch(model, epoch):
    """Make `keras.Model.fit` begin with this epoch, as `keras.callbacks.BackupAndRestore` does."""
    model._initial_epoch = epoch


@contextlib.contextmanager
def fast_random_numbers(algorithm, replica=0):
    """Trace random numbers inside that are fast, and dropout that takes few operations.

    XLA on a CPU draws Keras' random numbers forty times slower than those of Threefry.

    Args:
        algorithm: "threefry", which only XLA has, "philox" or "auto_select".
        replica: number of the device, so that no two devices draw the same numbers.
    """

    def draw(function, shape, seed, *limits, dtype="float32"):
        seed = tf.cast(random.draw_seed(seed), "int32") + tf.stack([0, replica])
        return function(shape, seed, *limits, dtype=dtype, alg=algorithm)

    def normal(shape, mean=0.0, stddev=1.0, dtype=None, seed=None):
        dtype = dtype or keras.config.floatx()
        return draw(tf.random.stateless_normal, shape, seed, mean, stddev, dtype=dtype)

    def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
        dtype = dtype or keras.config.floatx()
        return draw(tf.random.stateless_uniform, shape, seed, minval, maxval, dtype=dtype)

    def dropout(inputs, rate, noise_shape=None, seed=None):
        if rate == 0 or noise_shape is not None:
            return usual["dropout"](inputs, rate, noise_shape, seed)
        drawn = draw(tf.random.stateless_uniform, tf.shape(inputs), seed)
        return inputs * (tf.cast(drawn >= rate, inputs.dtype) / (1 - rate))

    fast = {"normal": normal, "uniform": uniform, "dropout": dropout}
    usual = {name: getattr(random, name) for name in fast}
    vars(random).update(fast)
    try:
        yield
    finally:
        vars(random).update(usual)


def call_with_rows_of_weights(model, weights):
    """Return a Functional model as a function in which each row has weights of its own.

    Args:
        model: Functional `keras.Model` of one input, whose trainable layers are `Dense`.
        weights: `(rows, *shape)` for each trainable variable, in the model's order.
    """
    own = {variable.path: x for variable, x in zip(model.trainable_variables, weights, strict=True)}

    def replace(operation):
        if not getattr(operation, "trainable_variables", ()):
            return operation

        def dense(x):
            x = tf.reduce_sum(x[:, :, None] * own[operation.kernel.path], axis=1)
            x = x + own[operation.bias.path] if operation.use_bias else x
            return operation.activation(x)

        return dense

    return lambda rows: model._run_through_graph(rows, operation_fn=replace)
