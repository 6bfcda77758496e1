"""Inverse problems: what a training needs to find constants, and what it says of their errors."""

from dataclasses import replace

from errors import UserError

BAND_POINTS = 201


def start_constants(model, data, seed):
    """Return the scaled problem with initial constants that the measurements suggest, and let the
    network start there if possible.

    Args:
        model: network; its weights are changed.
        data: `equations.formulation.Formulation`.
        seed: seed of what is random.
    """
    from training.initial_constants import find_start

    problem = data.scaled
    if data.measurements is None or not problem.constants:
        return problem
    table = problem.scales.scale_table(data.measurements)
    found = find_start(model, problem, table, seed)
    if found != problem.constants:
        texts = [f"{name} = {value:.4g}" for name, value in found.items()]
        print(f"The constants start with {', '.join(texts)}")
    return replace(problem, constants=found)


def weigh_measurements(data, noise, weight):
    """Return how `training.measurement_weights` weighs the measurements; None without any.

    Args:
        data: `equations.formulation.Formulation`.
        noise: `{unknown: standard deviation}` in the user's units; empty to estimate it.
        weight: weight of the measurements, 0 to lower it as far as necessary.

    Raises: UserError if the noise of some measured unknowns is given, and not of others.
    """
    if data.measurements is None:
        return None
    scales = data.scaled.scales.unknowns
    measured = [name for name in data.problem.unknowns if name in data.measurements]
    if noise and (missing := [name for name in measured if name not in noise]):
        raise UserError(f"--noise lacks {missing[0]}. Give it for every measured function, or none")
    noise = {name: noise[name] / scales[name].size for name in measured if noise}
    return {"noise": noise, "weight": weight}


def write_band(solved, data, run):
    """Write the standard errors of a solution of one coordinate that measurements determine.

    Args:
        solved: `training.equation_fit.Solved`.
        data: `equations.formulation.Formulation`.
        run: `runs.run.Run`.
    """
    import numpy as np

    from evaluation.inverse import BAND
    from training.uncertainty import estimate_solution

    problem = data.scaled
    if data.measurements is None or len(problem.low) > 1 or solved.estimate.factor is None:
        return
    points = np.linspace(problem.low, problem.high, BAND_POINTS)  # (points, 1)
    errors = estimate_solution(solved.system, solved.estimate, points)
    table = problem.scales.restore_table(dict(zip(problem.coordinates, points.T, strict=True)))
    for unknown, error in zip(problem.unknowns, errors.T, strict=True):
        table[f"standard error of {unknown}"] = error * problem.scales.unknowns[unknown].size
    freedom = np.full(BAND_POINTS, solved.estimate.degrees_of_freedom)
    run.write_table(BAND, table | {"degrees of freedom": freedom})
