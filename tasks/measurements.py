"""Measurements of unknown functions, whose equation is to be discovered."""

import functools
import re
from dataclasses import asdict, dataclass

from errors import UserError
from tasks.study import Subject

SPACE, TIME, FIELD = ("x", "y", "z"), "t", "u"
FEWEST = 20  # measurements


@dataclass(frozen=True, kw_only=True)
class MeasuredField(Subject):
    """Measurements, and the terms that their equation may have.

    Args:
        coordinates: names of the coordinates, time last.
        unknowns: names of the unknown functions.
        table: all of the data, `{name: (rows,)}`.
        measurements: the rows that are used, with added noise, `{name: (rows,)}`.
        left: left side of each equation.
        library: terms that each right side may have.
    """

    coordinates: tuple
    unknowns: tuple
    table: dict
    measurements: dict
    left: list
    library: list

    @property
    def rows(self):
        """Number of measurements that are used."""
        return count_rows(self.measurements)

    @functools.cached_property
    def domain(self):
        """Range of each coordinate in the data, `{name: (low, high)}`."""
        columns = {name: self.table[name] for name in self.coordinates}
        return {name: (float(x.min()), float(x.max())) for name, x in columns.items()}

    @functools.cached_property
    def problem(self):
        """The left sides on the domain, as an `equations.problem.Problem`."""
        from equations.equation import Equation

        return Equation(self.left, self.domain).problem()

    def description(self):
        from datasets.dataset import Target

        targets = [asdict(Target(name)) for name in self.unknowns]
        return super().description() | {"rows": {"train": self.rows}, "targets": targets}


def count_rows(table):
    return len(next(iter(table.values())))


def read_names(path, functions):
    """Return the names of the coordinates, time last, and of the unknown functions.

    Args:
        path: file of the data; "" for the solution of Burgers' equation.
        functions: texts such as "h(x,s)"; if there are none, the names in the file decide.

    Raises: UserError if the names cannot be found.
    """
    from datasets.measured_field import find_array, read_columns

    if not path:
        return ("x", "t"), ("u",)
    if functions:
        return parse_functions(functions)
    arrays = read_columns(path)
    present = [name for name in (*SPACE, TIME, FIELD) if find_array(arrays, name) is not None]
    if {SPACE[0], TIME, FIELD} <= {*present}:
        return tuple(name for name in present if name != FIELD), (FIELD,)
    if TIME in arrays and len(arrays) > 1:
        return (TIME,), tuple(str(name) for name in arrays if name != TIME)
    raise UserError(
        f"{path} must have t with x and u, or t with other unknown functions. "
        f"It has: {', '.join(map(str, arrays))}. "
        'If the names are different, give --functions "h(x,s)"'
    )


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


def read_measurements(path, coordinates, unknowns):
    """Read all of the data, `{name: (rows,)}`.

    Args:
        path: file of the data; "" for the solution of Burgers' equation.
        coordinates: names of the coordinates.
        unknowns: names of the unknown functions.

    Raises: UserError if something is missing, or nothing can be learned from it.
    """
    from datasets.measured_field import read_field

    table = read_field(path, coordinates, unknowns) if path else solve_burgers()
    if missing := [name for name in unknowns if name not in table]:
        raise UserError(f"{missing[0]!r} is missing in {path}. It has: {', '.join(table)}")
    if (rows := count_rows(table)) < FEWEST:
        raise UserError(
            f"{path} must have {FEWEST} rows or more without a missing number. Received: {rows}"
        )
    if constant := [name for name, values in table.items() if values.min() == values.max()]:
        raise UserError(
            f"{constant[0]!r} in {path} has the same value everywhere, so nothing can be learned "
            "from it. Remove it, or choose different columns with --functions"
        )
    return table


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
