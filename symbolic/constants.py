"""The constants of a formula: fitted in float64, and made simple numbers where the error does not suffer."""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy
from scipy.optimize import least_squares

# What a constant may be a multiple of, with the price of the choice: it counts as much as a factor e of precision.
BASES = (
    (sympy.Integer(1), 0.0),
    (sympy.pi, 2.5),
    (1 / sympy.pi, 2.5),
    (sympy.sqrt(2), 4.0),
    (1 / sympy.sqrt(2 * sympy.pi), 4.0),
    (sympy.E, 4.0),
)
LEAST_GAIN = 1.0  # of a simple number: with none, chance would find one near many a constant
OF_ZERO = -2.0  # the price of a constant that is none: the term goes with it
OF_ONE = -1.5  # that of one in place of a constant that others make up for, as in a*x/(b*x + c*y)
LARGEST_DENOMINATOR = 12
WORSE = (
    2.0,
    10.0,
)  # errors that are no noise may grow by these factors, for all constants together: the front decides
ROUND_OFF = {"float64": 1e-14, "float32": 3e-7}  # error of values of size 1, whatever the formula


class Fit(NamedTuple):
    """Constants, and how well they are known.

    Args:
        values: `(constants,)`.
        square: sum of squared residuals.
        inverse: of J^T J, `(constants, constants)`, where the Jacobian J is that of the residuals.
    """

    values: np.ndarray
    square: float
    inverse: np.ndarray


class Reference(NamedTuple):
    """What a formula has to fit.

    Args:
        names: of the variables.
        points: `(rows, variables)`.
        values: `(rows,)`.
        noisy: whether the errors of different rows know nothing of each other, as in measurements: their mean then tells
            more, the more rows there are. The errors of a network are alike at neighbouring points, and count as one.
        dtype: "float32" or "float64", in which the values, or the points they belong to, were computed.
    """

    names: list
    points: np.ndarray
    values: np.ndarray
    noisy: bool
    dtype: str = "float64"

    @property
    def floor(self):
        """Error that comes from rounding."""
        return ROUND_OFF[self.dtype] * (float(np.abs(self.values).max()) or 1.0)

    def error(self, expression):
        """Root mean square of the residuals; infinite where the formula has no value at a point."""
        from symbolic.formula import function

        residuals = function(expression, self.names)(*self.points.T) - self.values
        square = float(np.mean(np.square(residuals)))
        return math.sqrt(square) if math.isfinite(square) else math.inf


def refit(expression, reference):
    """The formula with its constants (sympy's floats) fitted by least squares, then made simple as `simple_numbers` does.

    Args:
        expression: as `formula.parse` returns it.
        reference: a `Reference`.

    Returns: a list of `sympy.Expr`, as simple as noise allows, or for several ratios of `WORSE`; empty where the formula has no
    finite value at some point.
    """
    template, symbols, start = parametrised(expression)
    fitted = fit(template, symbols, start, reference)
    if fitted is None:
        return []
    ratios = (math.inf,) if reference.noisy else WORSE
    return list(
        dict.fromkeys(
            simple_numbers(template, symbols, fitted, reference, ratio) for ratio in ratios
        )
    )


def parametrised(expression):
    """`(template, symbols, values)`: a symbol for each float in a formula."""
    symbols, values = [], []

    def replace(part):
        if part.is_Float:
            symbols.append(sympy.Symbol(f"constant_{len(symbols)}", real=True))
            values.append(float(part))
            return symbols[-1]
        return part.func(*map(replace, part.args)) if part.args else part

    template = replace(expression)
    return template, symbols, np.array(values)


def fit(template, symbols, start, reference):
    """Least squares for the constants by Levenberg and Marquardt's method: a `Fit`, or None without finite residuals."""
    variables = [sympy.Symbol(name, real=True) for name in reference.names]
    arguments = [*variables, *symbols]
    compute = sympy.lambdify(
        arguments,
        [template, *(sympy.diff(template, symbol) for symbol in symbols)],
        "numpy",
        cse=True,
    )
    columns, rows = list(reference.points.T), len(reference.values)

    def all_of(constants):
        with np.errstate(all="ignore"):
            return [
                np.broadcast_to(np.asarray(part, "float64"), rows)
                for part in compute(*columns, *constants)
            ]

    def residuals(constants):
        found = all_of(constants)[0] - reference.values
        return np.where(np.isfinite(found), found, 1e30)

    def jacobian(constants):
        found = np.stack(all_of(constants)[1:], axis=-1)
        return np.where(np.isfinite(found), found, 0.0)

    if not (np.isfinite(start).all() and np.isfinite(all_of(start)[0]).all()):
        return None
    if not symbols or len(symbols) > rows:
        return Fit(
            start, float(np.sum(residuals(start) ** 2)), np.zeros((len(symbols), len(symbols)))
        )
    found = least_squares(
        residuals,
        start,
        jacobian,
        method="lm",
        x_scale="jac",
        ftol=1e-15,
        xtol=1e-15,
        gtol=1e-15,
        max_nfev=60,
    )
    square = float(np.sum(residuals(found.x) ** 2))
    if not math.isfinite(square) or square > 1e50:
        return None
    return Fit(found.x, square, inverse_of_square(jacobian(found.x)))


