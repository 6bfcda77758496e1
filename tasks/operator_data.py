"""Pairs of functions from this project's own solvers: a random field in, the solution out."""

from typing import Any, NamedTuple

CHECKED = 20  # functions on which the error of the solver is measured
SYMMETRIC = 1e-3  # relative error below which a symmetry holds; the grid breaks them a little
VALIDATING = 20  # one of this many training functions validates
TWICE, HALF = "twice the resolution", "half the resolution"


class Problem(NamedTuple):
    """An operator whose data is made here.

    Args:
        equation: text of the equation.
        field: name of the field in `make_field`.
        numbers: parameters of the field.
        duration: time after which u is the output; 0 if the equation has no time.
        names: of the input and of the output function.
        scale: number by which fields are multiplied before a logistic function makes them lie
            between 0 and 1; 0 for none.
        dimension: number of coordinates.
        symmetries: names of functions in `datasets.symmetries`, which make solutions of others.
        mean_free: whether periodic fields are drawn without their mean.
    """

    equation: str
    field: str
    numbers: tuple
    duration: float = 0.0
    names: tuple = ("u0", "u")
    scale: float = 0.0
    dimension: int = 1
    symmetries: tuple = ()
    mean_free: bool = False

    @property
    def periodic(self):
        return self.field == "periodic"

    def list_conditions(self):
        """Return the texts of the conditions that, with the equation, determine the output."""
        source, target = self.names
        return [f"{target}(x, 0) = {source}"] if self.duration else [f"{target}(0) = 0"]

    def count_points(self, points, factor):
        """Return the points of a grid that is finer by a factor, or coarser, in each direction."""
        return int(points * factor) if self.periodic else int((points - 1) * factor) + 1

    def describe(self):
        if self.periodic:
            scale, shift, power = self.numbers
            text = f"N(0, {scale**2:g} (-Laplace + {shift:g})^-{power:g}), periodic on [0, 1)"
            text += ", without its mean" if self.mean_free else ""
            return text + (f", 1/(1 + exp(-{self.scale:g} field))" if self.scale else "")
        if self.field == "smooth":
            return f"covariance exp(-r^2/(2 {self.numbers[0]:g}^2)) on [0, 1]"
        low, high, shift = self.numbers
        return f"{high:g} or {low:g} by the sign of N(0, (-Laplace + {shift:g})^-2), zero slope"


class Simulation(NamedTuple):
    """How the functions of a problem are drawn and solved.

    Args:
        draw: function of a number of functions, of points, and of a random generator.
        solve: function of inputs `(functions, *grid)` and of a factor of the time steps.
        solver: the solver in words.
        finer: how many times the grid of the solver is finer than that of the data.
    """

    draw: Any
    solve: Any
    solver: str
    finer: int = 2


def make_simulation(problem, time_steps):
    """Return the `Simulation` of a `Problem`."""
    import numpy as np

    from datasets import random_fields

    numbers = problem.numbers
    if problem.field == "smooth":
        from scipy.interpolate import make_interp_spline

        def integrate(f, factor=1):
            x = np.linspace(0, 1, f.shape[1])
            return make_interp_spline(x, f.T, k=5).antiderivative()(x).T

        def draw(count, points, random):
            return random_fields.draw_smooth_fields(count, points, *numbers, random)

        return Simulation(draw, integrate, "integral of a spline of degree 5")
    if problem.field == "two phases":
        from equations.classical.darcy import solve_darcy

        def draw(count, points, random):
            return random_fields.draw_two_phases(count, points, *numbers, random)

        solver = "finite volumes on the same grid, preconditioned conjugate gradients"
        return Simulation(draw, lambda a, factor=1: solve_darcy(a), solver, finer=1)
    evolution, steps = read_evolution(problem.equation), time_steps

    def draw(count, points, random):
        u = random_fields.draw_periodic_fields(count, points, *numbers, random)
        u = u - u.mean(axis=1, keepdims=True) if problem.mean_free else u
        return 1 / (1 + np.exp(-problem.scale * u)) if problem.scale else u

    def solve(u, factor=1):
        return evolution.solve(u, problem.duration, steps * factor)

    return Simulation(draw, solve, f"Fourier series and {steps} steps of ETDRK4, twice as fine")


