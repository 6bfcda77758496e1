"""Terms of the loss: the residuals of a problem, and where their collocation points lie."""

from dataclasses import dataclass

import numpy as np
import sympy

from equations.collocation import Measurements, Region
from equations.notation import derivative_symbols


@dataclass(frozen=True)
class Term:
    """Residuals at the same points: all equations of a system, or the conditions on one face.

    Attributes:
        names: text of each equation or condition.
        expressions: sympy expressions, one for each name, zero where it holds; in the coordinates,
            the symbols of `values` and of `measured`, and unknown constants.
        values: tuples `(symbol, number of the unknown, multi-index, number of the location)`. A
            periodic condition compares two locations, all others have one.
        measured: names of the values that are given with the points.
        weights: initial weight of each expression's mean square in the loss.
        factor: sympy expression in the coordinates that multiplies the expressions.
    """

    names: tuple
    expressions: tuple
    values: tuple
    measured: tuple = ()
    weights: tuple = (1.0,)
    factor: object = sympy.S.One

    @property
    def num_locations(self):
        return 1 + max((location for *_, location in self.values), default=0)


def find_time(problem):
    """Return the index of the coordinate with conditions at its start alone; None if none has."""
    for number, (name, low) in enumerate(zip(problem.coordinates, problem.low, strict=True)):
        values = [value for condition in problem.conditions for value in condition.values]
        if {value.place[name] for value in values if name in value.place} == {low}:
            return number
    return None


def build_interior(problem, points):
    """Return the term of all equations and its region: `(Term, Region)`.

    Args:
        problem: `equations.problem.Problem`.
        points: number of collocation points.
    """
    values = tuple(
        (symbol, problem.unknowns.index(derivative.unknown), derivative.orders, 0)
        for symbol, derivative in derivative_symbols(problem).items()
    )
    region = Region(problem.low, problem.high, [{}], points, find_time(problem))
    return Term(problem.residual_texts, problem.residuals, values, factor=problem.weight), region


def build_conditions(problem, conditions, points, weight):
    """Return the terms of conditions that the trial solution does not fulfil.

    Args:
        problem: `equations.problem.Problem`.
        conditions: list of `equations.problem.Condition`; those at the same locations share a term.
        points: number of points for each term.
        weight: weight of each condition's mean square in the loss.

    Returns: list of `(Term, Region)`.
    """
    groups = {}
    for condition in conditions:
        locations = []
        for value in condition.values:
            if value.place not in locations:
                locations.append(value.place)
        groups.setdefault(str(locations), (locations, []))[1].append(condition)
    return [
        build_condition_term(problem, locations, group, points, weight)
        for locations, group in groups.values()
    ]


def build_condition_term(problem, locations, conditions, points, weight):
    """Return the term of the conditions at the same locations: `(Term, Region)`."""
    values = {}
    for value in [value for condition in conditions for value in condition.values]:
        unknown = problem.unknowns.index(value.derivative.unknown)
        location = locations.index(value.place)
        values[value.symbol] = value.symbol, unknown, value.derivative.orders, location
    term = Term(
        tuple(condition.text for condition in conditions),
        tuple(condition.expression for condition in conditions),
        tuple(values.values()),
        weights=(weight,) * len(conditions),
    )
    fixed = [
        {problem.coordinates.index(name): value for name, value in location.items()}
        for location in locations
    ]
    return term, Region(problem.low, problem.high, fixed, points, find_time(problem))


def build_measurement_terms(problem, table):
    """Return the terms that compare the unknowns with measurements: list of `(Term, Measurements)`.

    Each unknown has a term of its own, since it may be measured at points of its own.

    Args:
        problem: `equations.problem.Problem` whose coordinates and unknowns name the columns.
        table: `{column: (rows,)}`; NaN where an unknown was not measured.
    """
    found = []
    for name in problem.unknowns:
        if name in table and (known := np.isfinite(table[name])).any():
            columns = {column: table[column][known] for column in (*problem.coordinates, name)}
            found.append(build_measurements(problem, columns, 1.0))
    return found


def build_measurements(problem, table, weight):
    """Return the term that compares the unknowns with measurements: `(Term, Measurements)`.

    Args:
        problem: `equations.problem.Problem` whose coordinates and unknowns name the columns.
        table: `{column: (rows,)}` with each coordinate and at least one unknown.
        weight: weight of the mean square deviation in the loss.
    """
    measured = tuple(name for name in problem.unknowns if name in table)
    zero = (0,) * len(problem.coordinates)
    symbols = {
        name: (sympy.Symbol(name, real=True), sympy.Symbol(f"{name} measured", real=True))
        for name in measured
    }
    term = Term(
        tuple(f"{name} measured" for name in measured),
        tuple(symbols[name][0] - symbols[name][1] for name in measured),
        tuple((symbols[name][0], problem.unknowns.index(name), zero, 0) for name in measured),
        tuple(symbols[name][1].name for name in measured),
        (weight,) * len(measured),
    )
    points = np.stack([table[name] for name in problem.coordinates], axis=-1)
    return term, Measurements(points, np.stack([table[name] for name in measured], axis=-1))
