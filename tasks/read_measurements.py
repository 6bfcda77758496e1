"""Read measurements of unknown functions: names, columns, runs, and which rows are used."""

import re

from errors import UserError, suggest
from tasks.measurements import count_rows

SPACE, TIME, FIELD = ("x", "y", "z"), "t", "u"
FEWEST, FEWEST_IN_RUN = 20, 5  # measurements


def read_names(path, functions, run=""):
    """Return the names of the coordinates, time last, of the unknown functions, and of the column
    of runs.

    Args:
        path: file of the data; "" for the solution of Burgers' equation.
        functions: texts such as "h(x,s)"; if there are none, the names in the file decide.
        run: column of runs, if the user named it. Otherwise it is found, or "" for a single run.

    Raises: UserError if the names cannot be found, or if the data is several trajectories and
        nothing says which row belongs to which.
    """
    from datasets.measured_field import find_array, read_columns
    from datasets.run_column import find_run_column

    if not path:
        return ("x", "t"), ("u",), ""
    arrays = read_columns(path)
    if run and run not in arrays:
        raise UserError(
            f"{path} has no column {run!r} for --run.{suggest(run, arrays)} "
            f"It has: {', '.join(map(str, arrays))}"
        )
    if functions:
        coordinates, unknowns = parse_functions(functions)
    else:
        present = [name for name in (*SPACE, TIME, FIELD) if find_array(arrays, name) is not None]
        if {SPACE[0], TIME, FIELD} <= {*present}:
            coordinates, unknowns = tuple(name for name in present if name != FIELD), (FIELD,)
        elif TIME in arrays and len(arrays) > 1:
            coordinates, unknowns = (TIME,), tuple(str(name) for name in arrays if name != TIME)
        else:
            raise UserError(
                f"{path} must have t with x and u, or t with other unknown functions. "
                f"It has: {', '.join(map(str, arrays))}. "
                'If the names are different, give --functions "h(x,s)"'
            )
    if run and len(coordinates) > 1:
        raise UserError(
            "--run is for trajectories, functions of one coordinate. "
            f"Received: {', '.join(coordinates)}. Give a file with a single field"
        )
    if not run and len(coordinates) == 1 and coordinates[0] in arrays:
        run = find_run_column(arrays, *coordinates, unknowns if functions else ())
    return coordinates, tuple(name for name in unknowns if name != run), run


def parse_functions(functions):
    """Return the names of the coordinates and of the functions in texts such as "h(x,s)"."""
    parsed = {}
    for text in functions:
        match = re.fullmatch(r"\s*(\w+)\s*\(([\w\s,]+)\)\s*", text)
        if not match:
            raise UserError(
                '--functions must be names with their coordinates, such as "u(x,t)". '
                f"Received: {text!r:.60}"
            )
        parsed[match[1]] = tuple(name.strip() for name in match[2].split(","))
    coordinates = next(iter(parsed.values()))
    if any(other != coordinates for other in parsed.values()):
        raise UserError(
            "--functions must all have the same coordinates in the same order. "
            f"Received: {', '.join(functions)}"
        )
    return coordinates, tuple(parsed)


def read_measurements(path, coordinates, unknowns, run=""):
    """Read all of the data, `{name: (rows,)}`.

    Args:
        path: file of the data; "" for the solution of Burgers' equation.
        coordinates: names of the coordinates.
        unknowns: names of the unknown functions.
        run: name of the column of runs; "" if there is none.

    Raises: UserError if something is missing, or nothing can be learned from it.
    """
    import numpy as np

    from datasets.measured_field import read_field

    table = read_field(path, coordinates, unknowns, run) if path else solve_burgers()
    if missing := [name for name in unknowns if name not in table]:
        raise UserError(f"{missing[0]!r} is missing in {path}. It has: {', '.join(table)}")
    if (rows := count_rows(table)) < FEWEST:
        raise UserError(
            f"{path} must have {FEWEST} rows or more without a missing number. Received: {rows}"
        )
    if run:
        labels, counts = np.unique(table[run], return_counts=True)
        if counts.min() < FEWEST_IN_RUN:
            raise UserError(
                f"{path} must have {FEWEST_IN_RUN} rows or more for each run. The run "
                f"{labels[counts.argmin()]!s:.30} in {run!r} has {counts.min()}"
            )
    constant = [name for name, x in table.items() if name != run and np.min(x) == np.max(x)]
    if constant:
        raise UserError(
            f"{constant[0]!r} in {path} has the same value everywhere, so nothing can be learned "
            "from it. Remove it, or choose different columns with --functions"
        )
    return table


def describe_runs(table, unknowns, run, given):
    """Leave out what is no unknown function of several runs, and say in words what was done.

    Args:
        table: all of the data; columns are removed from it.
        unknowns: names of the unknown functions.
        run: name of the column of runs; "" if there is none.
        given: the same, if the user named it.

    Returns: `(unknowns, run, remarks)`.
    """
    import numpy as np

    from datasets.run_column import is_constant_in_runs

    if not run:
        return unknowns, run, ()
    if (count := len(np.unique(table[run]))) == 1:
        del table[run]
        return unknowns, "", (f"{run!r} has a single value: one run",)
    fixed = [name for name in unknowns if is_constant_in_runs(table[name], table[run])]
    for name in fixed:
        del table[name]
    if len(fixed) == len(unknowns):
        raise UserError(f"every column but {run!r} and the coordinate is constant in each run")
    found = "" if given else ", found by its name; --run COLUMN chooses another"
    left_out = f"left out, since constant in each run: {', '.join(fixed)}"
    return (
        tuple(name for name in unknowns if name not in fixed),
        run,
        (f"{run!r} separates {count} runs{found}", *[left_out] * bool(fixed)),
    )


def solve_burgers():
    """Return the lecture's solution of Burgers' equation, on the same grid."""
    import numpy as np

    from equations.references.burgers import solve

    x, t = np.meshgrid(np.linspace(-1, 1, 256), np.linspace(0, 0.99, 100), indexing="ij")
    grid = {"x": x.ravel(), "t": t.ravel()}
    return grid | solve(grid)


def draw_measurements(table, unknowns, count, noise, seed):
    """Draw rows of the data at random, and add noise to the unknown functions.

    Args:
        table: all of the data, `{name: (rows,)}`.
        unknowns: names of the unknown functions.
        count: number of rows; 0 for all.
        noise: standard deviation of the noise, as a fraction of the function's.
        seed: seed of the choice and of the noise.
    """
    import numpy as np

    random = np.random.default_rng([seed, 1])
    rows = count_rows(table)
    chosen = random.permutation(rows)[: count or rows]
    sample = {name: values[chosen] for name, values in table.items()}
    for name in unknowns:
        error = noise * table[name].std() * random.standard_normal(len(chosen))
        sample[name] = sample[name] + error
    return sample
