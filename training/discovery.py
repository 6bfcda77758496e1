"""An equation from measurements: a network learns the data, then the network and the coefficients of all candidates are fitted
together, and one term after the other is left out as long as data and equation are explained as well without it.

Derivatives of noisy data are worth little. But a network that has to obey some equation of the library, whichever, has
derivatives that the whole of the data determines; so noise of ten percent is borne.

Source: Both et al., DeepMoD, arXiv:1904.09406; Chen, Liu, Sun, arXiv:2005.03448 (network and coefficients together).
"""

from dataclasses import replace

import keras
import numpy as np
import scipy.linalg
import sympy
import tensorflow as tf

from equations import terms
from equations.candidates import read_candidates
from equations.collocation import Region
from equations.system import System, Term
from equations.trial import build_trial_solution
from errors import UserError
from models.tape import tape_derivative
from symbolic.sparse_regression import Fit
from training.levenberg_marquardt import LevenbergMarquardt
from training.uncertainty import CERTAIN

HELD_OUT = 0.1  # of the measurements, by which the first fit of the network is stopped
SMOOTHING_STEPS, PATIENCE = 600, 30
STEPS, MORE_STEPS = (
    60,
    30,
)  # of the fit with all terms; of one with fewer, which begins near its end
CHECKED, SETTLED = (
    10,
    0.995,
)  # a fit is done if so many steps lower the loss by less than this factor
RIDGE = 1e-4  # of the first coefficients: alike terms share what they explain
ROWS_A_WEIGHT = (
    4  # points where the equation is looked at: fewer let it hold on them, and be anything between
)


