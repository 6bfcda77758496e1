"""The same equation in several runs: each has unknown functions of its own, all share constants."""

from dataclasses import replace

import numpy as np

from equations.notation import NAME, split_name
from errors import UserError

MAX_RUNS = 20


def repeat_equation(equation, runs):
    """Return the equation of all runs at once: `u` becomes `u_1` in the first run, and so on.

    Args:
        equation: `equations.equation.Equation`.
        runs: number of runs.

    Returns: an `Equation` with the residuals and conditions of every run.

    Raises: UserError if there are too many runs.
    """
    if runs > MAX_RUNS:
        raise UserError(f"an equation is fitted to at most {MAX_RUNS} runs. Received: {runs}")
    problem = equation.problem()
    coordinates, unknowns = problem.coordinates, problem.unknowns
    texts = {
        kind: [value] if isinstance(value := getattr(equation, kind), str) else value
        for kind in ("residuals", "conditions")
    }

    def rename(text, run):
        def number(match):
            name = match[0]
            unknown = next((u for u in unknowns if is_derivative(name, u, coordinates)), None)
            return f"{unknown}_{run}{name.removeprefix(unknown)}" if unknown else name

        return NAME.sub(number, text)

    numbers = range(1, runs + 1)
    return replace(
        equation,
        **{
            kind: [rename(text, k) for k in numbers for text in found]
            for kind, found in texts.items()
        },
        exact={f"{name}_{k}": text for k in numbers for name, text in equation.exact.items()},
        known_part={f"{n}_{k}": text for k in numbers for n, text in equation.known_part.items()},
    )


def is_derivative(name, unknown, coordinates):
    """Whether a name is an unknown function or one of its derivatives."""
    return split_name(name, coordinates).unknown == unknown


def repeat_table(table, coordinates, run):
    """Return measurements of several runs in one table: `u_1` is NaN in the rows of other runs.

    Args:
        table: `{column: (rows,)}`.
        coordinates: names of the coordinates.
        run: name of the column that says to which run a row belongs.

    Returns: `{column: (rows,)}`, without the column of the run.
    """
    labels = find_runs(table[run])
    repeated = {name: table[name] for name in coordinates}
    for name, values in table.items():
        if name not in (*coordinates, run):
            for number, label in enumerate(labels, 1):
                repeated[f"{name}_{number}"] = np.where(table[run] == label, values, np.nan)
    return repeated


def strip_run(unknowns):
    """Return the names of the unknown functions without the numbers of their runs."""
    return tuple(dict.fromkeys(name.rpartition("_")[0] for name in unknowns))


def find_runs(labels):
    """Return the different labels, sorted."""
    return sorted(set(labels.tolist()))
