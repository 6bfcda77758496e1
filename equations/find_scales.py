"""The units of a problem: from its domain, its conditions, measurements and a first solution.

The rules are proportional: a problem whose quantities are multiplied by powers of ten becomes the
same scaled problem, but for the rough sizes that a known part of the solution suggests.
"""

from dataclasses import replace

import numpy as np

from equations.notation import derivative_symbols
from equations.scaling import ONE, Scale, Scales, find_power, scale_problem
from errors import UserError
from symbolic import formula
from symbolic.calculus import differentiate

POINTS = 200  # random points at which formulas are evaluated
FAR = 100  # a quantity this many times as large as its range is counted from an offset
ROUGH_POWERS = 2  # of ten, by which a size may be wrong that only a part of the solution suggests
MIDDLE = 10**0.45  # of the sizes that need no unit, 0.9 to 9
LOOKS = 3  # solutions that are looked at, each in the units that the one before suggests


def find_scales(problem, measurements=None, look=None):
    """Choose the units of a problem's coordinates and unknown functions.

    Args:
        problem: `equations.problem.Problem`.
        measurements: `{column: (rows,)}`; None if there are none.
        look: function of a scaled `Problem` that returns a rough solution of it, a function of
            `{coordinate: (n,)}`, or raises UserError; None for no look.

    Returns: the scaled `Problem`, with its `scales`.
    """
    finder = ScaleFinder(problem, measurements or {})
    scales = finder.from_text()
    values, measured = None, {*finder.measurements} & {*problem.unknowns}
    for _ in range(LOOKS if look and not problem.constants else 0):
        try:
            solution = scales.restore_function(look(scale_problem(problem, scales, finder.measure)))
            values = solution(finder.points)
        except UserError:
            break
        found = scales.unknowns | {
            name: choose_scale(x, 0.0) for name, x in values.items() if name not in measured
        }
        found = {name: scale or scales.unknowns[name] for name, scale in found.items()}
        if found == scales.unknowns:
            break
        scales = replace(scales, unknowns=found)
    if values is not None:
        finder.numbers = scales.scale_table(values)
    return scale_problem(problem, scales, finder.measure)


def choose_scale(values, around, far=FAR):
    """Return the `Scale` of values; None if they say nothing because all of them are zero.

    Args:
        values: array.
        around: value that belongs to the range in any case, such as zero for a solution.
        far: values this many times as large as their range are counted from an offset.
    """
    values = np.append(values[np.isfinite(values)], around)
    low, high = values.min(), values.max()
    if low == high:
        return None
    largest = max(abs(low), abs(high))
    if largest > far * (high - low):
        return Scale(find_power((high - low) / MIDDLE), float(f"{(low + high) / 2:.6g}"))
    return Scale(find_power(largest / MIDDLE))


