"""The layer that builds conditions into a network."""

from functools import cache

import keras
import numpy as np
import sympy
import tensorflow as tf
from keras import layers

from models import taylor
from symbolic import formula
from symbolic.calculus import remove_spikes
from symbolic.tensor_function import compile_tensor_function


@keras.saving.register_keras_serializable(package="pinn")
class TrialSolution(layers.Layer):
    """u = G + B N: whatever the network N is, u fulfils the conditions that G and B encode.

    Args:
        coordinates: names of the coordinates in the formulas.
        offsets, factors: text of G and B, one for each network output.

    Input shape: `[(batch, coordinates), (batch, unknowns)]`.
    Output shape: `(batch, unknowns)`.

    Source: Lagaris, Likas and Fotiadis, arXiv:physics/9705023.
    """

    def __init__(self, coordinates, offsets, factors, **kwargs):
        super().__init__(**kwargs)
        self.coordinates = tuple(coordinates)
        self.offsets, self.factors = tuple(offsets), tuple(factors)

    def build(self, input_shape):
        def functions(texts):
            expressions = [parse(text, self.coordinates) for text in texts]
            return [
                compile_tensor_function(expression, self.coordinates) for expression in expressions
            ]

        self.offset_functions = functions(self.offsets)
        self.factor_functions = functions(self.factors)

    def call(self, inputs):
        coordinates, network = inputs
        x = tf.unstack(coordinates, num=len(self.coordinates), axis=-1)
        offset = tf.stack([function(*x) for function in self.offset_functions], axis=-1)
        factor = tf.stack([function(*x) for function in self.factor_functions], axis=-1)
        return offset + factor * network

    def prepare(self, points, indices):
        """Return the Taylor series of G and of B, see `models.taylor_network`."""

        def series(texts):
            return {index: self.coefficient(texts, points, index) for index in indices}

        return {"offset": series(self.offsets), "factor": series(self.factors)}

    def coefficient(self, texts, points, index):
        """Return a coefficient of the formulas' Taylor series, `(unknowns, points)`.

        It is computed in float64 by NumPy: derivatives of formulas may be ill-conditioned.
        """
        functions = [derivative(text, self.coordinates, index) for text in texts]
        values = np.stack([function(*points.T) for function in functions])
        return tf.constant(values / taylor.factorial(index), self.dtype)

    def series(self, inputs, indices, prepared):
        _, network = inputs
        return taylor.add(taylor.product(prepared["factor"], network, indices), prepared["offset"])

    def get_config(self):
        texts = {"coordinates": self.coordinates, "offsets": self.offsets, "factors": self.factors}
        return super().get_config() | texts


@cache
def parse(text, coordinates):
    return formula.parse(text, coordinates)


@cache
def derivative(text, coordinates, index):
    """Return a derivative of a formula as a NumPy function of the coordinates."""
    expression = parse(text, coordinates)
    symbols = [sympy.Symbol(name, real=True) for name in coordinates]
    orders = [pair for pair in zip(symbols, index, strict=True) if pair[1]]
    if orders:
        expression = remove_spikes(expression.diff(*orders))
    return formula.compile_function(expression, coordinates)
