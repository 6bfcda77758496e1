"""The method of lines: differences in space make a partial differential equation an ODE system."""

import numpy as np
from scipy import sparse
from scipy.integrate import solve_ivp
from scipy.interpolate import RectBivariateSpline

from equations.classical.boundary_conditions import BoundaryConditions
from equations.classical.first_order_system import FirstOrderSystem
from equations.classical.work import CALL, Work
from equations.well_posed import find_order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

SAVED_PER_STEP = 4  # values that are saved in each time step
MAX_EVALUATIONS = 5_000
PER_VALUE, PER_JACOBIAN = 100, 1_000  # operations of an evaluation and of a Jacobian


class MethodOfLines:
    """A solution by fourth-order differences in space and Radau's method of order 5 in time.

    Args:
        problem: an `equations.problem.Problem` in two coordinates. In one of them, the time, all
            conditions are at the low end. The conditions in the other one must be linear.
        points: number of points in space.
        tolerance: relative error of a time step.
        work: `equations.classical.work.Work`, which bounds the number of steps.

    Raises:
        UserError: the problem is of a different kind, or the solution cannot be followed to the
            end.

    Source: W. E. Schiesser, The Numerical Method of Lines (1991); E. Hairer, G. Wanner, Solving
    Ordinary Differential Equations II (Radau).
    """

    def __init__(self, problem, points=1000, tolerance=1e-6, work=None):
        self.time, self.space = find_time_and_space(problem)
        self.system = FirstOrderSystem(problem, self.time)
        initial = [c for c in problem.conditions if self.time in c.values[0].place]
        boundary = [c for c in problem.conditions if c not in initial]
        self.boundary = BoundaryConditions(self.system, self.space, boundary, points)
        low, high, periodic = self.boundary.low, self.boundary.high, self.boundary.periodic
        self.x = np.linspace(low, high, points, endpoint=not periodic)
        self.differences = [
            self.boundary.build_matrix(d)
            for d in (*self.system.states, *self.system.other_derivatives)
        ]
        self.lifted = [(matrix @ self.boundary.lift).tocsr() for matrix in self.differences]
        self.axis = problem.coordinates.index(self.time)
        start = self.system.find_initial_values(initial, self.x)
        times, values = self.integrate(
            start, problem, tolerance, work or Work()
        )  # (times, states, points)
        x = self.x
        if periodic:
            x = np.append(x, high)
            values = np.concatenate([values, values[..., :1]], axis=-1)
        self.splines = {
            state.unknown: RectBivariateSpline(times, x, values[:, number], kx=3, ky=5, s=0)
            for number, state in enumerate(self.system.states)
            if not any(state.orders)
        }

    def integrate(self, y, problem, tolerance, work):
        """Integrate in time from initial values y `(states, points)`.

        Returns: times `(times,)` and values `(times, states, points)`.
        """
        slopes, jacobian, evaluations = self.build_slopes(), self.build_jacobian(), 0

        def compute_jacobian(t, free):
            work.spend(20 * CALL + PER_JACOBIAN * len(free))
            return jacobian(t, free)

        def compute_slopes(t, free):
            nonlocal evaluations
            work.spend(10 * CALL + PER_VALUE * len(free))
            evaluations += 1
            if evaluations > MAX_EVALUATIONS:
                raise UserError(
                    f"the solution cannot be followed beyond {problem.format_place(self.time, t)}: "
                    "it changes too fast"
                )
            return slopes(t, free)

        interval = problem.low[self.axis], problem.high[self.axis]
        free = y.ravel()[self.boundary.free]
        scale = np.repeat(np.abs(y).max(axis=1), y.shape[1])[self.boundary.free]
        absolute = tolerance * np.maximum(scale, 1e-3 * scale.max() or 1.0)
        with np.errstate(all="ignore"):
            options = {"rtol": tolerance, "atol": absolute, "dense_output": True}
            found = solve_ivp(
                compute_slopes, interval, free, "Radau", jac=compute_jacobian, **options
            )
        if not found.success or not np.isfinite(found.y).all():
            place = problem.format_place(self.time, found.t[-1])
            raise UserError(
                f"the solution cannot be followed beyond {place}: it may be infinite there"
            )
        fractions = np.arange(SAVED_PER_STEP) / SAVED_PER_STEP
        times = np.append(
            (found.t[:-1, None] + np.diff(found.t)[:, None] * fractions).ravel(), interval[1]
        )
        values = [
            self.boundary.lift @ free + self.boundary.compute_offset(t)
            for t, free in zip(times, found.sol(times).T, strict=True)
        ]
        return times, np.reshape(values, (len(times), *y.shape))

    def compute_arguments(self, t, free):
        """Compute the coordinates, the states and their derivatives in space, at all points."""
        offset = self.boundary.compute_offset(t)
        coordinates = [self.x, self.x]
        coordinates[self.axis] = np.full_like(self.x, t)
        values = [
            lifted @ free + matrix @ offset
            for lifted, matrix in zip(self.lifted, self.differences, strict=True)
        ]
        return [*coordinates, *values]

    def build_slopes(self):
        """Return a function of t and the free values that computes their slopes."""
        states = len(self.system.states)

        def compute_slopes(t, free):
            arguments = self.compute_arguments(t, free)
            y = np.array(arguments[2 : 2 + states])
            return self.system.compute_slopes(arguments, y).ravel()[self.boundary.free]

        return compute_slopes

    def build_jacobian(self):
        """Return a function of t and the free values that computes the Jacobian of the slopes.

        It returns `(free, free)`, sparse. The residuals r(h, ...) = 0 are solved for h, so that a
        change of another argument z changes h by -A^-1 r_z.
        """
        system = self.system
        names = [*system.names, *system.highest]
        partial = [
            [
                formula.compile_function(differentiate(residual, name), names)
                for name in system.names[2:]
            ]
            for residual in system.problem.residuals
        ]

        def compute_jacobian(t, free):
            arguments = self.compute_arguments(t, free)
            states = np.array(arguments[2 : 2 + len(system.states)])
            highest = system.compute_slopes(arguments, states)[system.top_states]
            right = np.moveaxis(
                [[entry(*arguments, *highest) for entry in row] for row in partial], -1, 0
            )
            factors = -system.solve(arguments, right)  # (points, unknowns, arguments)
            blocks = self.lifted[1 : len(system.states)] + self.lifted[:1]  # the slope of u is u_t
            for unknown, top in enumerate(system.top_states):
                terms = zip(factors[:, unknown].T, self.lifted, strict=True)
                blocks[top] = sum(sparse.diags(factor) @ matrix for factor, matrix in terms)
            return sparse.vstack(blocks).tocsr()[self.boundary.free].tocsc()

        return compute_jacobian

    def __call__(self, coordinates):
        """Return `{unknown: (n,)}` at `{coordinate: (n,)}`."""
        t, x = coordinates[self.time], coordinates[self.space]
        return {unknown: spline(t, x, grid=False) for unknown, spline in self.splines.items()}


def find_time_and_space(problem):
    """Return the names of the coordinate with initial conditions only, and of the other one.

    Raises:
        UserError: there is no such coordinate.
    """
    if len(problem.coordinates) == 2:
        for axis, name in sorted(enumerate(problem.coordinates), key=lambda item: item[1] != "t"):
            values = [[v for v in c.values if name in v.place] for c in problem.conditions]
            initial = [v for of_condition in values for v in of_condition]
            states = sum(find_order(problem, unknown, axis) for unknown in problem.unknowns)
            alone = all(v.place == {name: problem.low[axis]} for v in initial)
            if alone and sum(map(bool, values)) == states:
                return name, problem.coordinates[1 - axis]
    raise UserError(
        "the method of lines needs two coordinates, one of which has conditions only at its low "
        f"end. Received: {', '.join(problem.coordinates)}"
    )
