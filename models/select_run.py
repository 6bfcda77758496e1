"""A network for several runs: every run has outputs of its own."""

import keras
import tensorflow as tf
from keras import layers


@keras.saving.register_keras_serializable(package="pinn")
class SelectRun(layers.Layer):
    """The outputs of one run, selected by its number, which is the first coordinate.

    Args:
        runs: number of runs.

    Input shape: `[(batch, coordinates), (batch, runs * unknowns)]`.
    Output shape: `(batch, unknowns)`.
    """

    def __init__(self, runs, **kwargs):
        super().__init__(**kwargs)
        self.runs = runs

    def encode(self, numbers):
        return tf.one_hot(tf.cast(tf.round(numbers), "int32"), self.runs, dtype=self.dtype)

    def call(self, inputs):
        coordinates, outputs = inputs
        chosen = self.encode(coordinates[:, 0])  # (batch, runs)
        outputs = tf.reshape(outputs, (-1, self.runs, outputs.shape[-1] // self.runs))
        return tf.einsum("br,bru->bu", chosen, outputs)

    def compute_output_shape(self, shapes):
        batch, outputs = shapes[1]
        return batch, outputs // self.runs

    def prepare(self, points, indices):
        """Return which run each point belongs to, see `models.taylor_network`."""
        return tf.transpose(self.encode(points[:, 0]))  # (runs, points)

    def series(self, inputs, indices, prepared):
        _, network = inputs

        def select(values):
            unknowns = values.shape[0] // self.runs
            values = tf.reshape(values, (self.runs, unknowns, -1))
            return tf.reduce_sum(values * prepared[:, None, :], axis=0)

        return {index: select(values) for index, values in network.items()}

    def get_config(self):
        return super().get_config() | {"runs": self.runs}
