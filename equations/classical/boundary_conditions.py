"""Boundary conditions of finite differences: values at the ends follow from those inside."""

import numpy as np
import sympy
from scipy import sparse

from equations.cauchy_data import Box
from equations.classical.finite_differences import build_difference_matrix
from equations.periodic import is_periodic_pair
from equations.well_posed import find_order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, find_slope, substitute


class BoundaryConditions:
    """The values of all states at all points as a function of the free values.

    The boundary conditions fix one value for each of them: values = lift @ free values + offset(t).

    Args:
        system: a `FirstOrderSystem` in time.
        space: name of the other coordinate.
        conditions: conditions at fixed values of it, linear with constant factors.
        points: number of points in space.

    Attributes:
        periodic: whether all conditions are periodic; then all values are free.
        free: indices of the free values among all values `(states * points,)`.
        lift: `(states * points, free)`, sparse.

    Raises:
        UserError: the conditions are of a different kind, or do not fix values at the ends.
    """

    def __init__(self, system, space, conditions, points):
        self.system, self.space, self.points = system, space, points
        problem = system.problem
        self.axis = problem.coordinates.index(space)
        self.low, self.high = problem.low[self.axis], problem.high[self.axis]
        self.periodic = self.are_periodic(conditions)
        size = len(system.states) * points
        rows, rests, fixed = [], [], []
        for condition in () if self.periodic else conditions:
            for terms, rest in self.differentiate_in_time(condition):
                rows.append(
                    sum(
                        factor * self.build_end_row(derivative, end)
                        for factor, derivative, end in terms
                    )
                )
                rests.append(formula.compile_function(rest, [system.coordinate]))
                fixed.append(self.choose_fixed_value(terms, fixed))
        self.free = np.setdiff1d(np.arange(size), fixed)
        keep = sparse.csr_matrix(
            (np.ones(len(self.free)), (self.free, np.arange(len(self.free)))),
            (size, len(self.free)),
        )
        self.lift, self.rests, self.solved = keep, rests, sparse.csr_matrix((size, 0))
        if rows:
            rows = sparse.vstack(rows).tocsc()
            of_fixed = rows[:, fixed].toarray()
            if np.linalg.cond(of_fixed) > 1e12:
                received = "; ".join(condition.text for condition in conditions)
                raise UserError(
                    "the method of lines needs conditions that fix values at the ends. "
                    f"Received: {received}"
                )
            inverse = sparse.csr_matrix(np.linalg.inv(of_fixed))
            put = sparse.csr_matrix(
                (np.ones(len(fixed)), (fixed, np.arange(len(fixed)))), (size, len(fixed))
            )
            self.solved = put @ inverse
            self.lift = (keep - self.solved @ rows[:, self.free]).tocsr()

    def compute_offset(self, t):
        """Compute offset(t), `(states * points,)`."""
        return self.solved @ np.array([-rest(t) for rest in self.rests])

    def build_matrix(self, derivative):
        """Build the matrix from all values to a derivative of a state in space.

        Returns: `(points, states * points)`, sparse.
        """
        state = self.find_state(derivative)
        spacing = (self.high - self.low) / (self.points - (not self.periodic))
        matrix = build_difference_matrix(
            self.points, spacing, derivative.orders[self.axis], self.periodic
        )
        empty = sparse.csr_matrix((self.points, self.points))
        return sparse.hstack(
            [matrix if number == state else empty for number in range(len(self.system.states))]
        ).tocsr()

    def build_end_row(self, derivative, end):
        """Build the row from all values to a derivative of a state at an end."""
        return self.build_matrix(derivative)[0 if end == self.low else self.points - 1]

    def find_state(self, derivative):
        """Return the index of the state of which this is a derivative in space."""
        orders = list(derivative.orders)
        orders[self.axis] = 0
        return self.system.states.index(derivative._replace(orders=tuple(orders)))

    def are_periodic(self, conditions):
        """Whether all conditions are periodic and equate each unknown function."""
        box = Box(self.system.problem)
        pairs = [c for c in conditions if is_periodic_pair(c, self.space, box)]
        functions = [state for state in self.system.states if not any(state.orders)]
        equated = {condition.values[0].derivative for condition in pairs}
        return len(pairs) == len(conditions) and equated.issuperset(functions)

    def differentiate_in_time(self, condition):
        """Return a condition and its derivatives in time, as far as they concern states.

        Returns: list of ([(factor, derivative, end)], rest).
        """
        symbols = [value.symbol.name for value in condition.values]
        factors = [find_slope(condition.expression, name) for name in symbols]
        ends = [value.place[self.space] for value in condition.values]
        if None in factors or not {*ends} <= {self.low, self.high}:
            raise UserError(
                f"the method of lines needs linear conditions at the ends of {self.space}. "
                f"Received: {formula.quote(condition.text)}"
            )
        rest = substitute(condition.expression, dict.fromkeys(symbols, sympy.S.Zero))
        time = self.system.axis
        found = []
        while True:
            derivatives = [
                self.add_order(value.derivative, len(found)) for value in condition.values
            ]
            if any(
                d.orders[time] >= find_order(self.system.problem, d.unknown, time)
                for d in derivatives
            ):
                break
            found.append((list(zip(map(float, factors), derivatives, ends, strict=True)), rest))
            rest = differentiate(rest, self.system.coordinate)
        if not found:
            raise UserError(
                "the method of lines needs boundary conditions on lower derivatives in time. "
                f"Received: '{condition.text}'"
            )
        return found

    def add_order(self, derivative, number):
        """Differentiate a derivative further in time."""
        orders = list(derivative.orders)
        orders[self.system.axis] += number
        return derivative._replace(orders=tuple(orders))

    def choose_fixed_value(self, terms, fixed):
        """Choose the value that a condition fixes, at the end with the fewest fixed values.

        Args:
            terms: [(factor, derivative, end)] of the condition.
            fixed: indices of the values that other conditions fix.

        Returns: the index of the outermost value that is not fixed yet.
        """
        choices = []
        for _, derivative, end in terms:
            first = self.find_state(derivative) * self.points
            inwards = np.arange(first, first + self.points)[:: 1 if end == self.low else -1]
            taken = len(set(inwards[: self.points // 2]) & set(fixed))
            choices.append((taken, inwards[taken]))
        return min(choices)[1]
