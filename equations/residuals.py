"""The residuals of a term as functions of tensors, with the derivatives that they name."""

import tensorflow as tf

from models import taylor, taylor_network
from symbolic.tensor_function import compile_tensor_function


class Residuals:
    """The residuals of one term, row by row: a row is an expression at a point.

    Args:
        term: `equations.terms.Term`.
        coordinates: names of the coordinates.
        constants: `{name: scale}` of the constants to be found.
    """

    def __init__(self, term, coordinates, constants):
        self.term, self.scales = term, list(constants.values())
        self.functions = expression_functions(term, coordinates, constants, term.factor)
        zero = (0,) * len(coordinates)
        self.indices = [  # of the series at each location
            taylor.multi_indices([zero, *(value[2] for value in term.values if value[3] == number)])
            for number in range(term.num_locations)
        ]

    def prepare(self, model, points, weights, dtype):
        """Compute what the residuals need at some points whatever the network's weights are.

        Args:
            model: network.
            points: pair of a list of `(points, coordinates)`, one for each location, and of
                measured values `(points, measured)`.
            weights: variable with the weights of the expressions in the loss, which may change.
            dtype: dtype of the network.

        Returns: nest of tensors; the points are the last axis of those that depend on them.
        """
        locations, measured = points
        return {
            "locations": [
                {
                    "coordinates": tf.constant(x.T, dtype),
                    "layers": taylor_network.prepare(model, x, indices),
                }
                for x, indices in zip(locations, self.indices, strict=True)
            ],
            "measured": tf.constant(measured.T, dtype),
            "weights": weights,
            "points": tf.constant(len(locations[0]), dtype),
        }

    def compute(self, model, batch, constants, watch=None):
        """Return the rows of each expression, `(points,)`.

        They are scaled so that the sum of all rows squared is the loss, the sum of the
        expressions' weighted mean squares.

        Args:
            model: network; its weights may be those of a `keras.StatelessScope`.
            batch: from `prepare`.
            constants: list of tensors, the constants in units of their scales.
            watch: see `models.taylor_network.propagate`.
        """
        locations, dtype = batch["locations"], batch["points"].dtype
        series = [
            taylor_network.propagate(model, at["coordinates"], at["layers"], indices, watch)
            for at, indices in zip(locations, self.indices, strict=True)
        ]
        coordinates = tf.unstack(locations[0]["coordinates"])
        measured = tf.unstack(batch["measured"], num=len(self.term.measured))
        values = [
            series[location][index][unknown] * taylor.factorial(index)
            if index in series[location]
            # Such as the second derivative of a network without hidden layers.
            else tf.zeros_like(coordinates[0])
            for _, unknown, index, location in self.term.values
        ]
        constants = [c * scale for c, scale in zip(constants, self.scales, strict=True)]
        scales = tf.unstack(
            tf.sqrt(tf.cast(batch["weights"], dtype) / batch["points"]), num=len(self.functions)
        )
        return [
            function(*coordinates, *values, *measured, *constants) * scale
            for function, scale in zip(self.functions, scales, strict=True)
        ]


def expression_functions(term, coordinates, constants, factor=1):
    """Return a term's expressions as functions of coordinates, values, measured and constants."""
    values = [symbol.name for symbol, *_ in term.values]
    names = [*coordinates, *values, *term.measured, *constants]
    return [compile_tensor_function(factor * expression, names) for expression in term.expressions]
