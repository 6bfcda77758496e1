"""Cauchy data: conditions that give an unknown function, and perhaps its normal derivatives, on a face of the box."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import sympy

from equations.problem import Condition
from equations.well_posed import order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, exact, is_kinked, slope, substitute

MAX_DATA = 300  # operations of a formula on a face; the trial solution has several times as many
TOLERANCE = 1e-10  # of the data's size, where two faces meet


class Face(NamedTuple):
    """A side of the box on which an unknown function is known."""

    unknown: str
    coordinate: str  # held fixed
    end: int  # 0 or 1: at its low or high end


@dataclass(frozen=True)
class Datum:
    """An unknown function, or its normal derivative, on a face."""

    condition: Condition
    face: Face
    order: int  # of the normal derivative
    value: sympy.Expr  # in the free coordinates


class Box:
    """The domain, with random points in it at which formulas are compared.

    Args:
        problem: an `equations.problem.Problem`.
        points: how many.
    """

    def __init__(self, problem, points=40):
        self.coordinates = problem.coordinates
        self.ends = dict(
            zip(problem.coordinates, zip(problem.low, problem.high, strict=True), strict=True)
        )
        self.exact = {name: tuple(map(exact, ends)) for name, ends in self.ends.items()}
        self.width = {name: high - low for name, (low, high) in self.ends.items()}
        shares = np.random.default_rng(0).uniform(size=(points, len(self.ends)))
        corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * len(self.ends)), axis=-1).reshape(
            -1, len(self.ends)
        )
        shares = np.concatenate([corners, shares])  # (points, coordinates)
        shares = dict(zip(self.ends, shares.T, strict=True))
        self.points = {
            name: low + shares[name] * self.width[name] for name, (low, _) in self.ends.items()
        }

    def values(self, expression, **places):
        """The formula at the points, `(points,)`, some of whose coordinates may be given another value."""
        points = self.points | places
        return formula.function(expression, points)(*points.values())

    def trace(self, expression, face, derivative):
        """The formula's normal derivative on a face, as a formula."""
        normal = differentiate(expression, face.coordinate, derivative)
        return substitute(normal, {face.coordinate: self.exact[face.coordinate][face.end]})


def cauchy_datum(condition, problem, box):
    """The `Datum` that a condition is.

    Raises:
        UserError: it is none that can be built into a formula. The text says why, to follow on "since".
    """
    if len(condition.values) > 1:
        raise UserError("it relates several values")
    (value,) = condition.values
    if len(value.place) > 1:
        raise UserError("it is no whole face of the domain")
    ((name, place),) = value.place.items()
    if place not in box.ends[name]:
        raise UserError(f"{name} = {place:g} is inside the domain")
    orders = dict(zip(problem.coordinates, value.derivative.orders, strict=True))
    if any(number for other, number in orders.items() if other != name):
        raise UserError(f"its derivative is not the one in {name} alone")
    if not (factor := slope(condition.expression, value.symbol.name)):
        raise UserError(f"it is not linear in {value.symbol.name}")
    data = -substitute(condition.expression, {value.symbol.name: sympy.S.Zero}) / factor
    if formula.flaw(data):
        raise UserError("its numbers are too large")
    if constants := sorted(problem.constants.keys() & set(formula.variables(data))):
        raise UserError(f"{constants[0]} is not known")
    check_smooth(data, value.derivative.unknown, problem, box)
    face = Face(value.derivative.unknown, name, box.ends[name].index(place))
    return Datum(condition, face, orders[name], data)


def check_smooth(data, unknown, problem, box):
    """Raise UserError for data that would give the trial solution derivatives that jump or are infinite."""
    if is_kinked(data, problem.coordinates):
        raise UserError("it has a step or a kink")
    if sympy.count_ops(data) > MAX_DATA:
        raise UserError("its formula is too long")
    for name in formula.variables(data):
        derivative = data
        for number in range(order(problem, unknown, problem.coordinates.index(name)) + 1):
            derivative = differentiate(derivative, name) if number else data
            if not np.isfinite(box.values(derivative)).all():
                raise UserError(
                    f"its derivatives in {name} are not finite everywhere"
                    if number
                    else "it is not finite everywhere"
                )


def agree(left, right, scale=0.0):
    """Whether two arrays of values are the same, beside their size or a given one."""
    size = max(np.abs(left).max(), np.abs(right).max(), scale)
    return bool((np.abs(left - right) <= TOLERANCE * size).all())


def contradict(first, second, box):
    """Whether two data of an unknown function differ in the edge where their faces meet."""
    a, b = first.face, second.face
    if a.coordinate == b.coordinate:
        return (
            a == b
            and first.order == second.order
            and not agree(box.values(first.value), box.values(second.value))
        )
    scale = max(
        np.abs(box.values(first.value)).max() / box.width[b.coordinate] ** second.order,
        np.abs(box.values(second.value)).max() / box.width[a.coordinate] ** first.order,
    )
    on_second = box.values(box.trace(first.value, b, second.order))
    on_first = box.values(box.trace(second.value, a, first.order))
    return not agree(on_second, on_first, scale)
