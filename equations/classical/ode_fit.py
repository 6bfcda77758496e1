"""Unknown constants of an ordinary differential equation by nonlinear least squares.

SciPy solves the equation for given constants and initial values, and these are fitted to the
measurements: the solution obeys the equation exactly, and all misfit is noise.
"""

from dataclasses import replace

import numpy as np
import sympy
from scipy.integrate import solve_ivp

from equations.classical.first_order_system import FirstOrderSystem
from equations.classical.least_squares import fit_model
from equations.classical.work import TooMuchWork
from equations.problem import Derivative
from errors import UserError
from symbolic import formula
from symbolic.calculus import find_slope, substitute

TOLERANCE = 1e-8  # relative error of a step
STEP = 1e-5  # of the difference quotients, relative to the size of a parameter
# Most evaluations of the slopes for a solution, and for a solution of a rough fit.
MAX_EVALUATIONS, ROUGH_EVALUATIONS = 50_000, 3000
FIRST = 5  # measurements that tell the initial values


def fit_ode(problem, table, noise=None, roughly=False):
    """Fit the constants of an ordinary differential equation to measurements.

    Initial values that no condition gives are fitted as well.

    Args:
        problem: an `equations.problem.Problem` in one coordinate, with unknown constants.
        table: measurements, `{coordinate or unknown: (rows,)}`; NaN where a value is missing.
        noise: `{unknown: standard deviation}`, if known.
        roughly: stop after some steps, with the initial variances.

    Returns: a `LeastSquaresFit`.

    Raises:
        UserError: the equation cannot be solved by SciPy, or with none of the constants tried.
    """
    most = ROUGH_EVALUATIONS if roughly else MAX_EVALUATIONS
    model = OdeModel(problem, table, most)
    start = model.find_start()
    with np.errstate(all="ignore"):
        return fit_model(model, start, model.spreads, noise or {}, roughly)


