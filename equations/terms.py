"""From a problem that has been read to what an optimiser makes small: its terms, and where their points lie."""

import numpy as np
import sympy

from equations.collocation import Measurements, Region
from equations.notation import format_derivative
from equations.system import Term


def time(problem):
    """Place of the coordinate that initial conditions start from: none holds at its other end. None if there is none."""
    for place, (name, low) in enumerate(zip(problem.coordinates, problem.low, strict=True)):
        held = {
            value.place[name]
            for c in problem.conditions
            for value in c.values
            if name in value.place
        }
        if held == {low}:
            return place
    return None


def interior(problem, points):
    """The residuals of all equations, at the same points: `(Term, Region)`."""
    values = tuple(
        (sympy.Symbol(format_derivative(derivative, problem.coordinates), real=True), problem.unknowns.index(derivative.unknown),
         derivative.orders, 0)
        for derivative in problem.derivatives
    )  # fmt: skip
    region = Region(problem.low, problem.high, [{}], points, time(problem))
    return Term(problem.residual_texts, problem.residuals, values, factor=problem.weight), region


def soft(problem, conditions, points, weight):
    """Conditions that are not built into the trial solution, those at the same places together: list of `(Term, Region)`."""
    together = {}
    for condition in conditions:
        places = []
        for value in condition.values:
            if value.place not in places:
                places.append(value.place)
        together.setdefault(str(places), (places, []))[1].append(condition)
    return [
        soft_term(problem, places, group, points, weight) for places, group in together.values()
    ]


def soft_term(problem, places, conditions, points, weight):
    values = {}
    for condition in conditions:
        for value in condition.values:
            derivative = value.derivative
            unknown = problem.unknowns.index(derivative.unknown)
            values[value.symbol] = (
                value.symbol,
                unknown,
                derivative.orders,
                places.index(value.place),
            )
    term = Term(
        tuple(condition.text for condition in conditions),
        tuple(condition.expression for condition in conditions),
        tuple(values.values()),
        weights=(weight,) * len(conditions),
    )
    fixed = [
        {problem.coordinates.index(name): value for name, value in place.items()}
        for place in places
    ]
    return term, Region(problem.low, problem.high, fixed, points, time(problem))


def measurements(problem, table, weight):
    """What was measured: `(Term, Measurements)`.

    Args:
        problem: has the coordinates and unknowns that the columns are named after.
        table: `{column: (rows,)}`, each coordinate and at least one unknown.
        weight: of the mean square of what the solution differs from the measured.
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
