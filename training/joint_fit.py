"""The fit of a network to data and to an equation with unknown coefficients, both together.

Derivatives of noisy data are worth little. But a network that has to obey an equation of the
library, whichever it is, has derivatives that all of the data determine, so that ten percent of
noise do little harm.

Source: Both et al., DeepMoD, arXiv:1904.09406; Chen, Liu, Sun, arXiv:2005.03448 (network and
coefficients together).
"""

import numpy as np
import scipy.linalg
import sympy
import tensorflow as tf

from equations.system import System
from equations.terms import Term
from symbolic.sparse_regression import Fit
from training.candidate_values import check_candidates, evaluate_candidates
from training.levenberg_marquardt import LevenbergMarquardt
from training.uncertainty import CURVATURE_FLOOR

STEPS, MORE_STEPS = 60, 30  # with all terms; with fewer, which starts near its end
CHECKED, SETTLED = 10, 0.995  # a fit is done if this many steps leave more of the loss than this
RIDGE = 1e-4  # of the first coefficients: similar terms share what they explain


class JointFit:
    """Fits a network and the coefficients of any of the candidate terms.

    Coefficients are those of left sides and terms that are divided by their root mean square:
    `units` multiplies them back, `(equations * library,)`.

    Args:
        network: from `models.pinn.pinn`, fitted to the data; its weights are changed.
        coordinates: names of the coordinates.
        candidates: `equations.candidates.Candidates`.
        term: `equations.terms.Term` of the data.
        measurements: `equations.collocation.Measurements`, the data.
        points: points where the equations are to hold, `(points, coordinates)`.

    Raises: UserError for a term that is undefined somewhere in the data.
    """

    def __init__(self, network, coordinates, candidates, term, measurements, points):
        self.network, self.coordinates, self.candidates = network, coordinates, candidates
        self.measurements, self.points = measurements, points
        self.left, self.library = evaluate_candidates(network, coordinates, candidates, points)
        check_candidates(candidates, self.library)
        self.left_sizes, sizes = (
            np.sqrt(np.mean(values**2, axis=0)) for values in (self.left, self.library)
        )
        self.sizes = np.maximum(sizes, 1e-12 * sizes.max())  # e.g. of u_xx if u is linear in x
        self.units = (self.left_sizes[:, None] / self.sizes).ravel()
        self.size = len(self.units)
        self.system = self.build_system(term)

    def build_system(self, term):
        """Return the `System` of data and equations with all terms.

        Each term has a switch, a given number that is 1 or 0.
        """
        constants = sympy.symbols(f"c1:{self.size + 1}", real=True)
        switches = sympy.symbols(f"switch1:{self.size + 1}", real=True)
        library, expressions = self.candidates.terms, []
        for number, left in enumerate(self.candidates.left):
            own = slice(number * len(library), (number + 1) * len(library))
            units = self.units[own].tolist()
            parts = zip(constants[own], switches[own], units, library, strict=True)
            expressions.append(left - sum(c * switch * u * term for c, switch, u, term in parts))
        equations = Term(
            tuple(map(str, self.candidates.left)),
            tuple(expressions),
            self.candidates.values,
            tuple(symbol.name for symbol in switches),
            self.equation_weights,
        )
        names = [symbol.name for symbol in constants]
        return System(self.network, self.coordinates, [equations, term], dict.fromkeys(names, 0.0))

    @property
    def equation_weights(self):
        """Weights of the equations' mean squares in the loss."""
        return tuple(1 / (len(self.left_sizes) * self.left_sizes**2))

    def fit_all(self):
        """Return the `Fit` with all terms, which starts with a ridge regression."""
        a, b = self.library / self.sizes, self.left / self.left_sizes
        curvature = a.T @ a / len(a) + RIDGE * np.eye(a.shape[1])
        coefficients = scipy.linalg.solve(curvature, a.T @ b / len(a), assume_a="pos").T.ravel()
        weights = self.system.get_weights()[: -self.size]
        return self.fit(list(range(self.size)), coefficients, weights, STEPS)

    def refit(self, terms, coefficients, weights):
        """Return the `Fit` with fewer terms, which starts from a fit with more."""
        return self.fit(terms, coefficients, weights, MORE_STEPS)

    def fit(self, terms, coefficients, weights, steps):
        """Fit the network and the coefficients of some terms together.

        Args:
            terms: numbers of the terms.
            coefficients: initial coefficients, `(terms,)`.
            weights: initial weights of the network.
            steps: maximum number of steps.

        Returns: a `Fit` whose state is the network's weights.
        """
        on, constants = np.zeros((2, self.size))
        on[terms], constants[terms] = 1, coefficients
        switches = np.broadcast_to(on, (len(self.points), self.size))
        measured = [self.measurements.points], self.measurements.values
        batch = self.system.prepare([([self.points], switches), measured])
        optimiser, before = LevenbergMarquardt(), np.inf
        weights = np.concatenate([weights, constants])
        for step in range(steps):
            weights, loss = optimiser.step(self.system, weights, batch)
            if step % CHECKED == CHECKED - 1:
                if loss > SETTLED * before:
                    break
                before = loss
        rows, jacobian = (x.numpy() for x in self.system.jacobian(tf.constant(weights), batch))
        network, constants = np.split(weights, [-self.size])
        columns = [*range(len(network)), *(len(network) + term for term in terms)]
        precision = conditional_precision(jacobian[:, columns], len(terms))
        return Fit(list(terms), constants[terms], precision, float(rows @ rows), network)

    def restore(self, fit):
        """Set the network's weights to those of a `Fit`."""
        self.system.set_weights(np.concatenate([fit.state, np.zeros(self.size)]))


def conditional_precision(jacobian, count):
    """Return the precision of the last `count` weights, whatever the others are.

    It is Schur's complement in J'J.
    """
    curvature = jacobian.T @ jacobian
    curvature[np.diag_indices_from(curvature)] += CURVATURE_FLOOR * curvature.diagonal().max()
    others = len(curvature) - count
    mixed = curvature[:others, others:]
    factor = scipy.linalg.cho_factor(curvature[:others, :others], lower=True)
    return curvature[others:, others:] - mixed.T @ scipy.linalg.cho_solve(factor, mixed)
