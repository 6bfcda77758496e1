"""Measurements of unknown functions, whose equation is to be discovered."""

import functools
from dataclasses import asdict, dataclass

from tasks.study import Subject

NEAR = 10  # data is counted from an offset that is this many times as large as its range


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
        run: name of the column that says to which of several runs a row belongs; "" if there is
            one run.
    """

    coordinates: tuple
    unknowns: tuple
    table: dict
    measurements: dict
    left: list
    library: list
    run: str = ""

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
    def runs(self):
        """Labels of the runs, sorted; () if there is one run."""
        import numpy as np

        return tuple(np.unique(self.table[self.run]).tolist()) if self.run else ()

    @functools.cached_property
    def ranges(self):
        """First and last time of each run, `[(low, high), ...]`; () if there is one run."""
        from datasets.run_column import find_ranges

        if not self.run:
            return ()
        return find_ranges(self.table[self.coordinates[0]], self.number_runs(self.table))

    @property
    def inputs(self):
        """Names of the columns that the network is called with."""
        return (self.run, *self.coordinates) if self.run else self.coordinates

    def number_runs(self, table):
        """Return the number of each row's run, `(rows,)`."""
        import numpy as np

        return np.searchsorted(np.array(self.runs), table[self.run].astype(type(self.runs[0])))

    def select_run(self, number):
        """Return the rows of all data that belong to a run, `{name: (rows,)}`."""
        chosen = self.number_runs(self.table) == number
        return {name: values[chosen] for name, values in self.table.items()}

    def read_problem(self, texts, **options):
        """Read equations on the domain of the data, as an `equations.problem.Problem`."""
        from equations.equation import Equation
        from equations.runs import add_runs

        problem = Equation(texts, self.domain, **options).problem()
        return add_runs(problem, self.ranges) if self.run else problem

    @functools.cached_property
    def problem(self):
        """The left sides on the domain, as an `equations.problem.Problem`."""
        return self.read_problem(self.left)

    @functools.cached_property
    def scales(self):
        """Units in which the data consists of numbers of order one, `equations.scaling.Scales`."""
        from equations.find_scales import choose_coordinate, choose_scale
        from equations.runs import RUN
        from equations.scaling import ONE, Scales

        coordinates = {name: choose_coordinate(*ends) for name, ends in self.domain.items()}
        columns = {name: self.table[name] for name in self.unknowns}
        unknowns = {name: choose_scale(x, x[0], NEAR) for name, x in columns.items()}
        return Scales(({RUN: ONE} if self.run else {}) | coordinates, unknowns)

    @functools.cached_property
    def scaled(self):
        """The problem in these units."""
        from equations.scaling import scale_problem

        return scale_problem(self.problem, self.scales, lambda *_: 0)

    @property
    def scaled_ranges(self):
        """First and last time of each run in these units."""
        unit = self.scales.coordinates[self.coordinates[-1]]
        return [tuple(map(unit.to_numbers, ends)) for ends in self.ranges]

    @property
    def training_table(self):
        """Measurements in these units, `{name: (rows,)}`, and the number of the run."""
        from equations.runs import RUN

        numbers = {RUN: self.number_runs(self.measurements)} if self.run else {}
        used = {name: self.measurements[name] for name in (*self.coordinates, *self.unknowns)}
        return self.scales.scale_table(numbers | used)

    def summary(self):
        scales = self.scales.describe()
        return super().summary() + (f"\nscales      {scales}" if scales else "")

    def restore_points(self, points):
        """Return scaled points, `(points, coordinates)`, as a table in the user's units."""
        import numpy as np

        table = self.scales.restore_table(dict(zip(self.scaled.coordinates, points.T, strict=True)))
        if not self.run:
            return table
        labels = np.array(self.runs)[points[:, 0].astype(int)]
        return {self.run: labels} | {name: table[name] for name in self.coordinates}

    def description(self):
        from datasets.dataset import Target

        targets = [asdict(Target(name)) for name in self.unknowns]
        domain = [f"{name} = {low:.6g}..{high:.6g}" for name, (low, high) in self.domain.items()]
        rows = {"train": self.rows}
        return super().description() | {"rows": rows, "targets": targets, "domain": domain}


def count_rows(table):
    return len(next(iter(table.values())))
