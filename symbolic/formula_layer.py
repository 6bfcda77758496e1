"""A formula as a Keras layer, so that it can be saved and exported like a network."""

import keras
import tensorflow as tf
from keras import layers

from symbolic import formula
from symbolic.tensor_function import compile_tensor_function


@keras.saving.register_keras_serializable(package="symbolic")
class FormulaLayer(layers.Layer):
    """Layer that computes the values of a formula.

    Args:
        text: formula as text that `symbolic.formula.parse` reads.
        names: names of its variables, in order.

    Input shape: `(batch, variables)`.
    Output shape: `(batch, 1)`.
    """

    def __init__(self, text, names, **kwargs):
        super().__init__(**kwargs)
        self.text, self.names = text, tuple(names)

    def build(self, input_shape):
        expression = formula.parse(self.text, self.names)
        self.function = compile_tensor_function(expression, self.names)

    def call(self, inputs):
        return self.function(*tf.unstack(inputs, num=len(self.names), axis=-1))[:, None]

    def get_config(self):
        return super().get_config() | {"text": self.text, "names": self.names}


def build_formula_model(text, names):
    """Build a `keras.Model` that computes a formula in float64.

    Args:
        text: formula as text that `symbolic.formula.parse` reads.
        names: names of its variables, in order.

    Input shape: `(batch, variables)`.
    Output shape: `(batch, 1)`.
    """
    inputs = keras.Input((len(names),), dtype="float64", name="variables")
    outputs = FormulaLayer(text, names, dtype="float64", name="formula")(inputs)
    return keras.Model(inputs, outputs, name="formula")
