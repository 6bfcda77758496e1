"""A DeepONet that also learns from its equation: the residual for each input function."""

import keras
import numpy as np
import tensorflow as tf

from equations.notation import derivative_symbols
from errors import UserError
from models import taylor, taylor_network
from models.operator_endpoints import find_network
from symbolic.tensor_function import compile_tensor_function
from training.losses import relative_l2

TIMES = 16  # at which the equation is looked at, beside the points of the inputs


class PhysicsInformed(keras.Model):
    """Trains an operator on known outputs and on the residuals of an equation.

    Args:
        operator: from functions to functions in their own units, a `deeponet` inside.
        problem: `equations.problem.Problem` of the output function, whose unknown constants are
            the input functions.
        sensors: points of the input functions in the first coordinate, `(points,)`.
        weight: factor of the mean squared residuals in the loss.

    Source: S. Wang, H. Wang, P. Perdikaris, Learning the solution operator of parametric partial
    differential equations with physics-informed DeepONets, arXiv:2103.10974.
    """

    def __init__(self, operator, problem, sensors, weight):
        super().__init__(name="physics_informed")
        self.operator, self.weight = operator, weight
        network = find_network(operator)
        self.trunk = network.get_layer("trunk")
        self.branch = keras.Model(network.input, self.trunk.input)
        self.scale, self.units = operator.get_layer("scale"), operator.get_layer("units")
        self.terms = build_terms(problem, sensors, self.trunk.network)
        names = ("loss", "data", "physics")
        self.trackers = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True  # with the operator

    @property
    def metrics(self):
        return list(self.trackers.values())

    def call(self, x):
        return self.operator(x)

    def train_step(self, data):
        """Outputs are NaN where they are not known."""
        x, y = data
        with tf.GradientTape() as tape:
            coefficients = self.branch(self.scale(x))
            found = self.units(self.trunk(coefficients))
            known = tf.math.is_finite(y)
            rows = tf.cast(tf.reduce_all(known, axis=[1, 2]), found.dtype)
            errors = relative_l2(tf.where(known, y, tf.ones_like(y)), found) * rows
            misfit = tf.reduce_sum(errors) / tf.maximum(tf.reduce_sum(rows), 1.0)
            physics = tf.add_n([self.compute_residual(t, coefficients, x) for t in self.terms])
            loss = misfit + self.weight * physics
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self.note(loss, misfit, physics)

    def test_step(self, data):
        x, y = data
        error = tf.reduce_mean(relative_l2(y, self.operator(x, training=False)))
        return self.note(error, error, 0.0)

    def note(self, *losses):
        for tracker, loss in zip(self.trackers.values(), losses, strict=True):
            tracker.update_state(loss)
        return {name: tracker.result() for name, tracker in self.trackers.items()}

    def compute_residual(self, term, coefficients, x):
        """Return the mean squared residual of a term over functions and points."""
        series = taylor_network.propagate(
            self.trunk.network, term["coordinates"], term["prepared"], term["indices"]
        )
        size = tf.cast(self.trunk.options["features"], coefficients.dtype) ** 0.5
        unit, middle = self.units.scale[0], self.units.offset[0]
        values = []
        for index, factor in term["values"]:
            functions = series[index] * (taylor.factorial(index) * factor)  # (features, points)
            u = tf.matmul(coefficients, functions) / size
            values.append((u + self.trunk.bias) * unit + middle if not any(index) else u * unit)
        shape = tf.shape(values[0])
        points = [tf.broadcast_to(row, shape) for row in tf.unstack(term["points"])]
        inputs = tf.unstack(tf.gather(x, term["sensors"], axis=1), axis=-1)
        return tf.reduce_mean(tf.square(term["function"](*points, *values, *inputs)))


def build_terms(problem, sensors, trunk):
    """Return what `PhysicsInformed` computes of the equation and of each condition.

    The points are the sensors, where the input functions are known, at several times.
    """
    low, high = np.array(problem.low), np.array(problem.high)
    times = [np.linspace(a, b, TIMES) for a, b in zip(low[1:], high[1:], strict=True)]
    symbols = derivative_symbols(problem)
    (residual,) = problem.residuals
    everywhere = [(symbol, found.orders) for symbol, found in symbols.items()]
    parts = [(residual, everywhere, [sensors, *times])]
    for condition in problem.conditions:
        if len({str(value.place) for value in condition.values}) > 1:
            raise UserError(f"--physics takes conditions at one place: {condition.text}")
        place = condition.values[0].place
        free = dict(zip(problem.coordinates, [sensors, *times], strict=True))
        axes = [[place[name]] if name in place else points for name, points in free.items()]
        values = [(value.symbol, value.derivative.orders) for value in condition.values]
        parts.append((condition.expression, values, axes))
    return [build_term(problem, *part, sensors, trunk) for part in parts]


def build_term(problem, expression, values, axes, sensors, trunk):
    """Return the parts of one residual, at a grid of points."""
    low, high = np.array(problem.low), np.array(problem.high)
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(low))
    scaled = ((points - low) / (high - low)).astype("float32")
    zero = (0,) * len(low)
    indices = taylor.multi_indices([zero, *(orders for _, orders in values)])
    widths = high - low
    names = [*problem.coordinates, *(symbol.name for symbol, _ in values), *problem.constants]
    return {
        "function": compile_tensor_function(expression, names),
        "values": [(orders, float(np.prod(widths ** -np.array(orders, float))))
                   for _, orders in values],
        "indices": indices,
        "points": tf.constant(points.T, "float32"),
        "coordinates": tf.constant(scaled.T),
        "prepared": taylor_network.prepare(trunk, scaled, indices),
        "sensors": np.abs(points[:, :1] - sensors).argmin(axis=1),
    }  # fmt: skip
