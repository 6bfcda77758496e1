"""Ordinary differential equations of any order as a system of first order, y' = f(x, y), the form that solvers want."""

import numpy as np
import sympy

from equations.notation import derivative_name
from equations.problem import Derivative
from equations.well_posed import order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, is_kinked, substitute


class FirstOrder:
    """The system of a problem: y holds each unknown function and its derivatives below the highest, u, u', v, v', v''.

    The residuals have to be linear in the highest derivatives: A(x, y) h = -b(x, y). They are solved for h with numbers, at
    each point, since formulas for h may grow long.

    Args:
        problem: an `equations.problem.Problem` in one coordinate.

    Attributes:
        names: of what y holds, `(states,)`.

    Raises:
        UserError: the problem is none that can be solved for the highest derivatives.
    """

    def __init__(self, problem):
        if len(problem.coordinates) > 1:
            raise UserError(f"an ordinary differential equation has one coordinate. Received: {', '.join(problem.coordinates)}")
        if problem.constants:
            raise UserError(f"a classical solver wants numbers for all constants. Unknown: {', '.join(problem.constants)}")
        if len(problem.residuals) != len(problem.unknowns):
            wanted = f"{len(problem.unknowns)} for the unknown functions {', '.join(problem.unknowns)}"
            raise UserError(f"a classical solver wants as many residuals, {wanted}. Received: {len(problem.residuals)}")
        self.problem = problem
        (self.coordinate,) = problem.coordinates
        self.names, self.highest, self.places = [], [], []
        for unknown in problem.unknowns:
            if not (highest := order(problem, unknown, 0)):
                raise UserError(f"a classical solver wants a derivative of {unknown} in the residuals. Received: none")
            names = [derivative_name(Derivative(unknown, (k,)), problem.coordinates) for k in range(highest + 1)]
            self.names += names[:-1]
            self.highest.append(names[-1])
            self.places.append(len(self.names) - 1)  # whose slopes are the highest derivatives
        without = dict.fromkeys(self.highest, sympy.S.Zero)
        self.matrix = [[self.function(self.factor(r, text, name)) for name in self.highest] for r, text in self.residuals()]
        self.rest = [self.function(substitute(residual, without)) for residual, _ in self.residuals()]

    def residuals(self):
        return zip(self.problem.residuals, self.problem.residual_texts, strict=True)

    def factor(self, residual, text, name):
        """That of a highest derivative in a residual."""
        factor = differentiate(residual, name)
        if set(self.highest) & set(formula.variables(factor)) or is_kinked(residual, self.highest):
            raise UserError(f"a classical solver wants residuals linear in {name}. Received: {formula.short(text)}")
        return factor

    def function(self, expression):
        return formula.function(expression, [self.coordinate, *self.names])

    def __call__(self, x, y):
        """The slopes of y `(states, points)` at x `(points,)`; also for `(states,)` at a number."""
        matrix = np.moveaxis([[entry(x, *y) for entry in row] for row in self.matrix], (0, 1), (-2, -1))
        rest = np.moveaxis([entry(x, *y) for entry in self.rest], 0, -1)[..., None]  # (points, unknowns, 1)
        try:
            highest = -np.linalg.solve(matrix, rest)[..., 0]
        except np.linalg.LinAlgError:
            names, where = ", ".join(self.highest), self.singular(matrix, x)
            raise UserError(f"the residuals cannot be solved for {names} at {self.coordinate} = {where:g}") from None
        slopes = np.concatenate([y[1:], y[:1]])
        slopes[self.places] = np.moveaxis(highest, -1, 0)
        return slopes

    @staticmethod
    def singular(matrix, x):
        """The first place where the matrix has no inverse."""
        return np.broadcast_to(x, matrix.shape[:-2]).ravel()[np.argmin(np.abs(np.linalg.det(matrix)).ravel())]

    def state(self, value):
        """The place in y of an `equations.problem.Value`."""
        name = derivative_name(value.derivative, self.problem.coordinates)
        if name not in self.names:
            raise UserError(f"a classical solver wants conditions on {', '.join(self.names)}. Received one on {name}")
        return self.names.index(name)

    def solution(self, y):
        """The unknown functions by name, from a function y of x that returns `(states, points)`."""

        def solution(coordinates):
            values = y(np.asarray(coordinates[self.coordinate], "float64"))
            return {unknown: values[self.names.index(unknown)] for unknown in self.problem.unknowns}

        return solution