def find_symmetries(problem, time_steps):
    """Return the names of the symmetries that an equation has, from a few of its solutions."""
    import numpy as np

    from datasets import symmetries

    simulation, random = make_simulation(problem, time_steps), np.random.default_rng(0)
    u, found = simulation.draw(4, 256, random), []
    v = simulation.solve(u)
    for name in symmetries.OF_LINES:
        other, expected = getattr(symmetries, name)(u, v, problem.duration, random)
        error = np.linalg.norm(simulation.solve(other) - expected) / np.linalg.norm(expected)
        found += [name] * bool(error < SYMMETRIC)
    return tuple(found)


def read_evolution(text):
    """Return the `PeriodicEvolution` of an equation's text."""
    from equations.classical.periodic_evolution import PeriodicEvolution
    from equations.equation import Equation

    return PeriodicEvolution(Equation([text], {"x": (0, 1), "t": (0, 1)}).problem())


def coarsen(values, step):
    """Return every so many points of functions on a grid."""
    return values[(slice(None), *(slice(None, None, step),) * (values.ndim - 1))]


def simulate(name, problem, functions, test_functions, points, time_steps, seed):
    """Draw functions, solve the problem for each, and split them.

    Returns: a `datasets.dataset.Dataset`, whose extra splits are the test functions on finer and
    coarser grids.

    Raises: UserError if solutions are infinite.
    """
    import numpy as np

    from datasets.dataset import Split
    from datasets.functions import make_function_dataset, make_grid
    from errors import UserError

    simulation, random = make_simulation(problem, time_steps), np.random.default_rng(seed)
    finest = problem.count_points(points, 2)
    source, target = problem.names

    def make(count, steps):
        """Return a `Split` for each step between the points of the finest grid."""
        fine = simulation.draw(count, finest, random)
        solved = simulation.solve(fine) if simulation.finer > 1 else None
        for step in steps:
            x = coarsen(fine, step)
            if simulation.finer > 1:
                y = coarsen(solved, step)
            else:  # a coarser grid than that of the data has the values of the data
                y = coarsen(simulation.solve(coarsen(fine, min(step, 2))), max(step // 2, 1))
            if not np.isfinite(y).all():
                raise UserError(
                    "the solution of the equation becomes infinite. Choose a different equation, "
                    "or more --time-steps"
                )
            yield Split({source: x.astype("float32")}, {target: y.astype("float32")})

    (rows,) = make(functions, [2])
    test, twice, half = make(test_functions, [2, 1, 4])
    cut = functions - functions // VALIDATING
    splits = rows.take(slice(cut)), rows.take(slice(cut, None)), test
    axis = np.linspace(0, 1, points, endpoint=not problem.periodic)
    domain = make_grid(*(axis,) * problem.dimension, periodic=problem.periodic)
    error = measure_solver(problem, simulation, points, np.random.default_rng(seed + 1))
    equation = f"{name}: {problem.equation}"
    remarks = (
        f"inputs {source}: {problem.describe()}",
        f"solver: {simulation.solver}; relative L2 error {error:.1e} against a finer one",
    )
    extra = {TWICE: twice, HALF: half}
    return make_function_dataset(equation, splits, (domain, domain), remarks, extra)


def measure_solver(problem, simulation, points, random):
    """Return the mean relative error of the data against a solution on a grid twice as fine as the
    solver's, in half the time steps, as seen at the points of the data."""
    import numpy as np

    finer = simulation.finer
    truth_points = problem.count_points(points, 2 * finer)
    fields = simulation.draw(CHECKED, truth_points, random)
    truth = coarsen(simulation.solve(fields, 2), 2 * finer)
    found = coarsen(simulation.solve(coarsen(fields, 2)), finer)
    axes = tuple(range(1, truth.ndim))
    norms = [np.sqrt(np.sum(x**2, axis=axes)) for x in (found - truth, truth)]
    return float(np.mean(norms[0] / norms[1]))
