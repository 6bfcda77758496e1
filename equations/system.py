"""The residuals of an equation and its conditions as functions of all weights.

The optimisers of `training/` lower the sum of their squares.
"""

from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from equations.jacobian import compute_jacobian, count_points, split_batch
from equations.residuals import Residuals
from models.weight_vector import WeightVector


class System:
    """A network, the terms of its loss, and their derivatives by all weights.

    All weights are one vector: the trainable variables in the model's order, then the constants.

    Args:
        model: Functional model such as `models.pinn.pinn`.
        coordinates: names of the coordinates.
        terms: list of `equations.terms.Term`.
        constants: `{name: initial value}` of the constants to be found.
        scales: for each constant the number of which its weight is a multiple; ones by default. A
            power of ten near the constant makes its weight as large as the network's.

    Attributes:
        constants: `keras.Variable` `(constants,)` in units of `scales`, None if there are none.
        term_weights: for each term a variable with the weights of its expressions in the loss.
        residuals: compiled; from `(weights, batch)` to all rows, `(rows,)`.
        jacobian: compiled; from `(weights, batch)` to the rows and their derivatives by all
            weights, `(rows, weights)`.
        loss_and_gradient: compiled; from `(weights, batch)` to the sum of the squared rows and
            its gradient.
    """

    def __init__(self, model, coordinates, terms, constants=None, scales=None):
        self.model, self.coordinates, self.terms = model, tuple(coordinates), tuple(terms)
        self.constant_names, self.constants = tuple(constants or ()), None
        self.constant_scales = np.ones(len(self.constant_names)) if scales is None else scales
        variables = list(model.trainable_variables)
        if constants:
            guesses = np.array(list(constants.values())) / self.constant_scales
            self.constants = keras.Variable(guesses, dtype=variables[0].dtype, name="constants")
            variables.append(self.constants)
        self.vector = WeightVector(variables)
        self.size, self.dtype = self.vector.size, self.vector.dtype
        scaled = dict(zip(self.constant_names, map(float, self.constant_scales), strict=True))
        self.parts = [Residuals(term, self.coordinates, scaled) for term in self.terms]
        self.term_weights = [
            tf.Variable(np.broadcast_to(term.weights, len(term.names)), dtype="float64")
            for term in self.terms
        ]
        self.residuals = compile_by_xla(self.compute_residuals)
        self.jacobian = compile_by_xla(self.compute_jacobian)
        self.loss_and_gradient = compile_by_xla(self.compute_loss_and_gradient)

    def prepare(self, points):
        """Compute what the residuals need at some points whatever the weights are: a batch.

        Args:
            points: list with a pair for each term: a list of `(points, coordinates)` arrays, one
                for each location, and the measured values `(points, measured)`.
        """
        parts = zip(self.parts, points, self.term_weights, strict=True)
        return [part.prepare(self.model, at, weights, self.dtype) for part, at, weights in parts]

    def split_batch(self, batch):
        """Split a batch into parts whose Jacobian fits into memory."""
        counts = zip(count_points(batch), self.terms, strict=True)
        rows = sum(count * len(term.names) for count, term in counts)
        return split_batch(batch, rows, self.size)

    # What every step computes

    @contextmanager
    def use_weights(self, vector):
        """Make the model compute with these weights inside; yields the scaled constants."""
        parts = self.vector.split(vector)
        constants = tf.unstack(parts.pop()) if self.constant_names else []
        pairs = zip(self.model.trainable_variables, parts, strict=True)
        with keras.StatelessScope(list(pairs), initialize_variables=False):
            yield constants

    def compute_rows(self, weights, batch):
        """Return for each term a list of the rows of its expressions, `(points,)` each."""
        with self.use_weights(weights) as constants:
            return [
                part.compute(self.model, at, constants)
                for part, at in zip(self.parts, batch, strict=True)
            ]

    def compute_residuals(self, weights, batch):
        rows = self.compute_rows(weights, batch)
        return tf.concat([row for term in rows for row in term], axis=0)

    def compute_loss_and_gradient(self, weights, batch):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = tf.reduce_sum(self.compute_residuals(weights, batch) ** 2)
        return loss, tape.gradient(loss, weights)

    def compute_jacobian(self, weights, batch):
        variables = self.model.trainable_variables
        with self.use_weights(weights) as constants:
            pairs = [
                pair
                for part, at in zip(self.parts, batch, strict=True)
                for pair in compute_jacobian(part, self.model, at, variables, constants)
            ]
        rows, jacobians = zip(*pairs, strict=True)
        return tf.concat(rows, axis=0), tf.concat(jacobians, axis=0)

    # Around the steps

    def get_weights(self):
        return self.vector.read()

    def read_constants(self, weights=None):
        """Return `{name: value}` of the constants, of the present weights or of others."""
        weights = self.get_weights() if weights is None else np.asarray(weights)
        values = weights[len(weights) - len(self.constant_names) :] * self.constant_scales
        return dict(zip(self.constant_names, values.tolist(), strict=True))

    def set_weights(self, weights):
        self.vector.assign(weights)

    def term_losses(self, rows, batch):
        """Return the weighted mean square of each expression, `{name: value}`."""
        counts = zip(count_points(batch), self.terms, strict=True)
        lengths = [count for count, term in counts for _ in term.names]
        parts = np.split(rows, np.cumsum(lengths)[:-1])
        names = [name for term in self.terms for name in term.names]
        return {name: float(part @ part) for name, part in zip(names, parts, strict=True)}


def compile_by_xla(function):
    return tf.function(function, jit_compile=True, autograph=False)
