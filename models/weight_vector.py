"""All trainable variables as one vector, as second-order optimisers take them."""

import math

import numpy as np
import tensorflow as tf


class WeightVector:
    """Variables of one dtype, one after another in a vector.

    Args:
        variables: list of `keras.Variable`.
    """

    def __init__(self, variables):
        self.variables = variables
        self.shapes = [tuple(variable.shape) for variable in variables]
        self.sizes = [math.prod(shape) for shape in self.shapes]
        self.size, self.dtype = sum(self.sizes), variables[0].dtype

    def split(self, vector):
        """Return the tensors of a vector, one for each variable."""
        parts = zip(tf.split(vector, self.sizes), self.shapes, strict=True)
        return [tf.reshape(part, shape) for part, shape in parts]

    def read(self):
        """Return the values of the variables as an array, `(weights,)`."""
        return np.concatenate([variable.numpy().ravel() for variable in self.variables])

    def assign(self, vector):
        """Set the variables to the values of an array, `(weights,)`."""
        parts = np.split(np.asarray(vector), np.cumsum(self.sizes)[:-1])
        for variable, part, shape in zip(self.variables, parts, self.shapes, strict=True):
            variable.assign(part.reshape(shape))
