"""The method of lines: with differences in space, a partial differential equation is many ordinary ones in time."""

import numpy as np
from scipy import sparse
from scipy.integrate import solve_ivp
from scipy.interpolate import RectBivariateSpline

from equations.classical.ends import Ends
from equations.classical.first_order import FirstOrder
from equations.well_posed import order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

BETWEEN = 4  # values kept for each step in time
PATIENCE = 5_000  # evaluations


class Lines:
    """A solution by differences of fourth order in space and Radau's implicit method of order 5 in time.

    Args:
        problem: an `equations.problem.Problem` in two coordinates, of which one is like time: its conditions are all at its
            low end. The others have to be linear.
        points: in space.
        tolerance: relative error of a step in time.

    Raises:
        UserError: the problem is of another kind, or the solution cannot be followed to the end.

    Source: W. E. Schiesser, The Numerical Method of Lines (1991); E. Hairer, G. Wanner, Solving Ordinary Differential
    Equations II (Radau).
    """

    def __init__(self, problem, points=1000, tolerance=1e-6):
        self.time, self.space = time_and_space(problem)
        self.system = FirstOrder(problem, self.time)
        initial = [c for c in problem.conditions if self.time in c.values[0].place]
        self.ends = Ends(
            self.system, self.space, [c for c in problem.conditions if c not in initial], points
        )
        self.x = np.linspace(self.ends.low, self.ends.high, points, endpoint=not self.ends.periodic)
        self.differences = [
            self.ends.difference(d) for d in (*self.system.states, *self.system.others)
        ]
        self.lifted = [(matrix @ self.ends.lift).tocsr() for matrix in self.differences]
        self.place = problem.coordinates.index(self.time)
        times, values = self.integrate(
            self.system.start(initial, self.x), problem, tolerance
        )  # (times, states, points)
        x = self.x
        if self.ends.periodic:
            x, values = (
                np.append(x, self.ends.high),
                np.concatenate([values, values[..., :1]], axis=-1),
            )
        self.splines = {
            state.unknown: RectBivariateSpline(times, x, values[:, row], kx=3, ky=5, s=0)
            for row, state in enumerate(self.system.states)
            if not any(state.orders)
        }

    def integrate(self, y, problem, tolerance):
        """Times, and all values `(times, states, points)`."""
        slopes, jacobian, evaluations = self.slopes(), self.jacobian(), 0

        def patient(t, free):
            nonlocal evaluations
            evaluations += 1
            if evaluations > PATIENCE:
                raise UserError(
                    f"the solution cannot be followed beyond {self.time} = {t:g}: it changes too fast"
                )
            return slopes(t, free)

        interval = problem.low[self.place], problem.high[self.place]
        free = y.ravel()[self.ends.free]
        scale = np.repeat(np.abs(y).max(axis=1), y.shape[1])[self.ends.free]
        absolute = tolerance * np.maximum(scale, 1e-3 * scale.max() or 1.0)
        with np.errstate(all="ignore"):
            options = {"rtol": tolerance, "atol": absolute, "jac": jacobian, "dense_output": True}
            found = solve_ivp(patient, interval, free, "Radau", **options)
        if not found.success or not np.isfinite(found.y).all():
            raise UserError(
                f"the solution cannot be followed beyond {self.time} = {found.t[-1]:g}: it may be infinite there"
            )
        shares = np.arange(BETWEEN) / BETWEEN
        times = np.append(
            (found.t[:-1, None] + np.diff(found.t)[:, None] * shares).ravel(), interval[1]
        )
        values = [
            self.ends.lift @ free + self.ends.offset(t)
            for t, free in zip(times, found.sol(times).T, strict=True)
        ]
        return times, np.reshape(values, (len(times), *y.shape))

    def arguments(self, t, free):
        """The coordinates, the states and their derivatives in space, at all points."""
        offset = self.ends.offset(t)
        coordinates = (
            [np.full_like(self.x, t), self.x]
            if self.place == 0
            else [self.x, np.full_like(self.x, t)]
        )
        values = [
            lifted @ free + matrix @ offset
            for lifted, matrix in zip(self.lifted, self.differences, strict=True)
        ]
        return [*coordinates, *values]

    def slopes(self):
        """A function of t and the free values that returns the slopes of these."""
        states = len(self.system.states)

        def slopes(t, free):
            arguments = self.arguments(t, free)
            return self.system.slopes(arguments, np.array(arguments[2 : 2 + states])).ravel()[
                self.ends.free
            ]

        return slopes

    def jacobian(self):
        """A function of t and the free values that returns the derivatives of the slopes, `(free, free)`, sparse.

        Where the residuals r(h, ...) = 0 are solved for h, a change of another argument z changes h by -A^-1 r_z.
        """
        system = self.system
        names = [*system.names, *system.highest]
        partial = [
            [formula.function(differentiate(residual, name), names) for name in system.names[2:]]
            for residual in system.problem.residuals
        ]

        def jacobian(t, free):
            arguments = self.arguments(t, free)
            states = np.array(arguments[2 : 2 + len(system.states)])
            highest = system.slopes(arguments, states)[system.tops]
            right = np.moveaxis(
                [[entry(*arguments, *highest) for entry in row] for row in partial], -1, 0
            )
            factors = -system.divide(arguments, right)  # (points, unknowns, arguments)
            blocks = self.lifted[1 : len(system.states)] + self.lifted[:1]  # the slope of u is u_t
            for unknown, top in enumerate(system.tops):
                terms = zip(factors[:, unknown].T, self.lifted, strict=True)
                blocks[top] = sum(sparse.diags(factor) @ matrix for factor, matrix in terms)
            return sparse.vstack(blocks).tocsr()[self.ends.free].tocsc()

        return jacobian

    def __call__(self, coordinates):
        """The unknown functions by name, at `{coordinate: (n,)}`."""
        t, x = coordinates[self.time], coordinates[self.space]
        return {unknown: spline(t, x, grid=False) for unknown, spline in self.splines.items()}


def time_and_space(problem):
    """Names of the coordinate with initial values only, and of the other.

    Raises:
        UserError: there is none.
    """
    if len(problem.coordinates) == 2:
        for place, name in sorted(enumerate(problem.coordinates), key=lambda item: item[1] != "t"):
            values = [[v for v in c.values if name in v.place] for c in problem.conditions]
            initial = [v for own in values for v in own]
            states = sum(order(problem, unknown, place) for unknown in problem.unknowns)
            alone = all(v.place == {name: problem.low[place]} for v in initial)
            if alone and sum(map(bool, values)) == states:
                return name, problem.coordinates[1 - place]
    received = ", ".join(problem.coordinates)
    raise UserError(
        f"the method of lines wants two coordinates, one with conditions at its low end only. Received: {received}"
    )
