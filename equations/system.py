"""The residuals of an equation and its conditions as functions of all weights: what the optimisers of `training/` make small.

Row by row: a row is one residual at one point. The rows of a term (an equation, a condition) are scaled so that the sum of all
rows squared is the loss, the sum of the terms' weighted mean squares.
"""

import math
from dataclasses import dataclass

import numpy as np
import sympy
import tensorflow as tf
from keras import layers

from models import taylor
from models.tape import tape_derivative
from symbolic import formula
from symbolic.calculus import remove_spikes
from symbolic.tensor_function import compile_tensor_function

BLOCK = 2**26  # numbers of the Jacobian that are computed at once: half a gigabyte
BALANCING, LARGEST_WEIGHT = (
    0.1,
    1e6,
)  # how far the weights of terms move towards balance at once, and at most


@dataclass(frozen=True)
class Term:
    """Residuals that are computed at the same points: all equations of a system, or the conditions on one face.

    Attributes:
        names: the text of each equation or condition.
        expressions: sympy, one a name, zero where it holds; in coordinates, the symbols of `values`, of `measured`, and
            unknown constants.
        values: `(symbol, unknown's place, multi-index, which of the term's places)` each. A periodic condition looks at two
            places at once, all others at one.
        measured: names of the values that are given with the points.
        weights: of each expression's mean square in the loss, at the start.
        factor: sympy, in coordinates, by which the expressions are multiplied.
    """

    names: tuple
    expressions: tuple
    values: tuple
    measured: tuple = ()
    weights: tuple = (1.0,)
    factor: object = sympy.S.One

    @property
    def places(self):
        return 1 + max((place for *_, place in self.values), default=0)


