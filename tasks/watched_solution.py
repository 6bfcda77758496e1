"""What an animation shows of a differential equation: the solution while it is approached."""

from errors import UserError

POINTS = {1: 200, 2: 51}  # along an axis, by the number of axes


def watch_solution(model, data, comparable):
    """Return a `runs.frames.Scene`, and the function of its present values.

    With more than two coordinates the others are in the middle of their range.

    Args:
        model: the network in scaled coordinates and unknowns.
        data: `equations.formulation.Formulation`.
        comparable: see `tasks.differential_equation.DifferentialEquation`.
    """
    import numpy as np

    from runs.frames import Scene
    from tasks.solution_export import use_units

    problem, network = data.problem, use_units(model, data.problem, data.scaled.scales)
    axes, grid = make_grid(problem)
    points = np.stack(list(grid.values()), axis=-1)
    shape = (len(problem.unknowns), *(len(axis) for axis in reversed(axes)))
    is_curve = len(axes) == 1
    labels = (problem.coordinates[0], ", ".join(problem.unknowns) if is_curve else "")
    labels = labels if is_curve else tuple(problem.coordinates[:2])
    scene = Scene("curves" if is_curve else "maps", problem.unknowns, labels, axes)

    def answer():
        values = np.asarray(network(points))
        unknowns = enumerate(problem.unknowns)
        return np.reshape([comparable(name, values[:, n]) for n, name in unknowns], shape)

    return scene, answer


def solve_for_scene(experiment, data):
    """Return the true solution in the shape of a frame, or a classical one; None if neither is
    known."""
    import numpy as np

    problem = data.problem
    axes, grid = make_grid(problem)
    solution = experiment.truth(problem)
    if solution is None:
        try:
            solution = data.restore(experiment.solve_roughly(data, data.scaled)).solution
        except UserError:
            return None
    values = solution(grid)
    if set(values) < set(problem.unknowns):
        return None
    values = [experiment.comparable(name, values[name]) for name in problem.unknowns]
    return np.reshape(values, (len(values), *(len(axis) for axis in reversed(axes))))


def make_grid(problem):
    """Return the axes of one or two coordinates, and `{coordinate: (points,)}` on their grid."""
    import numpy as np

    ends = list(zip(problem.low, problem.high, strict=True))
    count = POINTS[min(len(ends), 2)]
    axes = tuple(np.linspace(*pair, count) for pair in ends[:2])
    mesh = [x.ravel() for x in np.meshgrid(*axes)]  # (y, x)
    mesh += [np.full(len(mesh[0]), sum(pair) / 2) for pair in ends[2:]]
    return axes, dict(zip(problem.coordinates, mesh, strict=True))
