"""Differential equations solved for their highest derivatives, and with names for the lower ones: a system of first order."""

import numpy as np
import sympy

from equations.notation import derivative_name
from equations.problem import Derivative
from equations.well_posed import order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, is_kinked, slope, substitute


class FirstOrder:
    """The system y' = f(x, y) where y holds each unknown function and its derivatives below the highest: u, u', v, v', v''.

    In partial differential equations the prime is a derivative in one coordinate, and f depends on others, too: u_x, u_xx.
    The residuals have to be linear in the highest derivatives: A h = -b. They are solved for h with numbers, at each point,
    since formulas for h may grow long.

    Args:
        problem: an `equations.problem.Problem`.
        coordinate: whose derivatives are meant.

    Attributes:
        states: the `Derivative` that each row of y is.
        others: the derivatives of states in other coordinates that f depends on.
        tops: the rows of y whose slopes are the highest derivatives.

    Raises:
        UserError: the residuals cannot be solved for the highest derivatives.
    """

    def __init__(self, problem, coordinate):
        if problem.constants:
            raise UserError(
                f"a classical solver wants numbers for all constants. Unknown: {', '.join(problem.constants)}"
            )
        if len(problem.residuals) != len(problem.unknowns):
            wanted = (
                f"{len(problem.unknowns)} for the unknown functions {', '.join(problem.unknowns)}"
            )
            raise UserError(
                f"a classical solver wants as many residuals, {wanted}. Received: {len(problem.residuals)}"
            )
        self.problem, self.coordinate = problem, coordinate
        self.place = problem.coordinates.index(coordinate)
        self.states, self.tops, highest = [], [], []
        for unknown in problem.unknowns:
            if not (top := order(problem, unknown, self.place)):
                raise UserError(
                    f"a classical solver wants a derivative of {unknown} in {coordinate}. The residuals have none"
                )
            derivatives = [self.derivative(unknown, number) for number in range(top + 1)]
            self.states += derivatives[:-1]
            self.tops.append(len(self.states) - 1)
            highest.append(derivatives[-1])
        self.others = [d for d in problem.derivatives if d not in (*self.states, *highest)]
        for other in self.others:
            if other.orders[self.place] >= order(problem, other.unknown, self.place):
                raise UserError(
                    f"a classical solver cannot solve residuals with {self.name(other)} for the highest derivatives"
                )
        self.highest = [self.name(derivative) for derivative in highest]
        self.names = [*problem.coordinates, *map(self.name, [*self.states, *self.others])]
        without = dict.fromkeys(self.highest, sympy.S.Zero)
        residuals = list(zip(problem.residuals, problem.residual_texts, strict=True))
        self.matrix = [
            [self.function(self.factor(*residual, name)) for name in self.highest]
            for residual in residuals
        ]
        self.rest = [self.function(substitute(residual, without)) for residual in problem.residuals]

    def derivative(self, unknown, number):
        orders = [0] * len(self.problem.coordinates)
        orders[self.place] = number
        return Derivative(unknown, tuple(orders))

    def name(self, derivative):
        return derivative_name(derivative, self.problem.coordinates)

    def factor(self, residual, text, name):
        """That of a highest derivative in a residual."""
        factor = differentiate(residual, name)
        if set(self.highest) & set(formula.variables(factor)) or is_kinked(residual, self.highest):
            raise UserError(
                f"a classical solver wants residuals linear in {name}. Received: {formula.short(text)}"
            )
        return factor

    def function(self, expression):
        return formula.function(expression, self.names)

    def slopes(self, arguments, y):
        """y' `(states, points)` where y is `(states, points)`, and the arguments of f are the coordinates, y and the others."""
        slopes = np.concatenate([y[1:], y[:1]])
        rest = np.stack([entry(*arguments) for entry in self.rest], axis=-1)  # (points, unknowns)
        slopes[self.tops] = -self.divide(arguments, rest[..., None])[..., 0].T
        return slopes

    def divide(self, arguments, right):
        """A^-1 `right` for `(points, unknowns, columns)`."""
        matrix = np.moveaxis([[entry(*arguments) for entry in row] for row in self.matrix], -1, 0)
        try:
            return np.linalg.solve(matrix, right)
        except np.linalg.LinAlgError:
            where = np.argmin(np.abs(np.linalg.det(matrix)))
            places = zip(self.problem.coordinates, arguments, strict=False)
            places = ", ".join(f"{name} = {value[where]:g}" for name, value in places)
            raise UserError(
                f"the residuals cannot be solved for {', '.join(self.highest)} at {places}"
            ) from None

    def start(self, conditions, *free):
        """y at the place of the conditions, `(states, ...)` at arrays of the free coordinates: initial values.

        Raises:
            UserError: the conditions are not linear, or do not fix y.
        """
        matrix, right = np.zeros((len(conditions), len(self.states))), []
        for row, condition in enumerate(conditions):
            symbols = [value.symbol.name for value in condition.values]
            for value in condition.values:
                if value.derivative not in self.states:
                    names = ", ".join(map(self.name, self.states))
                    raise UserError(
                        f"a classical solver wants initial values of {names}. Received: '{condition.text}'"
                    )
                if (factor := slope(condition.expression, value.symbol.name)) is None:
                    raise UserError(
                        f"a classical solver wants linear conditions. Received: {formula.short(condition.text)}"
                    )
                matrix[row, self.states.index(value.derivative)] += float(factor)
            rest = substitute(condition.expression, dict.fromkeys(symbols, sympy.S.Zero))
            right.append(-formula.function(rest, condition.free)(*free))
        if len(conditions) != len(self.states) or np.linalg.matrix_rank(matrix) < len(conditions):
            received = "; ".join(condition.text for condition in conditions) or "none"
            raise UserError(
                f"a classical solver wants initial values of {', '.join(map(self.name, self.states))}. Received: {received}"
            )
        return np.tensordot(np.linalg.inv(matrix), right, 1)