class Discovery:
    """The fits that a discovery is made of.

    Args:
        network: from `models.pinn.pinn`; its weights are changed.
        problem: `equations.problem.Problem` with the left sides as its residuals.
        left: text of the left sides, a derivative of each unknown function.
        library: texts of the terms that each right side may have.
        table: what was measured, `{coordinate or unknown: (rows,)}`.
        points: number of points where the equations are looked at; 0 for four rows a weight.
        seed: of the points, and of which measurements are held out at first.

    Raises: UserError for a term that cannot be read.
    """

    def __init__(self, network, problem, left, library, table, points=0, seed=0):
        self.network, self.problem, self.left, self.table, self.seed = (
            network,
            problem,
            list(left),
            table,
            seed,
        )
        self.candidates = read_candidates(left, library, problem.coordinates, problem.unknowns)
        self.count = points or ROWS_A_WEIGHT * network.count_params() // len(left)
        ((self.points,), _) = Region(problem.low, problem.high, [{}], self.count).draw(
            [seed, 0]
        )  # (points, coordinates)
        self.term, self.measurements = self.measured(problem)
        self.constants = keras.Variable(np.zeros(self.size), dtype="float64")
        tf.get_logger().setLevel(
            "ERROR"
        )  # it warns of functions that are traced often; here each is one of another system

    def measured(self, problem):
        """The measurements as a `Term` and its points; its loss is the part of the variance that is not explained."""
        term, measurements = terms.measurements(problem, self.table, 1.0)
        variances = np.var(measurements.values, axis=0)
        return replace(term, weights=tuple(1 / (len(variances) * variances))), measurements

    @property
    def size(self):
        """Number of possible terms: each one of the library in each equation."""
        return len(self.candidates.left) * len(self.candidates.terms)

    def names(self, places):
        """`(left side, text)` for places of terms."""
        library = len(self.candidates.texts)
        return [
            (self.left[place // library], self.candidates.texts[place % library])
            for place in places
        ]

    def smooth(self):
        """Fit the network to the data alone. Returns the relative error, root mean square, on measurements held out."""
        system = System(self.network, self.problem.coordinates, [self.term])
        x, y = self.measurements.points, self.measurements.values
        order = np.random.default_rng(self.seed).permutation(len(x))
        held, used = np.split(order, [max(1, int(HELD_OUT * len(x)))])
        train, test = (system.at([([x[rows]], y[rows])]) for rows in (used, held))
        optimiser, weights = LevenbergMarquardt(), system.get_weights()
        best, best_weights, since = np.inf, weights, 0
        for _ in range(SMOOTHING_STEPS):
            weights, _ = optimiser.step(system, weights, train)
            loss = float(np.sum(system.rows(tf.constant(weights), test).numpy() ** 2))
            since += 1
            if loss < best:
                best, best_weights, since = loss, weights, 0
            if since > PATIENCE:
                break
        system.set_weights(best_weights)
        return best**0.5

    def columns(self):
        """Values of the network at the points: of the left sides `(points, equations)`, of the terms `(points, library)`."""
        expressions = (*self.candidates.left, *self.candidates.terms)
        term = Term(tuple(map(str, range(len(expressions)))), expressions, self.candidates.values)
        system = System(self.network, self.problem.coordinates, [term])
        rows = system.rows(
            tf.constant(system.get_weights()),
            system.at([([self.points], np.zeros((len(self.points), 0)))]),
        )
        values = rows.numpy().reshape(len(expressions), -1).T * len(self.points) ** 0.5
        return np.split(values, [len(self.candidates.left)], axis=1)

    def first(self):
        """The `Fit` of the network together with all terms, of which each equation may have any.

        Coefficients are those of left sides and terms that are divided by their root mean square; `in_units` multiplies back.
        """
        left, library = self.columns()
        if wrong := [
            text
            for text, column in zip(self.candidates.texts, library.T, strict=True)
            if not np.isfinite(column).all()
        ]:
            raise UserError(
                f"the term {wrong[0]} of the library is no number everywhere in the data. Leave it out"
            )
        self.left_sizes, sizes = (np.sqrt(np.mean(values**2, axis=0)) for values in (left, library))
        sizes = np.maximum(sizes, 1e-12 * sizes.max())  # e.g. of u_xx where u is linear in x
        self.units = (self.left_sizes[:, None] / sizes).ravel()  # (equations * library,)
        a, b = library / sizes, left / self.left_sizes
        curvature = a.T @ a / len(a) + RIDGE * np.eye(a.shape[1])
        coefficients = scipy.linalg.solve(curvature, a.T @ b / len(a), assume_a="pos").T.ravel()
        self.system = self.together()
        return self.fit(
            list(range(self.size)), coefficients, self.system.get_weights()[: -self.size], STEPS
        )

    def together(self):
        """The `System` of data and equations, with all terms; each has a switch, a given number that is 1 or 0."""
        constants = sympy.symbols(f"c1:{self.size + 1}", real=True)
        switches = sympy.symbols(f"switch1:{self.size + 1}", real=True)
        library, expressions = len(self.candidates.terms), []
        for number, left in enumerate(self.candidates.left):
            own = slice(number * library, (number + 1) * library)
            parts = zip(
                constants[own],
                switches[own],
                self.units[own].tolist(),
                self.candidates.terms,
                strict=True,
            )
            expressions.append(
                left - sum(c * switch * unit * term for c, switch, unit, term in parts)
            )
        equations = Term(
            tuple(map(str, self.candidates.left)),
            tuple(expressions),
            self.candidates.values,
            tuple(symbol.name for symbol in switches),
            tuple(1 / (len(expressions) * self.left_sizes**2)),
        )
        names = [symbol.name for symbol in constants]
        return System(
            self.network,
            self.problem.coordinates,
            [equations, self.term],
            None,
            self.constants,
            names,
        )

    def refit(self, terms, coefficients, weights):
        """The `Fit` of fewer terms, which begins with what is known of them."""
        return self.fit(terms, coefficients, weights, MORE_STEPS)

    def fit(self, terms, coefficients, weights, steps):
        """Fit the network and the coefficients of these terms together; the state of the `Fit` is the network's weights."""
        on, constants = np.zeros((2, self.size))
        on[terms], constants[terms] = 1, coefficients
        switches = np.broadcast_to(on, (len(self.points), self.size))
        known = self.system.at(
            [([self.points], switches), ([self.measurements.points], self.measurements.values)]
        )
        optimiser, before = LevenbergMarquardt(), np.inf
        weights = np.concatenate([weights, constants])
        for step in range(steps):
            weights, loss = optimiser.step(self.system, weights, known)
            if step % CHECKED == CHECKED - 1:
                if loss > SETTLED * before:
                    break
                before = loss
        rows, jacobian = (
            array.numpy() for array in self.system.jacobian(tf.constant(weights), known)
        )
        network, constants = np.split(weights, [-self.size])
        chosen = [*range(len(network)), *(len(network) + place for place in terms)]
        precision = conditional_precision(jacobian[:, chosen], len(terms))
        return Fit(list(terms), constants[terms], precision, float(rows @ rows), network)

    def in_units(self, fit):
        """The coefficients of a `Fit` as the equation has them, `(terms,)`."""
        return fit.coefficients * self.units[fit.terms]

    def inverse_problem(self, fit, problem):
        """What `training.equation_fit.fit_equation` takes, to refine a `Fit`: the network, problem, trial solution and terms.

        Args:
            fit: whose weights the network is given.
            problem: `Problem` with the chosen terms, their coefficients its unknown constants.
        """
        self.system.set_weights(np.concatenate([fit.state, np.zeros(self.size)]))
        equations, region = terms.interior(problem, self.count)
        weights = tuple(1 / (len(self.left_sizes) * self.left_sizes**2))
        return (
            self.network,
            problem,
            build_trial_solution(problem),
            [(replace(equations, weights=weights), region), self.measured(problem)],
        )

    def initial_conditions(self):
        """Of ordinary differential equations: where the network begins, as text."""
        ((name, start),) = zip(self.problem.coordinates, self.problem.low, strict=True)
        at = [tf.constant([start], "float64")]
        conditions = []
        for place, derivative in enumerate(self.problem.derivatives):
            for order in range(derivative.orders[0]):
                value = float(tape_derivative(self.network, at, (order,), place)[0])
                subscript = f"_{name * order}" if order else ""
                conditions.append(f"{derivative.unknown}{subscript}({start:.17g}) = {value:.8g}")
        return conditions


def conditional_precision(jacobian, count):
    """The precision of the last `count` weights, whatever the others are: Schur's complement in J'J."""
    curvature = jacobian.T @ jacobian
    curvature[np.diag_indices_from(curvature)] += CERTAIN * curvature.diagonal().max()
    others = len(curvature) - count
    mixed = curvature[:others, others:]
    factor = scipy.linalg.cho_factor(curvature[:others, :others], lower=True)
    return curvature[others:, others:] - mixed.T @ scipy.linalg.cho_solve(factor, mixed)
