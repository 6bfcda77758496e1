"""Differential equations as first-order systems, solved for the highest derivatives."""

import numpy as np
import sympy

from equations.notation import format_derivative
from equations.problem import Derivative
from equations.well_posed import find_order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, find_slope, is_kinked, substitute


class FirstOrderSystem:
    """The system y' = f(x, y) of all unknown functions and their lower derivatives.

    The states y are u, u', v, v', v'', ... below the highest derivatives. In partial differential
    equations the prime is the derivative in one coordinate, and f also depends on derivatives in
    the other ones, such as u_x and u_xx. The residuals must be linear in the highest derivatives h,
    A h = -b. They are solved for h numerically at each point, because formulas for h can be long.

    Args:
        problem: an `equations.problem.Problem`.
        coordinate: name of the coordinate of the prime.

    Attributes:
        axis: index of the coordinate.
        states: `Derivative` of each state.
        other_derivatives: derivatives of states in other coordinates, on which f depends.
        top_states: indices of the states whose slopes are the highest derivatives.

    Raises:
        UserError: the residuals cannot be solved for the highest derivatives.
    """

    def __init__(self, problem, coordinate):
        if problem.constants:
            raise UserError(
                "a classical solver needs the values of all constants. "
                f"Unknown: {', '.join(problem.constants)}"
            )
        if len(problem.residuals) != len(problem.unknowns):
            raise UserError(
                "a classical solver needs a residual for each of the unknown functions "
                f"{', '.join(problem.unknowns)}: {len(problem.unknowns)}. "
                f"Received: {len(problem.residuals)}"
            )
        self.problem, self.coordinate = problem, coordinate
        self.axis = problem.coordinates.index(coordinate)
        self.states, self.top_states, highest = [], [], []
        for unknown in problem.unknowns:
            if not (top := find_order(problem, unknown, self.axis)):
                raise UserError(
                    f"a classical solver needs a derivative of {unknown} in {coordinate}. "
                    "The residuals contain none"
                )
            derivatives = [self.make_derivative(unknown, order) for order in range(top + 1)]
            self.states += derivatives[:-1]
            self.top_states.append(len(self.states) - 1)
            highest.append(derivatives[-1])
        self.other_derivatives = [
            d for d in problem.derivatives if d not in (*self.states, *highest)
        ]
        for other in self.other_derivatives:
            if other.orders[self.axis] >= find_order(problem, other.unknown, self.axis):
                raise UserError(
                    f"a classical solver cannot solve residuals with {self.format(other)} "
                    "for the highest derivatives"
                )
        self.highest = [self.format(derivative) for derivative in highest]
        arguments = [*self.states, *self.other_derivatives]
        self.names = [*problem.coordinates, *map(self.format, arguments)]
        without = dict.fromkeys(self.highest, sympy.S.Zero)
        residuals = list(zip(problem.residuals, problem.residual_texts, strict=True))
        factors = [
            self.find_factor(*residual, name) for residual in residuals for name in self.highest
        ]
        self.compute_matrix = formula.compile_functions(factors, self.names)
        self.inverse = None  # of a constant matrix; then each evaluation takes half the time
        if not any(map(formula.list_variables, factors)):
            matrix = np.reshape([float(factor) for factor in factors], (len(residuals), -1))
            if np.linalg.matrix_rank(matrix) == len(matrix):
                self.inverse = np.linalg.inv(matrix)
        self.compute_rest = formula.compile_functions(
            [substitute(residual, without) for residual in problem.residuals], self.names
        )

    def make_derivative(self, unknown, order):
        """Return a derivative in the coordinate of the prime."""
        orders = [0] * len(self.problem.coordinates)
        orders[self.axis] = order
        return Derivative(unknown, tuple(orders))

    def format(self, derivative):
        """Return the name of a derivative."""
        return format_derivative(derivative, self.problem.coordinates)

    def find_factor(self, residual, text, name):
        """Return the factor of a highest derivative in a residual."""
        factor = differentiate(residual, name)
        if set(self.highest) & set(formula.list_variables(factor)) or is_kinked(
            residual, self.highest
        ):
            raise UserError(
                f"a classical solver needs residuals that are linear in {name}. "
                f"Received: {formula.quote(text)}"
            )
        return factor

    def compute_slopes(self, arguments, y):
        """Compute y'.

        Args:
            arguments: coordinates, states and other derivatives: numbers, or `(points,)` each.
            y: states: `(states,)`, or `(states, points)`.

        Returns: as y.
        """
        slopes = np.concatenate([y[1:], y[:1]])
        rest = self.compute_rest(*arguments).T  # (points, unknowns)
        slopes[self.top_states] = -self.solve(arguments, rest[..., None])[..., 0].T
        return slopes

    def solve(self, arguments, right):
        """Compute A^-1 `right` for `(unknowns, columns)`, or `(points, unknowns, columns)`."""
        if self.inverse is not None:
            return self.inverse @ right
        matrix = self.compute_matrix(*arguments).T  # (points, unknowns * unknowns)
        matrix = matrix.reshape(*matrix.shape[:-1], len(self.highest), len(self.highest))
        try:
            return np.linalg.solve(matrix, right)
        except np.linalg.LinAlgError:
            singular = np.argmin(np.abs(np.linalg.det(matrix)))
            position = ", ".join(
                f"{self.problem.format_place(name, np.ravel(value)[singular])}"
                for name, value in zip(self.problem.coordinates, arguments, strict=False)
            )
            raise UserError(
                f"the residuals cannot be solved for {', '.join(self.highest)} at {position}"
            ) from None

    def find_initial_values(self, conditions, *free):
        """Solve the initial conditions for y.

        Args:
            conditions: conditions at the start.
            free: arrays of the free coordinates.

        Returns: `(states, ...)`.

        Raises:
            UserError: the conditions are not linear, or do not determine y.
        """
        matrix, right = np.zeros((len(conditions), len(self.states))), []
        names = ", ".join(map(self.format, self.states))
        for row, condition in enumerate(conditions):
            symbols = [value.symbol.name for value in condition.values]
            for value in condition.values:
                if value.derivative not in self.states:
                    raise UserError(
                        f"a classical solver needs initial values of {names}. "
                        f"Received: '{condition.text}'"
                    )
                if (factor := find_slope(condition.expression, value.symbol.name)) is None:
                    raise UserError(
                        "a classical solver needs linear conditions. "
                        f"Received: {formula.quote(condition.text)}"
                    )
                matrix[row, self.states.index(value.derivative)] += float(factor)
            rest = substitute(condition.expression, dict.fromkeys(symbols, sympy.S.Zero))
            right.append(-formula.compile_function(rest, condition.free)(*free))
        if len(conditions) != len(self.states) or np.linalg.matrix_rank(matrix) < len(conditions):
            received = "; ".join(condition.text for condition in conditions) or "none"
            raise UserError(
                f"a classical solver needs initial values of {names}. Received: {received}"
            )
        return np.tensordot(np.linalg.inv(matrix), right, 1)
