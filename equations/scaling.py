"""Units in which all quantities of a problem are numbers of order one.

Weights of a network begin near one, and so do the steps of an optimiser. A problem in seconds,
kelvin and metres is therefore solved in units of its own: x = offset + size * number for each
coordinate and each unknown function, with powers of ten as sizes. A problem whose quantities are
of order one already stays as it is, to the last bit.

Source: H. P. Langtangen, G. K. Pedersen, Scaling of Differential Equations (2016).
"""

import math
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import sympy

from equations.notation import derivative_symbols
from errors import UserError
from symbolic import formula


class Scale(NamedTuple):
    """The unit of a quantity: its values are `offset + 10**power * number`."""

    power: int = 0
    offset: float = 0.0

    @property
    def size(self):
        return 10.0**self.power

    @property
    def exact_size(self):
        return sympy.Integer(10) ** self.power

    def to_numbers(self, values):
        return (values - self.offset) / self.size

    def to_values(self, numbers):
        return self.offset + self.size * numbers

    def insert(self, symbol):
        """Return the formula of the quantity, given the symbol of its number."""
        offset = sympy.Float(self.offset) if self.offset else sympy.S.Zero
        return offset + self.exact_size * symbol

    def __str__(self):
        size = f"1e{self.power}" if self.power else "1"
        return f"{self.offset:g} + {size}" if self.offset else size


ONE = Scale()


@dataclass(frozen=True)
class Scales:
    """The units of a problem's coordinates and unknown functions, `{name: Scale}`."""

    coordinates: dict = field(default_factory=dict)
    unknowns: dict = field(default_factory=dict)

    @property
    def all(self):
        return self.coordinates | self.unknowns

    def scale_table(self, table):
        """Return `{name: numbers}` for `{name: values}` of coordinates and unknown functions."""
        return {name: self.all.get(name, ONE).to_numbers(x) for name, x in table.items()}

    def restore_table(self, table):
        """Return `{name: values}` for `{name: numbers}`."""
        return {name: self.all.get(name, ONE).to_values(x) for name, x in table.items()}

    def restore_function(self, solution):
        """Return a solution in the user's units, given a solution of the scaled problem.

        Both are functions of `{coordinate: (n,)}` that return `{unknown: (n,)}`.
        """
        return lambda points: self.restore_table(solution(self.scale_table(points)))

    def scale_function(self, solution):
        """Return a solution of the scaled problem, the inverse of `restore_function`."""
        return lambda points: self.scale_table(solution(self.restore_table(points)))

    def power_of(self, derivative):
        """Return the power of ten of a derivative's unit."""
        orders = zip(self.coordinates.values(), derivative.orders, strict=True)
        return self.unknowns[derivative.unknown].power - sum(s.power * k for s, k in orders)

    def insert(self, expression, derivatives):
        """Return an expression of values as an expression of numbers, with the same symbols.

        Args:
            expression: sympy expression.
            derivatives: `{symbol: Derivative}` of the unknown functions and their derivatives.

        Raises:
            UserError: a number becomes too large.
        """
        inserted = {}
        for name, scale in self.coordinates.items():
            symbol = sympy.Symbol(name, real=True)
            inserted[symbol] = scale.insert(symbol)
        for symbol, derivative in derivatives.items():
            offset = 0.0 if any(derivative.orders) else self.unknowns[derivative.unknown].offset
            inserted[symbol] = Scale(self.power_of(derivative), offset).insert(symbol)
        inserted = {symbol: value for symbol, value in inserted.items() if symbol != value}
        result = expression.xreplace(inserted) if inserted else expression
        if reason := formula.find_flaw(result):
            raise UserError(f"a formula {reason} in the units of the problem")
        return result

    def __str__(self):
        """Return the units that are not one, such as "x 1e-3, T 300 + 10"; "" if all are."""
        return ", ".join(f"{name} {scale}" for name, scale in self.all.items() if scale != ONE)

    def describe(self):
        """Return the units in words; "" if all are one."""
        return (
            f"{self} (what the network counts as 1; answers are in your units)" if str(self) else ""
        )


def scale_problem(problem, scales, measure):
    """Return the `Problem` for the numbers.

    Args:
        problem: `equations.problem.Problem` for the values.
        scales: `Scales`.
        measure: function of a scaled expression and its `{symbol: Derivative}` that returns the
            power of ten by which residuals and conditions are divided.
    """

    def scale_place(place):
        return {name: scales.coordinates[name].to_numbers(x) for name, x in place.items()}

    def insert(expression, derivatives):
        inserted = scales.insert(expression, derivatives)
        power = measure(inserted, derivatives)
        return inserted / sympy.Integer(10) ** power if power else inserted

    def scale_condition(condition):
        derivatives = {value.symbol: value.derivative for value in condition.values}
        values = tuple(replace(v, place=scale_place(v.place)) for v in condition.values)
        expression = insert(condition.expression, derivatives)
        return replace(condition, expression=expression, values=values)

    def scale_forms(forms):
        found = {}
        for name, expression in forms.items():
            scale = scales.unknowns[name]
            inserted = scales.insert(expression, {})
            shifted = inserted - sympy.Float(scale.offset) if scale.offset else inserted
            found[name] = shifted / scale.exact_size if scale.power else shifted
        return found

    derivatives = derivative_symbols(problem)
    ends = zip(scales.coordinates.values(), problem.low, problem.high, strict=True)
    low, high = zip(*((s.to_numbers(a), s.to_numbers(b)) for s, a, b in ends), strict=True)
    return replace(
        problem,
        low=low,
        high=high,
        residuals=tuple(insert(residual, derivatives) for residual in problem.residuals),
        conditions=tuple(map(scale_condition, problem.conditions)),
        exact=scale_forms(problem.exact),
        known_part=scale_forms(problem.known_part),
        weight=insert(problem.weight, {}),
        scales=scales,
    )


def find_power(value):
    """Return the power of ten that is nearest to a size; 0 if the size is zero or not finite."""
    return round(math.log10(value)) if value and math.isfinite(value) else 0
