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
def fast_dropout(algorithm, replica=0):
    """Trace dropout in few operations inside, drawn by a random number generator.

    XLA on a CPU draws Keras' random numbers forty times slower than those of Threefry.

    Args:
        algorithm: "threefry", "philox" or "auto_select".
        replica: number of the device, so that no two devices drop the same units.
    """

    def dropout(inputs, rate, noise_shape=None, seed=None):
        if rate == 0 or noise_shape is not None:
            return usual(inputs, rate, noise_shape, seed)
        seed = tf.cast(random.draw_seed(seed), "int32") + tf.stack([0, replica])
        drawn = tf.random.stateless_uniform(tf.shape(inputs), seed, alg=algorithm)
        return inputs * (tf.cast(drawn >= rate, inputs.dtype) / (1 - rate))

    usual, random.dropout = random.dropout, dropout
    try:
        yield
    finally:
        random.dropout = usual


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