class System:
    """A network, the terms it has to fulfil, and their derivatives by all weights.

    Args:
        model: from `models.pinn.pinn`.
        coordinates: their names.
        terms: list of `Term`.
        trial: formulas `(offsets, factors)` of the trial solution as sympy, one an unknown; None without.
        constants: `keras.Variable` `(constants,)` of constants to be found, which count as weights, and their names.

    All weights are one vector: kernels and biases in the model's order, then the constants. `points` is a list, a term an
    entry: a pair of a list of `(points, coordinates)` arrays, one for each place the term looks at, and of the measured values
    `(points, measured)`.
    """

    def __init__(self, model, coordinates, terms, trial=None, constants=None, constant_names=()):
        self.model, self.coordinates, self.terms, self.trial = (
            model,
            tuple(coordinates),
            tuple(terms),
            trial,
        )
        self.constant_names = tuple(constant_names)
        self.features = model.get_layer("features")
        self.dense = [layer for layer in model.layers if isinstance(layer, layers.Dense)]
        self.variables = [
            variable for layer in self.dense for variable in (layer.kernel, layer.bias)
        ]
        self.variables += [constants] if constant_names else []
        self.shapes = [tuple(variable.shape) for variable in self.variables]
        self.sizes = [math.prod(shape) for shape in self.shapes]
        self.size, self.dtype = sum(self.sizes), self.variables[0].dtype
        self.functions = [self.row_functions(term, term.factor) for term in self.terms]
        self.indices = [self.multi_indices(term) for term in self.terms]
        self.weights = [
            tf.Variable(np.broadcast_to(term.weights, len(term.names)), dtype="float64")
            for term in self.terms
        ]
        self.known_functions = {}
        self.features_at = tf.function(self.feature_series, autograph=False)
        self.rows = tf.function(self.all_rows, jit_compile=True, autograph=False)
        self.jacobian = tf.function(self.all_rows_and_jacobian, jit_compile=True, autograph=False)
        self.pulls = tf.function(self.norms_of_gradients, jit_compile=True, autograph=False)
        self.loss_and_gradient = tf.function(
            self.loss_and_its_gradient, jit_compile=True, autograph=False
        )

    def row_functions(self, term, factor=1):
        names = [
            *self.coordinates,
            *(symbol.name for symbol, *_ in term.values),
            *term.measured,
            *self.constant_names,
        ]
        return [
            compile_tensor_function(factor * expression, names) for expression in term.expressions
        ]

    def multi_indices(self, term):
        """For each place that a term looks at, the multi-indices of the series that are needed there."""
        zero = (0,) * len(self.coordinates)
        return [
            taylor.multi_indices(
                [zero, *(index for _, _, index, place in term.values if place == number)]
            )
            for number in range(term.places)
        ]

    # What does not change while the points stay

    def at(self, points):
        """What the residuals need at these points and no weight changes: `rows` and the others take it.

        In all of it a point is a column: coordinates are `(coordinates, points)`.
        """
        return [
            {
                "places": [
                    self.at_place(x, indices)
                    for x, indices in zip(places, all_indices, strict=True)
                ],
                "measured": tf.constant(measured.T, self.dtype),
                "weights": weights,  # the variable: `balance` changes it
                "points": tf.constant(len(places[0]), self.dtype),
            }
            for (places, measured), all_indices, weights in zip(
                points, self.indices, self.weights, strict=True
            )
        ]

    def at_place(self, x, indices):
        known = {"coordinates": tf.constant(x.T, self.dtype)}
        known["features"] = self.features_at(known["coordinates"], tuple(indices))
        if self.trial:
            for name, formulas in zip(("offset", "factor"), self.trial, strict=True):
                series = {
                    index: self.known_series(name, formulas, index, np.asarray(x, "float64"))
                    for index in indices
                }
                known[name] = {
                    index: tf.constant(value, self.dtype) for index, value in series.items()
                }
        return known

    def blocks(self, known):
        """What is known of all points, cut into parts of a term's points each, whose Jacobian has `BLOCK` numbers at most.

        All but the last one are equally long, and the last one is hardly longer: two programs to compile.
        """
        counts = count_points(known)
        rows = sum(count * len(term.names) for count, term in zip(counts, self.terms, strict=True))
        number = -(-rows * self.size // BLOCK)

        def cut(place, count, part):
            size = count // number
            ends = part * size, count if part == number - 1 else (part + 1) * size
            of_points = {name: place[name] for name in ("places", "measured")}
            return place | tf.nest.map_structure(lambda values: values[:, slice(*ends)], of_points)

        if number <= 1:
            return [known]
        return [
            [cut(place, count, part) for place, count in zip(known, counts, strict=True)]
            for part in range(number)
        ]

    def feature_series(self, x, indices):
        return self.features.series(taylor.coordinate_series(x, indices), list(indices))

    def known_series(self, name, formulas, index, x):
        """The coefficient of a formula's Taylor series at the points, `(unknowns, points)`."""
        if (name, index) not in self.known_functions:
            orders = [
                (sympy.Symbol(c, real=True), order)
                for c, order in zip(self.coordinates, index, strict=True)
                if order
            ]
            self.known_functions[name, index] = [
                formula.compile_function(
                    remove_spikes(expression.diff(*orders)) if orders else expression,
                    self.coordinates,
                )
                for expression in formulas
            ]
        return np.stack([f(*x.T) for f in self.known_functions[name, index]]) / taylor.factorial(
            index
        )

    # What every step computes

    def split(self, weights):
        """The vector of all weights as kernels and biases of the layers, and the constants, each a scalar."""
        parts = [
            tf.reshape(part, shape)
            for part, shape in zip(tf.split(weights, self.sizes), self.shapes, strict=True)
        ]
        constants = tf.unstack(parts.pop()) if self.constant_names else []
        return parts, constants

    def unknowns_at(self, known, indices, parts, watched=None):
        """The series of all unknowns at one place, `(unknowns, points)` each.

        `watched` is a pair of a tape and a list: what enters each dense layer, and what leaves it before the activation, is
        added to the list, the latter watched by the tape.
        """
        x = known["features"]
        for number, layer in enumerate(self.dense):
            kernel, bias = parts[2 * number : 2 * number + 2]
            z = taylor.linear(x, kernel, bias)
            if watched:
                tape, seen = watched
                for value in z.values():
                    tape.watch(value)
                seen.append((x, z))
            x = taylor.activate(layer.activation.__name__, z, indices)
        if self.trial:
            x = taylor.product(known["factor"], x, indices)
            x = {index: value + known["offset"][index] for index, value in x.items()}
        return x

    def term_rows(self, number, known, parts, constants, watched=None):
        """The rows of each of a term's expressions, `(points,)`, scaled."""
        term = self.terms[number]
        series = [
            self.unknowns_at(place, indices, parts, watched)
            for place, indices in zip(known["places"], self.indices[number], strict=True)
        ]
        coordinates = tf.unstack(known["places"][0]["coordinates"], num=len(self.coordinates))
        measured = tf.unstack(known["measured"], num=len(term.measured))
        values = [
            series[place][index][unknown] * taylor.factorial(index)
            if index in series[place]
            else tf.zeros_like(
                coordinates[0]
            )  # e.g. the second derivative of a network without hidden layers
            for _, unknown, index, place in term.values
        ]
        scales = tf.unstack(
            tf.sqrt(tf.cast(known["weights"], self.dtype) / known["points"]), num=len(term.names)
        )
        return [
            function(*coordinates, *values, *measured, *constants) * scale
            for function, scale in zip(self.functions[number], scales, strict=True)
        ]

    def all_rows(self, weights, known):
        parts, constants = self.split(weights)
        rows = [
            self.term_rows(number, known[number], parts, constants)
            for number in range(len(self.terms))
        ]
        return tf.concat([part for parts in rows for part in parts], axis=0)

    def loss_and_its_gradient(self, weights, known):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            loss = tf.reduce_sum(self.all_rows(weights, known) ** 2)
        return loss, tape.gradient(loss, weights)

    def balance(self, weights, points):
        """Move the conditions' weights towards those with which each term pulls at the network as strongly as the equations.

        Returns what `at` gives for the new weights.

        Source: S. Wang, Y. Teng, P. Perdikaris, arXiv:2001.04536.
        """
        pulls = np.split(
            self.pulls(tf.constant(weights), self.at(points)).numpy(),
            np.cumsum([len(term.names) for term in self.terms])[:-1],
        )
        equations = pulls[0].max()
        for present, pull in zip(self.weights[1:], pulls[1:], strict=True):
            wanted = np.minimum(equations / np.maximum(pull, 1e-300), LARGEST_WEIGHT)
            present.assign((1 - BALANCING) * present.numpy() + BALANCING * wanted)
        return self.at(points)

    def norms_of_gradients(self, weights, known):
        """For each expression the norm of its mean square's gradient, before it is weighted, `(expressions,)`."""
        unweighted = [place | {"weights": tf.ones_like(place["weights"])} for place in known]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(weights)
            parts, constants = self.split(weights)
            terms = [
                self.term_rows(number, place, parts, constants)
                for number, place in enumerate(unweighted)
            ]
            losses = [tf.reduce_sum(rows**2) for term in terms for rows in term]
        return tf.stack([tf.norm(tape.gradient(loss, weights)) for loss in losses])

    def all_rows_and_jacobian(self, weights, known):
        """All rows, and their derivatives by all weights, `(rows, weights)`.

        The points don't know of each other: one reverse pass of the sum of an expression's rows gives the derivative of each
        row by what enters the activations at its own point, and with what entered the layer there, by the layer's weights.
        """
        parts, constants = self.split(weights)
        blocks = [
            block
            for number in range(len(self.terms))
            for block in self.jacobians(number, known[number], parts, constants)
        ]
        rows, jacobians = zip(*blocks, strict=True)
        return tf.concat(rows, axis=0), tf.concat(jacobians, axis=0)

    def jacobians(self, number, known, parts, constants):
        """Pairs of rows and their Jacobian, one an expression of the term."""
        points = tf.shape(known["places"][0]["coordinates"])[1]
        constants = [
            tf.repeat(constant, points) for constant in constants
        ]  # each row has its own, so that no sum mixes them
        seen = []
        with tf.GradientTape(persistent=True) as tape:
            for constant in constants:
                tape.watch(constant)
            all_rows = self.term_rows(number, known, parts, constants, watched=(tape, seen))
            totals = [tf.reduce_sum(rows) for rows in all_rows]
        entered = [tf.nest.map_structure(tf.transpose, x) for x, _ in seen]
        for rows, total in zip(all_rows, totals, strict=True):
            slopes, by_constants = tape.gradient(
                total, ([z for _, z in seen], constants), unconnected_gradients="zero"
            )
            columns = [[] for _ in range(2 * len(self.dense))]
            slopes = tf.nest.map_structure(tf.transpose, slopes)
            for place, (x, slope) in enumerate(zip(entered, slopes, strict=True)):
                layer = place % len(self.dense)
                kernel = sum(
                    x[index][:, :, None] * slope[index][:, None, :] for index in x
                )  # (points, inputs, units)
                columns[2 * layer].append(tf.reshape(kernel, (points, -1)))
                columns[2 * layer + 1].append(
                    slope[next(iter(x))]
                )  # the bias moves the value alone
            by_weights = [tf.add_n(column) for column in columns]
            yield (
                rows,
                tf.concat([*by_weights, *(slope[:, None] for slope in by_constants)], axis=1),
            )

    def residual(self):
        """A function of named coordinates, for the export: the residual of each equation, and the derivatives it names.

        It uses nothing but the model, by nested `GradientTape`s.
        """
        term, functions = self.terms[0], self.row_functions(self.terms[0])
        constants = self.variables[-1].numpy() if self.constant_names else ()

        def residual(inputs):
            coordinates = [tf.cast(inputs[name], self.dtype) for name in self.coordinates]
            values = {
                symbol.name: tape_derivative(self.model, coordinates, index, unknown)
                for symbol, unknown, index, _ in term.values
            }
            fixed = [tf.constant(value, self.dtype) for value in constants]
            rows = [function(*coordinates, *values.values(), *fixed) for function in functions]
            several = len(rows) > 1
            named = {
                f"residual_{n}" if several else "residual": row
                for n, row in enumerate(rows, start=1)
            } | values
            return {name: tf.cast(value, "float64") for name, value in named.items()}

        return residual

    # Between the vector and the variables

    def get_weights(self):
        return np.concatenate([variable.numpy().ravel() for variable in self.variables])

    def set_weights(self, weights):
        parts = np.split(np.asarray(weights), np.cumsum(self.sizes)[:-1])
        for variable, part, shape in zip(self.variables, parts, self.shapes, strict=True):
            variable.assign(part.reshape(shape))

    def losses(self, rows, known):
        """The weighted mean square of each expression, by its name."""
        lengths = [
            count
            for count, term in zip(count_points(known), self.terms, strict=True)
            for _ in term.names
        ]
        parts = np.split(rows, np.cumsum(lengths)[:-1])
        names = [name for term in self.terms for name in term.names]
        return {name: float(part @ part) for name, part in zip(names, parts, strict=True)}


def count_points(known):
    """Of each term, how many points are in what `System.at` gave."""
    return [place["places"][0]["coordinates"].shape[1] for place in known]