class OdeModel:
    """The measurements of an ODE as functions of its constants and initial values.

    The constants are states whose slope is zero.

    Args:
        problem, table: see `fit_ode`.
        max_evaluations: maximum number of times that the slopes are computed for a solution.

    Attributes:
        counts: `{unknown: number of its measurements}`.
        spreads: `{unknown: standard deviation of all that was measured of it}`.
        num_conditions: number of conditions.
    """

    def __init__(self, problem, table, max_evaluations=MAX_EVALUATIONS):
        self.max_evaluations = max_evaluations
        (name,), (self.low,), (self.high,) = problem.coordinates, problem.low, problem.high
        self.problem, self.constants, self.coordinate = problem, problem.constants, name
        self.system = FirstOrderSystem(add_constants(problem), name)
        self.states = self.system.states
        # Parameters: the constants first, then the initial values of the other states.
        order = [d.unknown in problem.constants for d in self.states]
        self.order = [*np.flatnonzero(order), *np.flatnonzero(np.logical_not(order))]
        self.table, self.rows = table, {}
        for number, state in enumerate(self.states):
            if not any(state.orders) and state.unknown in table:
                known = np.isfinite(table[state.unknown])
                if known.any():
                    values = np.asarray(table[state.unknown], "float64")[known]
                    x = np.asarray(table[name], "float64")[known]
                    self.rows[state.unknown] = number, x, values
        if not self.rows:
            raise UserError("nothing was measured that the equation has")
        self.counts = {unknown: len(x) for unknown, (_, x, _) in self.rows.items()}
        self.spreads = {u: np.std(y) or abs(y[0]) or 1.0 for u, (_, _, y) in self.rows.items()}
        self.num_conditions = len(problem.conditions)
        self.points = np.unique(
            np.concatenate([[self.low], *(x for _, x, _ in self.rows.values())])
        )
        self.conditions = [self.compile(condition) for condition in problem.conditions]

    def compile(self, condition):
        """Return a condition's function, the arguments' states and places, and its size."""
        arguments = [*(value.symbol.name for value in condition.values), *self.constants]
        function = formula.compile_function(condition.expression, arguments)
        try:
            places = [
                (self.states.index(value.derivative), value.place[self.coordinate])
                for value in condition.values
            ]
        except ValueError:
            raise UserError(
                "least squares need conditions on derivatives below the highest one. "
                f"Received: '{condition.text}'"
            ) from None
        self.points = np.unique([*self.points, *(x for _, x in places)])
        return function, places

    def find_start(self):
        """Return initial parameters: the guesses, and values from conditions and measurements."""
        start = np.zeros(len(self.states))
        for number, state in enumerate(self.states):
            if state.unknown in self.constants:
                start[number] = self.constants[state.unknown]
            elif state.unknown in self.rows and state.orders[0] < 2:
                _, x, y = self.rows[state.unknown]
                start[number] = estimate_start(x, y)[state.orders[0]]
        for condition in self.problem.conditions:  # u(0) = 3 says more than measurements
            if len(condition.values) == 1:
                (value,) = condition.values
                factor = find_slope(condition.expression, value.symbol.name)
                at_start = value.place[self.coordinate] == self.low
                if at_start and factor is not None and value.derivative in self.states:
                    rest = substitute(condition.expression, {value.symbol.name: sympy.S.Zero})
                    number = formula.compile_function(rest, list(self.constants))
                    known = -number(*self.constants.values()) / float(factor)
                    start[self.states.index(value.derivative)] = known
        return start[self.order]

    def residuals(self, parameters):
        """Return the deviations of all measurements, then the misfits of all conditions."""
        return self.compute_rows(np.asarray(parameters)[:, None])[:, 0]

    def jacobian(self, parameters):
        """Return the derivatives of the rows by central differences, of one integration."""
        sizes = np.maximum(np.abs(parameters), 1e-3 * max(self.spreads.values()))
        steps = np.diag(STEP * sizes)
        both = np.concatenate([parameters + steps, parameters - steps]).T
        upper, lower = np.split(self.compute_rows(both), 2, axis=1)
        return (upper - lower) / (2 * STEP * sizes)

    def compute_rows(self, parameters):
        """Return the rows for several sets of parameters, `(rows, sets)`."""
        y = self.integrate(parameters)
        at = {x: number for number, x in enumerate(self.points)}
        rows = []
        for number, x, values in self.rows.values():
            rows.append(y[[at[one] for one in x], number] - values[:, None])
        for function, places in self.conditions:
            arguments = [y[at[x], state] for state, x in places]
            constants = parameters[: len(self.constants)]
            size = np.maximum(np.abs(arguments).max(axis=0), 1.0)
            rows.append((function(*arguments, *constants) / size)[None])
        return np.concatenate(rows)

    def integrate(self, parameters):
        """Return all states at `self.points` for several sets, `(points, states, sets)`."""
        start = np.empty_like(parameters, dtype="float64")
        start[self.order] = parameters
        shape, evaluations = start.shape, 0

        def compute_slopes(x, y):
            nonlocal evaluations
            evaluations += 1
            if evaluations > self.max_evaluations:
                raise TooMuchWork("least squares would take too long")
            y = y.reshape(shape)
            return self.system.compute_slopes([np.full(shape[1], x), *y], y).ravel()

        found = np.full((len(self.points), *shape), np.nan)
        ends = self.points[0], self.points[-1]
        size = np.maximum(np.abs(start).max(axis=1, keepdims=True), max(self.spreads.values()))
        floor = (TOLERANCE * 1e-2 * np.broadcast_to(size, shape)).ravel()
        options = {"t_eval": self.points, "rtol": TOLERANCE, "atol": floor}
        for method in ("DOP853", "LSODA"):
            try:
                evaluations = 0
                solved = solve_ivp(compute_slopes, ends, start.ravel(), method, **options)
            except (UserError, ValueError):
                continue
            if solved.success and solved.y.shape[1] == len(self.points):
                return np.moveaxis(solved.y.reshape(*shape, -1), -1, 0)
            break
        return found

    def solve(self, parameters):
        """Return the solution as a function of `{coordinate: (n,)}`."""

        def evaluate(at):
            x = np.asarray(at[self.coordinate], "float64")
            points, self.points = self.points, np.unique([self.low, *x])
            y = self.integrate(np.asarray(parameters)[:, None])[..., 0]
            rows, self.points = np.searchsorted(self.points, x), points
            return {
                state.unknown: y[rows, number]
                for number, state in enumerate(self.states)
                if not any(state.orders) and state.unknown not in self.constants
            }

        return evaluate


def estimate_start(x, y):
    """Return the value and the slope of the straight line through the first measurements."""
    first = np.argsort(x)[:FIRST]
    if np.ptp(x[first]) == 0:
        return y[first].mean(), 0.0
    slope, value = np.polyfit(x[first] - x.min(), y[first], 1)
    return value, slope


def add_constants(problem):
    """Return the problem with its constants as unknown functions whose slope is zero."""
    (name,) = problem.coordinates
    constants = tuple(problem.constants)
    slopes = [sympy.Symbol(f"{constant}_{name}", real=True) for constant in constants]
    return replace(
        problem,
        unknowns=(*problem.unknowns, *constants),
        residuals=(*problem.residuals, *slopes),
        residual_texts=(*problem.residual_texts, *(f"{slope} = 0" for slope in slopes)),
        derivatives=(
            *problem.derivatives,
            *(Derivative(constant, (order,)) for constant in constants for order in (0, 1)),
        ),
        constants={},
    )
