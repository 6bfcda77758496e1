"""The solution of a differential equation as a network that a formula is sought for."""

from errors import UserError
from tasks.network_function import wrap_answer
from tasks.sampled_network import (
    ROWS,
    SampledNetwork,
    check_count,
    choose_output,
    describe_function,
    make_symbols,
)


def sample_solution(source, output, seed):
    """Sample the solution of a differential equation at random points of its domain.

    Outside of the domain only a closed form is known; without one there are no check points there.

    Args:
        source: `tasks.source_run.SourceRun`.
        output: name of the unknown function; "" for the only one.
        seed: seed of the points.

    Returns: a `SampledNetwork`.
    """
    import numpy as np

    from datasets.dataset import Column, Target
    from evaluation.check_points import MARGIN, draw_check_points

    problem = source.data.problem
    names = problem.coordinates
    check_count(names, source.run)
    target = choose_output(problem.unknowns, output)
    low, high = np.array(problem.low, "float64"), np.array(problem.high, "float64")
    random = np.random.default_rng(seed)
    points = random.uniform(low, high, (ROWS, len(names)))
    margin = MARGIN if target in problem.exact else 0.0
    middle = (low + high) / 2
    return SampledNetwork(
        describe_function(target, names, source.run),
        columns=tuple(Column(name, dtype="float64") for name in names),
        target=Target(target),
        answer=wrap_answer(source.run, names, target, {}),
        dtype=source.experiment.precision,
        points=points,
        checks=draw_check_points(random, low, high, middle, make_symbols(names), margin),
        truth=find_solution(source.experiment, problem, target),
        is_solution=True,
    )


def find_solution(experiment, problem, target):
    """Return an unknown function as a function of `(rows, coordinates)`; None if it is not known.

    It is the reference or, for an ordinary differential equation, SciPy's solution.
    """
    import numpy as np

    solution = experiment.truth(problem)
    if solution is None and len(problem.coordinates) == 1 and not problem.constants:
        solution = solve_by_scipy(problem)
    if solution is None:
        return None

    def truth(points):
        values = solution(dict(zip(problem.coordinates, points.T, strict=True)))
        return values.get(target, np.full(len(points), np.nan))

    return truth


def solve_by_scipy(problem):
    """Return the solution of an ordinary differential equation; None if SciPy finds none."""
    from equations.classical.ode import solve_ode

    try:
        return solve_ode(problem)
    except UserError:
        return None
