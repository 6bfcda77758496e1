"""Boundary conditions of finite differences: values at the ends follow from those inside."""

import numpy as np
import sympy
from scipy import sparse

from equations.classical.differences import difference_matrix
from equations.faces import Box
from equations.periodic import is_periodic_pair
from equations.well_posed import order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, slope, substitute


class Ends:
    """Values of all states at all points, from those that the boundary conditions leave free: values = lift @ free + offset(t).

    Args:
        system: a `FirstOrder` in time.
        space: name of the other coordinate.
        conditions: those at places of it, linear with constant factors.
        points: in space.

    Attributes:
        periodic: whether all conditions say that the ends are the same point; then none is left out.
        free: indices into the values `(states * points,)`.
        lift: `(states * points, free)`, sparse.

    Raises:
        UserError: the conditions are of another kind, or do not fix values at the ends.
    """

    def __init__(self, system, space, conditions, points):
        self.system, self.space, self.points = system, space, points
        problem = system.problem
        self.place = problem.coordinates.index(space)
        self.low, self.high = problem.low[self.place], problem.high[self.place]
        self.periodic = self.are_periodic(conditions)
        size = len(system.states) * points
        rows, rests, fixed = [], [], []
        for condition in () if self.periodic else conditions:
            for values, rest in self.with_derivatives(condition):
                rows.append(
                    sum(
                        factor * self.at_end(derivative, place)
                        for factor, derivative, place in values
                    )
                )
                rests.append(formula.function(rest, [system.coordinate]))
                fixed.append(self.next_value(values, fixed))
        self.free = np.setdiff1d(np.arange(size), fixed)
        keep = sparse.csr_matrix(
            (np.ones(len(self.free)), (self.free, np.arange(len(self.free)))),
            (size, len(self.free)),
        )
        self.lift, self.rests, self.solved = keep, rests, sparse.csr_matrix((size, 0))
        if rows:
            rows = sparse.vstack(rows).tocsc()
            own = rows[:, fixed].toarray()
            if np.linalg.cond(own) > 1e12:
                received = "; ".join(condition.text for condition in conditions)
                raise UserError(
                    f"the method of lines wants conditions that fix values at the ends. Received: {received}"
                )
            inverse = sparse.csr_matrix(np.linalg.inv(own))
            put = sparse.csr_matrix(
                (np.ones(len(fixed)), (fixed, np.arange(len(fixed)))), (size, len(fixed))
            )
            self.solved = put @ inverse
            self.lift = (keep - self.solved @ rows[:, self.free]).tocsr()

    def offset(self, t):
        """`(states * points,)`."""
        return self.solved @ np.array([-rest(t) for rest in self.rests])

    def difference(self, derivative):
        """What takes all values to a derivative of a state in space: `(points, states * points)`, sparse."""
        orders = list(derivative.orders)
        orders[self.place] = 0
        state = self.system.states.index(derivative._replace(orders=tuple(orders)))
        spacing = (self.high - self.low) / (self.points - (not self.periodic))
        matrix = difference_matrix(
            self.points, spacing, derivative.orders[self.place], self.periodic
        )
        empty = sparse.csr_matrix((self.points, self.points))
        return sparse.hstack(
            [matrix if row == state else empty for row in range(len(self.system.states))]
        ).tocsr()

    def at_end(self, derivative, place):
        return self.difference(derivative)[0 if place == self.low else self.points - 1]

    def are_periodic(self, conditions):
        box = Box(self.system.problem)
        same = {c.values[0].derivative for c in conditions if is_periodic_pair(c, self.space, box)}
        every = all(is_periodic_pair(c, self.space, box) for c in conditions)
        functions = [state for state in self.system.states if not any(state.orders)]
        return every and same.issuperset(functions)

    def with_derivatives(self, condition):
        """A condition as ([(factor, derivative, place)], rest), and its derivatives in time that concern further states."""
        symbols = [value.symbol.name for value in condition.values]
        factors = [slope(condition.expression, name) for name in symbols]
        places = [value.place[self.space] for value in condition.values]
        if None in factors or not {*places} <= {self.low, self.high}:
            wanted = f"linear conditions at {self.space} = {self.low:g} or {self.high:g}"
            raise UserError(
                f"the method of lines wants {wanted}. Received: {formula.short(condition.text)}"
            )
        rest = substitute(condition.expression, dict.fromkeys(symbols, sympy.S.Zero))
        time = self.system.place
        found = []
        while True:
            derivatives = [self.later(value.derivative, len(found)) for value in condition.values]
            if any(
                d.orders[time] >= order(self.system.problem, d.unknown, time) for d in derivatives
            ):
                break
            found.append((list(zip(map(float, factors), derivatives, places, strict=True)), rest))
            rest = differentiate(rest, self.system.coordinate)
        if not found:
            raise UserError(
                f"the method of lines wants boundary conditions on lower derivatives in time. Received: '{condition.text}'"
            )
        return found

    def later(self, derivative, number):
        """A further derivative in time."""
        time = self.system.place
        orders = tuple(
            order + number * (place == time) for place, order in enumerate(derivative.orders)
        )
        return derivative._replace(orders=orders)

    def next_value(self, values, fixed):
        """The index of the value that a condition fixes: the outermost one left, where the fewest are taken."""
        choices = []
        for _, derivative, place in values:
            orders = list(derivative.orders)
            orders[self.place] = 0
            first = (
                self.system.states.index(derivative._replace(orders=tuple(orders))) * self.points
            )
            inwards = np.arange(first, first + self.points)[:: 1 if place == self.low else -1]
            taken = len(set(inwards[: self.points // 2]) & set(fixed))
            choices.append((taken, inwards[taken]))
        return min(choices)[1]
