"""The layer that builds conditions into a network."""

import keras
import tensorflow as tf
from keras import layers

from symbolic import formula
from symbolic.tensor_function import compile_tensor_function


@keras.saving.register_keras_serializable(package="pinn")
class TrialSolution(layers.Layer):
    """u = G + B N: whatever the network N is, u fulfils the conditions that the formulas G and B were made for.

    Args:
        coordinates: their names in the formulas.
        offsets, factors: text of G and B, one a network output.

    Input shape: `[(batch, coordinates), (batch, unknowns)]`.
    Output shape: `(batch, unknowns)`.

    Source: Lagaris, Likas and Fotiadis, arXiv:physics/9705023.
    """

    def __init__(self, coordinates, offsets, factors, **kwargs):
        super().__init__(**kwargs)
        self.coordinates, self.offsets, self.factors = (
            tuple(coordinates),
            tuple(offsets),
            tuple(factors),
        )

    def build(self, input_shape):
        def functions(texts):
            return [
                compile_tensor_function(formula.parse(text, self.coordinates), self.coordinates)
                for text in texts
            ]

        self.offset_functions, self.factor_functions = (
            functions(self.offsets),
            functions(self.factors),
        )

    def call(self, inputs):
        coordinates, network = inputs
        x = tf.unstack(coordinates, num=len(self.coordinates), axis=-1)
        offset = tf.stack([function(*x) for function in self.offset_functions], axis=-1)
        factor = tf.stack([function(*x) for function in self.factor_functions], axis=-1)
        return offset + factor * network

    def get_config(self):
        texts = {"coordinates": self.coordinates, "offsets": self.offsets, "factors": self.factors}
        return super().get_config() | texts