def inverse_of_square(jacobian):
    """The inverse of J^T J; a direction that changes nothing gets a large number, not an infinite one."""
    sizes = np.linalg.norm(jacobian, axis=0)
    sizes = np.where(sizes > 0, sizes, 1.0)
    _, singular, directions = np.linalg.svd(jacobian / sizes, full_matrices=False)
    singular = np.maximum(singular, 1e-12)  # columns of length 1: the largest is 1 or more
    inverse = (directions.T / singular**2) @ directions
    return inverse / np.outer(sizes, sizes)


def simple_numbers(template, symbols, fitted, reference, worse):
    """Put simple numbers in the place of constants, one after another, and refit the others each time.

    The shortest description wins: a constant costs the logarithm of its value over its standard error, a fraction p/q that
    of p and q, and a worse fit half of what the sum of squares grows by, in units of the residuals' variance.

    Args:
        template, symbols, fitted: from `parametrised` and `fit`.
        reference: a `Reference`.
        worse: most that the error may grow by.

    Returns: the formula with simple numbers, and the other constants rounded to the digits that are known.

    Source: Rissanen, Modeling by shortest data description, Automatica 14, 1978.
    """
    rows = len(reference.values)
    first = max(fitted.square, rows * reference.floor**2)
    variance = first / rows if reference.noisy else first  # errors that are alike count as one
    most = worse**2 * first
    symbols, refused = list(symbols), set()
    while symbols:
        proposals = []
        for place, symbol in enumerate(symbols):
            value, spread = fitted.values[place], math.sqrt(variance * fitted.inverse[place, place])
            for number, price in simple_near(value, spread):
                growth = (float(number) - value) ** 2 / fitted.inverse[place, place]
                gain = math.log1p(abs(value) / spread) - price - growth / (2 * variance)
                if gain > LEAST_GAIN * bool(number) and (symbol, number) not in refused:
                    proposals.append((gain, place, number))
        if not proposals:
            break
        gain, place, number = max(proposals, key=lambda proposal: (proposal[0], -proposal[1]))
        symbol = symbols[place]
        refused.add((symbol, number))
        others = [other for other in symbols if other != symbol]
        step = (
            (float(number) - fitted.values[place])
            * fitted.inverse[:, place]
            / fitted.inverse[place, place]
        )
        start = np.delete(fitted.values + step, place)
        smaller = template.subs(symbol, number)
        if smaller.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I):
            continue
        refitted = fit(smaller, others, start, reference)
        if refitted is None or refitted.square > most:
            continue
        # What was predicted from the Jacobian is measured before it is believed.
        expected = (float(number) - fitted.values[place]) ** 2 / fitted.inverse[place, place]
        if gain + (expected - (refitted.square - fitted.square)) / (2 * variance) > 0:
            kept = [other in smaller.free_symbols for other in others]
            symbols = [other for other, stays in zip(others, kept, strict=True) if stays]
            inverse = refitted.inverse[np.ix_(kept, kept)]
            refused.clear()
            template, fitted = smaller, Fit(refitted.values[kept], refitted.square, inverse)
    return rounded(template, symbols, fitted, variance, reference)


def simple_near(value, spread):
    """`(number, price)` of the simple numbers that a constant may be, given its standard error."""
    yield sympy.Integer(0), OF_ZERO
    if spread > abs(value):
        yield sympy.Integer(-1 if value < 0 else 1), OF_ONE
    for base, extra in BASES:
        multiple = value / float(base)
        if not 1e-3 < abs(multiple) < 1e6:
            continue
        for fraction in {
            Fraction(multiple).limit_denominator(d) for d in range(1, LARGEST_DENOMINATOR + 1)
        }:
            if fraction:
                price = (
                    math.log1p(abs(fraction.numerator))
                    + 1.5 * math.log(fraction.denominator)
                    + extra
                )
                yield sympy.Rational(fraction.numerator, fraction.denominator) * base, price


def rounded(template, symbols, fitted, variance, reference):
    """The formula with its constants in as few digits as leave the sum of squares where it was."""
    enough = fitted.square + 0.02 * variance
    for digits in range(2, 18):
        numbers = [sympy.Float(f"{value:.{digits}g}", 17) for value in fitted.values]
        expression = template.xreplace(dict(zip(symbols, numbers, strict=True)))
        if len(reference.values) * reference.error(expression) ** 2 <= enough:
            break
    return expression
