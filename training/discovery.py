"""The discovery of an equation from measurements.

A network learns the data. Then the network and the coefficients of all candidate terms are fitted
together, and one term after the other is left out as long as data and equation are explained as
well without it. What remains is an inverse problem.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from equations import terms
from equations.candidates import read_candidates
from equations.collocation import Region
from models.tape import tape_derivative
from symbolic.sparse_regression import Fit, eliminate
from training.joint_fit import JointFit
from training.measurement_fit import fit_measurements

ROWS_PER_WEIGHT = 4  # with fewer the equation holds at the points, and anything between them


class Discovered(NamedTuple):
    """What a discovery found.

    Attributes:
        error: relative error on held-out measurements, root mean square, of the network alone.
        steps: list of `symbolic.sparse_regression.Step`, one for each model that was tried.
        fit: `Fit` of the chosen model.
        terms: pairs `(left side, text)` of its terms.
        coefficients: their coefficients in the equation's units, `(terms,)`.
        weights: weights of the equations' mean squares in the loss, beside the measurements'.
    """

    error: float
    steps: list
    fit: Fit
    terms: list
    coefficients: np.ndarray
    weights: tuple


class Discovery:
    """Finds which terms of a library an equation has.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: `equations.problem.Problem` with the left sides as its residuals.
        left: texts of the left sides, a derivative of each unknown function.
        library: texts of the terms that each right side may have.
        table: measurements, `{coordinate or unknown: (rows,)}`.
        points: number of points where the equations are to hold; 0 for four rows per weight.
        seed: seed of the points, and of the choice of the held-out measurements.

    Raises: UserError for a term that cannot be read.
    """

    def __init__(self, network, problem, left, library, table, points=0, seed=0):
        self.network, self.problem, self.left = network, problem, list(left)
        self.table, self.seed = table, seed
        self.candidates = read_candidates(left, library, problem.coordinates, problem.unknowns)
        self.count = points or ROWS_PER_WEIGHT * network.count_params() // len(left)

    def run(self, report_error, report_step):
        """Fit the network, then leave out terms. Returns a `Discovered`.

        Args:
            report_error: called with the error of the network that is fitted to the data alone.
            report_step: called with each `Step` and the pairs `(left side, text)` of its terms.
        """
        tf.get_logger().setLevel("ERROR")  # many systems are traced, of which it would warn
        term, measurements = self.build_measurements(self.problem)
        coordinates = self.problem.coordinates
        error = fit_measurements(self.network, coordinates, term, measurements, self.seed)
        report_error(error)
        region = Region(self.problem.low, self.problem.high, [{}], self.count)
        (points,), _ = region.draw([self.seed, 0])
        joint = JointFit(self.network, coordinates, self.candidates, term, measurements, points)
        steps = eliminate(
            joint.fit_all(),
            joint.refit,
            measurements.values.size,
            lambda step: report_step(step, self.name_terms(step.fit)),
        )
        chosen = [step for step in steps if step.kept][-1].fit
        joint.restore(chosen)
        coefficients = chosen.coefficients * joint.units[chosen.terms]
        names, weights = self.name_terms(chosen), joint.equation_weights
        return Discovered(error, steps, chosen, names, coefficients, weights)

    def build_measurements(self, problem):
        """Return the term of the measurements; its loss is the unexplained part of the variance."""
        term, measurements = terms.build_measurements(problem, self.table, 1.0)
        variances = np.var(measurements.values, axis=0)
        return replace(term, weights=tuple(1 / (len(variances) * variances))), measurements

    def name_terms(self, fit):
        """Return `(left side, text)` of the terms of a `Fit`."""
        texts = self.candidates.texts
        return [(self.left[n // len(texts)], texts[n % len(texts)]) for n in fit.terms]

    def build_inverse_problem(self, problem, weights):
        """Return the terms for `training.equation_fit.fit_equation` that refine the chosen model.

        Args:
            problem: `Problem` with the chosen terms, their coefficients its unknown constants.
            weights: weights of the equations, from `Discovered`.
        """
        equations, region = terms.build_interior(problem, self.count)
        return [(replace(equations, weights=weights), region), self.build_measurements(problem)]

    def read_initial_conditions(self):
        """Return the initial values of the network as conditions of an ODE, as text."""
        ((name, start),) = zip(self.problem.coordinates, self.problem.low, strict=True)
        at = [tf.constant([start], "float64")]
        conditions = []
        for number, derivative in enumerate(self.problem.derivatives):
            for order in range(derivative.orders[0]):
                value = float(tape_derivative(self.network, at, (order,), number)[0])
                subscript = f"_{name * order}" if order else ""
                conditions.append(f"{derivative.unknown}{subscript}({start:.17g}) = {value:.8g}")
        return conditions
