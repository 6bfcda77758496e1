"""The discovery of an equation from measurements.

A network learns the data. Then the network and the coefficients of all candidate terms are fitted
together, and one term after the other is left out as long as data and equation are explained as
well without it. What remains is an inverse problem.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import sympy
import tensorflow as tf

from equations import terms
from equations.candidates import read_candidates, scale_candidates
from equations.collocation import Region
from equations.problem import Derivative
from equations.runs import RUN, RunRegion
from errors import UserError
from models.tape import tape_derivative
from symbolic.sparse_regression import Fit, eliminate
from training.candidate_values import evaluate_candidates
from training.discovery_verdict import Assessment, find_missing_term, find_simpler_terms
from training.joint_fit import JointFit
from training.measurement_fit import fit_measurements, relative_errors
from training.model_error import jackknife

FURTHER = ("sin({})", "cos({})", "exp({})", "exp(-{})", "abs({0})*{0}", "1/{}")
ROWS_PER_WEIGHT = 4  # with fewer the equation holds at the points, and anything between them


class Discovered(NamedTuple):
    """What a discovery found.

    Attributes:
        steps: list of `symbolic.sparse_regression.Step`, one for each model that was tried.
        fit: `Fit` of the chosen model.
        terms: pairs `(left side, text)` of its terms.
        coefficients: their coefficients for the numbers of the scaled problem, `(terms,)`.
        units: what these are multiplied by to be coefficients in the user's units, `(terms,)`.
        weights: weights of the equations' mean squares in the loss, beside the measurements'.
    """

    steps: list
    fit: Fit
    terms: list
    coefficients: np.ndarray
    units: np.ndarray
    weights: tuple


class Discovery:
    """Finds which terms of a library an equation has.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: `equations.problem.Problem` with the left sides as its residuals, in units of its
            own.
        left: texts of the left sides, a derivative of each unknown function.
        library: texts of the terms that each right side may have.
        table: measurements in the same units, `{coordinate or unknown: (rows,)}`.
        ranges: `(low, high)` of the coordinate in each of several runs, () for one run.
        points: number of points where the equations are to hold; 0 for four rows per weight.
        seed: seed of the points, and of the choice of the held-out measurements.

    Raises: UserError for a term that cannot be read.
    """

    def __init__(self, network, problem, left, library, table, ranges=(), points=0, seed=0):
        self.network, self.problem, self.left = network, problem, list(left)
        self.table, self.ranges, self.seed = table, ranges, seed
        self.candidates, left_sizes, term_sizes = self.read_candidates(library)
        self.units = (left_sizes[:, None] / term_sizes).ravel()  # (equations * library,)
        self.count = points or ROWS_PER_WEIGHT * network.count_params() // len(left)

    def read_candidates(self, texts):
        """Return the `Candidates` of these texts in the problem's units, and their sizes."""
        problem = self.problem
        names = [name for name in problem.coordinates if name != RUN]
        found = read_candidates(self.left, texts, names, problem.unknowns)
        found = add_runs_to_candidates(found) if self.ranges else found
        return scale_candidates(found, problem.scales)

    def learn(self):
        """Fit the network to the data alone; returns a `training.measurement_fit.Learned`."""
        tf.get_logger().setLevel("ERROR")  # many systems are traced, of which it would warn
        term, measurements = self.build_measurements(self.problem)
        names = self.problem.coordinates
        return fit_measurements(
            self.network, names, term, measurements, self.seed, separate=bool(self.ranges)
        )

    def choose_terms(self, report_step):
        """Leave out terms as long as data and equation are explained. Returns a `Discovered`.

        Args:
            report_step: called with each `Step` and the pairs `(left side, text)` of its terms.
        """
        term, measurements = self.build_measurements(self.problem)
        (points,), _ = self.build_region().draw([self.seed, 0])
        names = self.problem.coordinates
        joint = JointFit(self.network, names, self.candidates, term, measurements, points)
        steps = eliminate(
            joint.fit_all(),
            joint.refit,
            measurements.values.size,
            lambda step: report_step(step, self.name_terms(step.fit)),
        )
        chosen = [step for step in steps if step.kept][-1].fit
        joint.restore(chosen)
        coefficients = chosen.coefficients * joint.units[chosen.terms]
        names, units = self.name_terms(chosen), self.units[chosen.terms]
        return Discovered(steps, chosen, names, coefficients, units, joint.equation_weights)

    def build_region(self):
        """Return where the equations are to hold."""
        if self.ranges:
            return RunRegion(self.ranges, self.count)
        return Region(self.problem.low, self.problem.high, [{}], self.count)

    def build_measurements(self, problem):
        """Return the term of the measurements; its loss is the unexplained part of the variance."""
        term, measurements = terms.build_measurements(problem, self.table, 1.0)
        variances = np.var(measurements.values, axis=0)
        return replace(term, weights=tuple(1 / (len(variances) * variances))), measurements

    def name_terms(self, fit):
        """Return `(left side, text)` of the terms of a `Fit`."""
        texts = self.candidates.texts
        return [(self.left[n // len(texts)], texts[n % len(texts)]) for n in fit.terms]

    def build_inverse_problem(self, found, texts, names):
        """Return the inverse problem that remains: the chosen terms with unknown coefficients.

        Args:
            found: the `Discovered`.
            texts: texts of the equations.
            names: names of the coefficients.

        Returns: `(problem, terms)` for `training.equation_fit.fit_equation`.
        """
        library, residuals = self.candidates.terms, []
        constants = [sympy.Symbol(name, real=True) for name in names]
        chosen = list(zip(found.fit.terms, constants, strict=True))
        for number, side in enumerate(self.candidates.left):
            own = range(number * len(library), (number + 1) * len(library))
            parts = [c * library[term % len(library)] for term, c in chosen if term in own]
            residuals.append(side - sum(parts))
        problem = replace(
            self.problem,
            residual_texts=tuple(texts),
            residuals=tuple(residuals),
            derivatives=tuple(
                Derivative(self.problem.unknowns[unknown], orders)
                for _, unknown, orders, _ in self.candidates.values
            ),
            constants=dict(zip(names, found.coefficients.tolist(), strict=True)),
        )
        equations, _ = terms.build_interior(problem, self.count)
        interior = replace(equations, weights=found.weights), self.build_region()
        return problem, [interior, self.build_measurements(problem)]

    def assess(self, found, values, points):
        """Look at the refined model.

        Args:
            found: the `Discovered`.
            values: refined coefficients for the numbers of the scaled problem, `(terms,)`.
            points: `(points, coordinates)`.

        Returns: `(Assessment, errors, missing, simpler)`: the coefficients' standard errors from
        the residual, `(terms,)`, and for each left side a term that would explain its residual, and
        one that would replace several terms, or "".
        """
        extra = self.list_further_terms()
        candidates, *_ = self.read_candidates([*self.candidates.texts, *extra])
        names, size = self.problem.coordinates, len(self.candidates.texts)
        left, library = evaluate_candidates(self.network, names, candidates, points)
        order = np.lexsort((points[:, -1], points[:, 0] if self.ranges else points[:, -1]))
        residuals, errors = np.empty_like(left), np.zeros(len(values))
        further, own_columns, missing = (library[:, size:], candidates.texts[size:]), [], []
        for number in range(len(self.left)):
            own = [n for n, term in enumerate(found.fit.terms) if term // size == number]
            columns = library[:, [found.fit.terms[n] % size for n in own]]
            residuals[:, number] = left[:, number] - columns @ np.asarray(values)[own]
            errors[own] = jackknife(columns, residuals[:, number], order)
            missing.append(find_missing_term(columns, residuals[:, number], *further))
            own_columns.append(columns)
        sizes = np.linalg.norm(residuals, axis=0) / np.linalg.norm(left, axis=0)
        assessment = Assessment(self.measure_data(), sizes)
        simpler = [
            find_simpler_terms(columns, side, assessment.error, *further)
            for columns, side in zip(own_columns, left.T, strict=True)
        ]
        return assessment, errors, missing, simpler

    def measure_data(self):
        """Return the network's errors relative to each unknown's standard deviation."""
        _, measurements = self.build_measurements(self.problem)
        answers = self.network(tf.constant(measurements.points, self.network.input.dtype)).numpy()
        return relative_errors(answers, measurements.values, measurements.values)

    def list_further_terms(self):
        """List terms that are in no library of powers, as texts."""
        *_, time = self.problem.coordinates
        names = self.problem.unknowns
        speeds = [f"{name}_{time}" for name in names if f"{name}_{time}" not in self.left]
        forms = [form.format(name) for name in (*names, *speeds) for form in FURTHER]
        return [text for text in (*forms, time, f"sin({time})") if self.can_read(text)]

    def can_read(self, text):
        """Whether a term can be read in the problem's units, where numbers may become too large."""
        try:
            return bool(self.read_candidates([text]))
        except UserError:
            return False

    def read_initial_conditions(self, run=0):
        """Return the initial values of the network as conditions of an ODE, as text.

        Args:
            run: number of the run, if there are several.
        """
        *_, name = self.problem.coordinates
        number = self.ranges[run][0] if self.ranges else self.problem.low[0]
        place = [float(run), number] if self.ranges else [number]
        at = [tf.constant([value], "float64") for value in place]
        scales = self.problem.scales
        start = scales.coordinates[name].to_values(number)
        conditions = []
        for unknown, derivative in enumerate(self.problem.derivatives):
            for order in range(derivative.orders[-1]):
                index = (0, order) if self.ranges else (order,)
                number = float(tape_derivative(self.network, at, index, unknown)[0])
                of_order = Derivative(derivative.unknown, index)
                offset = 0.0 if order else scales.unknowns[derivative.unknown].offset
                value = offset + 10.0 ** scales.power_of(of_order) * number
                subscript = f"_{name * order}" if order else ""
                conditions.append(f"{derivative.unknown}{subscript}({start:.17g}) = {value:.10g}")
        return conditions


def add_runs_to_candidates(candidates):
    """Return candidates of which nothing is differentiated by the number of the run."""
    values = [
        (symbol, unknown, (0, *index), at) for symbol, unknown, index, at in candidates.values
    ]
    return candidates._replace(values=tuple(values))
