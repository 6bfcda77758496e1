"""Cauchy data: an unknown function, or its normal derivative, is given on a face of the domain."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import sympy

from equations.problem import Condition
from equations.well_posed import find_order
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate, find_slope, is_kinked, make_exact, substitute

MAX_OPERATIONS = 300  # of a formula on a face; the trial solution has several times as many
TOLERANCE = 1e-10  # relative to the size of the data, where two faces meet


class Face(NamedTuple):
    """A face of the domain on which an unknown function is given."""

    unknown: str
    coordinate: str  # the fixed coordinate
    end: int  # 0 at its low end, 1 at its high end


@dataclass(frozen=True)
class Datum:
    """The value of an unknown function, or of its normal derivative, on a face."""

    condition: Condition
    face: Face
    order: int  # order of the normal derivative
    value: sympy.Expr  # in the free coordinates


class Box:
    """The domain, with its corners and random points at which formulas are compared.

    Args:
        problem: an `equations.problem.Problem`.
        points: number of random points.

    Attributes:
        ends: `{coordinate: (low, high)}`.
        exact_ends: the same as sympy numbers.
        width: `{coordinate: high - low}`.
        points: `{coordinate: (corners + points,)}`.
    """

    def __init__(self, problem, points=40):
        self.coordinates = problem.coordinates
        self.ends = dict(
            zip(problem.coordinates, zip(problem.low, problem.high, strict=True), strict=True)
        )
        self.exact_ends = {name: tuple(map(make_exact, ends)) for name, ends in self.ends.items()}
        self.width = {name: high - low for name, (low, high) in self.ends.items()}
        random = np.random.default_rng(0).uniform(size=(points, len(self.ends)))
        corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * len(self.ends)), axis=-1).reshape(
            -1, len(self.ends)
        )
        unit = np.concatenate([corners, random])  # (corners + points, coordinates)
        self.points = {
            name: self.ends[name][0] + fractions * self.width[name]
            for name, fractions in zip(self.ends, unit.T, strict=True)
        }

    def evaluate(self, expression, **fixed):
        """Evaluate a formula at the points, `(points,)`; some coordinates may have fixed values."""
        points = self.points | fixed
        return formula.compile_function(expression, points)(*points.values())

    def take_trace(self, expression, face, order):
        """Return the normal derivative of a formula on a face, as a formula."""
        normal = differentiate(expression, face.coordinate, order)
        return substitute(normal, {face.coordinate: self.exact_ends[face.coordinate][face.end]})


def read_datum(condition, problem, box):
    """Solve a condition for the value that it gives on a face.

    Returns: a `Datum`.

    Raises:
        UserError: the condition cannot be a hard constraint. The message completes a sentence that
            ends in "because".
    """
    if len(condition.values) > 1:
        raise UserError("it relates several values")
    (value,) = condition.values
    if len(value.place) > 1:
        raise UserError("it does not hold on a whole face of the domain")
    ((name, position),) = value.place.items()
    if position not in box.ends[name]:
        raise UserError(f"{problem.format_place(name, position)} is inside the domain")
    orders = dict(zip(problem.coordinates, value.derivative.orders, strict=True))
    if any(order for other, order in orders.items() if other != name):
        raise UserError(f"its derivative is not in {name} alone")
    if not (factor := find_slope(condition.expression, value.symbol.name)):
        raise UserError(f"it is not linear in {value.symbol.name}")
    data = -substitute(condition.expression, {value.symbol.name: sympy.S.Zero}) / factor
    if formula.find_flaw(data):
        raise UserError("its numbers are too large")
    if constants := sorted(problem.constants.keys() & set(formula.list_variables(data))):
        raise UserError(f"{constants[0]} is an unknown constant")
    check_smooth(data, value.derivative.unknown, problem, box)
    face = Face(value.derivative.unknown, name, box.ends[name].index(position))
    return Datum(condition, face, orders[name], data)


def check_smooth(data, unknown, problem, box):
    """Raise UserError if the trial solution would have infinite or discontinuous derivatives."""
    if is_kinked(data, problem.coordinates):
        raise UserError("it has a step or a kink")
    if sympy.count_ops(data) > MAX_OPERATIONS:
        raise UserError("its formula is too long")
    for name in formula.list_variables(data):
        derivative = data
        for order in range(find_order(problem, unknown, problem.coordinates.index(name)) + 1):
            derivative = differentiate(derivative, name) if order else data
            if not np.isfinite(box.evaluate(derivative)).all():
                raise UserError(
                    f"its derivatives in {name} are not finite everywhere"
                    if order
                    else "it is not finite everywhere"
                )


def are_equal(left, right, scale=0.0):
    """Whether two arrays are equal relative to their size, or to `scale` if that is larger."""
    size = max(np.abs(left).max(), np.abs(right).max(), scale)
    return bool((np.abs(left - right) <= TOLERANCE * size).all())


def contradict(first, second, box):
    """Whether two data of an unknown function differ in the edge where their faces meet."""
    a, b = first.face, second.face
    if a.coordinate == b.coordinate:
        return (
            a == b
            and first.order == second.order
            and not are_equal(box.evaluate(first.value), box.evaluate(second.value))
        )
    scale = max(
        np.abs(box.evaluate(first.value)).max() / box.width[b.coordinate] ** second.order,
        np.abs(box.evaluate(second.value)).max() / box.width[a.coordinate] ** first.order,
    )
    on_second = box.evaluate(box.take_trace(first.value, b, second.order))
    on_first = box.evaluate(box.take_trace(second.value, a, first.order))
    return not are_equal(on_second, on_first, scale)
