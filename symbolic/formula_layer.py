"""A formula as a Keras layer, so that it is saved and exported as a network is."""

import keras
import tensorflow as tf
from keras import layers

from symbolic import formula
from symbolic.tensor_function import tensor_function


@keras.saving.register_keras_serializable(package="symbolic")
class FormulaLayer(layers.Layer):
    """The values of a formula.

    Args:
        text: the formula, as `symbolic.formula.parse` reads it.
        names: of its variables, in order.

    Input shape: `(batch, variables)`.
    Output shape: `(batch, 1)`.
    """

    def __init__(self, text, names, **kwargs):
        super().__init__(**kwargs)
        self.text, self.names = text, tuple(names)

    def build(self, input_shape):
        self.function = tensor_function(formula.parse(self.text, self.names), self.names)

    def call(self, inputs):
        return self.function(*tf.unstack(inputs, num=len(self.names), axis=-1))[:, None]

    def get_config(self):
        return super().get_config() | {"text": self.text, "names": self.names}


def formula_network(text, names):
    """`keras.Model` of a formula in float64: `(batch, variables)` to `(batch, 1)`."""
    inputs = keras.Input((len(names),), dtype="float64", name="variables")
    return keras.Model(
        inputs, FormulaLayer(text, names, dtype="float64", name="formula")(inputs), name="formula"
    )
