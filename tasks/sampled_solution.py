"""The solution of a differential equation as a network that a formula is sought for."""

import dataclasses

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

ACCURATE = 1e-6  # relative error up to which a classical solution is called the truth


def sample_solution(source, output, seed):
    """Sample the solution of a differential equation at random points of its domain.

    Outside of the domain the network means nothing. There are check points there if the solution is
    known there: from a closed form, or from the classical solution of an ordinary differential
    equation.

    Args:
        source: `tasks.source_run.SourceRun`.
        output: name of the unknown function; "" for the only one.
        seed: seed of the points.

    Returns: a `SampledNetwork`.
    """
    import numpy as np

    from datasets.dataset import Column, Target
    from evaluation.check_points import draw_check_points

    problem = source.data.problem
    names = problem.coordinates
    check_count(names, source.run)
    target = choose_output(problem.unknowns, output)
    low, high = np.array(problem.low, "float64"), np.array(problem.high, "float64")
    random = np.random.default_rng(seed)
    points = random.uniform(low, high, (ROWS, len(names)))
    truth, margin = find_solution(source.experiment, source.data, target)
    middle = (low + high) / 2
    return SampledNetwork(
        describe_function(target, names, source.run),
        columns=tuple(Column(name, dtype="float64") for name in names),
        target=Target(target),
        answer=wrap_answer(source.run, names, target, {}),
        dtype=source.experiment.precision,
        points=points,
        checks=draw_check_points(random, low, high, middle, make_symbols(names), margin),
        truth=truth,
        is_solution=True,
    )


def find_solution(experiment, data, target):
    """Return an unknown function, and the width of the margin around the domain where it is known.

    It is the closed form, the reference, or the classical solution of an ordinary differential
    equation.

    Returns: a function of `(rows, coordinates)`, or None if the unknown function is not known, and
        the margin as a fraction of the domain.
    """
    from evaluation.check_points import MARGIN

    problem = data.problem
    margin = MARGIN if target in problem.exact else 0.0
    solution = None if problem.exact and not margin else experiment.truth(problem)
    if solution is None and len(problem.coordinates) == 1 and not problem.constants:
        solution, margin = solve_around(data, MARGIN)
    if solution is None:
        return None, margin

    def truth(points):
        return solution(dict(zip(problem.coordinates, points.T, strict=True)))[target]

    return truth, margin


def solve_around(data, margin):
    """Solve an ordinary differential equation in its domain and, if possible, in a margin around.

    Returns: a function of `{coordinate: (n,)}` to `{unknown: (n,)}`, or None, and the margin.
    """
    from equations.classical.solver import solve_classically

    for width in (margin, 0.0):
        try:
            classical = solve_classically(widen(data.scaled, width))
        except UserError:
            continue
        if classical.error <= ACCURATE:
            return data.restore(classical).solution, width
    return None, 0.0


def widen(problem, margin):
    """Return the problem on a larger domain; its conditions stay where they are."""
    low, high = problem.low[0], problem.high[0]
    width = margin * (high - low)
    return dataclasses.replace(problem, low=(low - width,), high=(high + width,))