class ScaleFinder:
    """Finds the units of one problem.

    Args:
        problem: `equations.problem.Problem`.
        measurements: `{column: (rows,)}`.

    Attributes:
        points: `{coordinate: (POINTS,)}`, random points of the domain.
        numbers: `{unknown: (POINTS,)}` of a solution there in its units, once there is one.
    """

    def __init__(self, problem, measurements):
        self.problem, self.measurements = problem, measurements
        random = np.random.default_rng(0)
        unit = random.uniform(size=(len(problem.coordinates), POINTS))
        ends = zip(problem.coordinates, problem.low, problem.high, unit, strict=True)
        self.points = {name: low + (high - low) * x for name, low, high, x in ends}
        self.spread = random.uniform(0.5, 1.0, size=POINTS) * random.choice([-1, 1], POINTS)
        self.numbers = {}
        self.coordinates = {
            name: choose_coordinate(low, high)
            for name, low, high in zip(problem.coordinates, problem.low, problem.high, strict=True)
        }
        self.scaled_points = Scales(self.coordinates).scale_table(self.points)

    def from_text(self):
        """Return the `Scales` that conditions and measurements suggest.

        What they do not say about an unknown function, the equations do: its terms are to be as
        large as the others.
        """
        known = {name: self.from_values(name) for name in self.problem.unknowns}
        for _ in self.problem.unknowns:
            missing = [name for name, scale in known.items() if scale is None]
            known |= {name: self.balance(name, known) for name in missing}
        unknowns = {name: scale or ONE for name, scale in known.items()}
        return Scales(self.coordinates, unknowns)

    def from_values(self, unknown):
        """Return the `Scale` of an unknown function's given values; None if there are none."""
        if unknown in self.measurements:
            values = self.measurements[unknown]
            values = values[np.isfinite(values)]
            return choose_scale(values, values[0]) or choose_scale(values, 0.0)
        known_part = np.median(np.abs(self.evaluate(self.problem.known_part[unknown])))
        from_conditions = max(self.condition_sizes(unknown), default=0.0)
        if not from_conditions and known_part > 0:
            return Scale(choose_rough_power(known_part))
        largest = max(from_conditions, known_part)
        return Scale(find_power(largest / MIDDLE)) if largest > 0 else None

    def condition_sizes(self, unknown):
        """Yield the size of the function that each condition on it alone suggests."""
        for condition in self.problem.conditions:
            derivatives = {value.derivative for value in condition.values}
            if {derivative.unknown for derivative in derivatives} != {unknown}:
                continue
            symbols = {value.symbol.name: value.derivative for value in condition.values}
            zero = dict.fromkeys(symbols, 0.0)
            rest = largest(self.evaluate(condition.expression, zero))
            sizes = []
            for name, derivative in symbols.items():
                slope = median(self.slope(condition.expression, name, zero))
                orders = zip(self.coordinates.values(), derivative.orders, strict=True)
                if slope:
                    sizes.append(rest / slope * np.prod([s.size**k for s, k in orders]))
            if sizes:
                yield min(sizes)

    def balance(self, unknown, known):
        """Return the `Scale` with which a function's terms are as large as the others'."""
        scales = Scales(self.coordinates, {name: scale or ONE for name, scale in known.items()})
        symbols, powers = derivative_symbols(self.problem), []
        for residual in self.problem.residuals:
            own = {s.name for s, d in symbols.items() if d.unknown == unknown}
            expression = scales.insert(residual, symbols)
            others = {s.name for s, d in symbols.items() if known[d.unknown]} - own
            numbers = self.draw_numbers(expression)
            zero = dict.fromkeys((s.name for s in symbols), 0.0)
            points = self.scaled_points
            forcing = [median(self.evaluate(expression, zero, points))]
            forcing += [median(self.slope(expression, name, numbers, points)) for name in others]
            pull = [median(self.slope(expression, name, numbers, points)) for name in own]
            if max(pull, default=0) > 0 and max(forcing) > 0:
                powers.append(find_power(max(forcing) / max(pull)))
        return Scale(max(powers)) if powers else None

    def measure(self, expression, derivatives):
        """Return the power of ten of a scaled expression: of its largest slope.

        A weight, which has none, is measured by its own size.
        """
        numbers = self.draw_numbers(expression, derivatives)
        points = self.scaled_points
        if not derivatives:
            return find_power(median(self.evaluate(expression, {}, points)))
        slopes = [
            median(self.slope(expression, symbol.name, numbers, points))
            for symbol in derivatives
            if symbol in expression.free_symbols
        ]
        return find_power(max(slopes, default=0))

    def draw_numbers(self, expression, derivatives=()):
        """Return `{symbol: numbers}`: a known solution, and numbers of order one elsewhere."""
        names = [n for n in formula.list_variables(expression) if n not in self.coordinates]
        numbers = dict.fromkeys(names, self.spread)
        numbers |= {n: guess or 1.0 for n, guess in self.problem.constants.items()}
        for symbol, derivative in dict(derivatives).items():
            if derivative.unknown in self.numbers and not any(derivative.orders):
                numbers[symbol.name] = self.numbers[derivative.unknown]
        return numbers

    def slope(self, expression, name, numbers, points=None):
        """Return the derivative of an expression by a symbol, `(POINTS,)`; 0 if it is too long."""
        try:
            return self.evaluate(differentiate(expression, name), numbers, points)
        except UserError:
            return np.zeros(POINTS)

    def evaluate(self, expression, numbers=None, points=None):
        """Return an expression at the points, `(POINTS,)`, with numbers for other symbols."""
        constants = {name: guess or 1.0 for name, guess in self.problem.constants.items()}
        values = (self.points if points is None else points) | constants | (numbers or {})
        values = {name: np.broadcast_to(x, POINTS) for name, x in values.items()}
        with np.errstate(all="ignore"):
            found = formula.compile_function(expression, values)(*values.values())
        return np.broadcast_to(found, POINTS)


def choose_rough_power(size):
    """Return the power of ten of a unit, given a size that may be wrong by two orders."""
    power = find_power(size / MIDDLE)
    return 0 if abs(power) <= ROUGH_POWERS else power


def choose_coordinate(low, high):
    """Return the `Scale` of a coordinate, given the ends of its domain."""
    width = high - low
    offset = low if max(abs(low), abs(high)) > FAR * width else 0.0
    return Scale(find_power(width / MIDDLE), offset)


def largest(values):
    finite = np.abs(values[np.isfinite(values)])
    return finite.max() if len(finite) else 0.0


def median(values):
    finite = np.abs(values[np.isfinite(values)])
    return np.median(finite) if len(finite) else 0.0
