"""Constants of formulas: fitted in float64, then replaced by simple numbers where data allow."""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy
from scipy.optimize import least_squares

# Bases that simple numbers are multiples of, and their prices: a price of 1 counts as much as a
# factor e in precision.
BASES = (
    (sympy.Integer(1), 0.0),
    (sympy.pi, 2.5),
    (1 / sympy.pi, 2.5),
    (sympy.sqrt(2), 4.0),
    (1 / sympy.sqrt(2 * sympy.pi), 4.0),
    (sympy.E, 4.0),
)
MIN_GAIN = 1.0  # of a simple number: without a minimum, many constants have one nearby by chance
PRICE_OF_ZERO = -2.0  # negative, since the whole term is removed with its constant
PRICE_OF_ONE = -1.5  # if other constants compensate, as in a*x/(b*x + c*y)
MAX_DENOMINATOR = 12
# Errors that are not noise may grow by these factors, all constants taken together; the Pareto
# front then decides.
ERROR_RATIOS = (2.0, 10.0)
ROUND_OFF = {"float64": 1e-14, "float32": 3e-7}  # error of values of size 1, whatever the formula


class FittedConstants(NamedTuple):
    """Fitted constants and their precision.

    Args:
        values: fitted constants, `(constants,)`.
        square: sum of squared residuals.
        inverse: inverse of J^T J, `(constants, constants)`, with the Jacobian J of the residuals.
    """

    values: np.ndarray
    square: float
    inverse: np.ndarray


class Reference(NamedTuple):
    """Values that a formula is fitted to.

    Args:
        names: names of the variables.
        points: values of the variables, `(rows, variables)`.
        values: values to fit, `(rows,)`.
        noisy: whether the errors of different rows are independent, as in measurements, so that
            more rows determine a constant more precisely. The errors of a network are correlated
            between neighbouring points and count as a single one.
        dtype: precision in which the values or their points were computed, "float32" or "float64".
    """

    names: list
    points: np.ndarray
    values: np.ndarray
    noisy: bool
    dtype: str = "float64"

    @property
    def floor(self):
        """Error caused by rounding."""
        return ROUND_OFF[self.dtype] * (float(np.abs(self.values).max()) or 1.0)

    def compute_error(self, expression):
        """Return the root mean square of the residuals; infinite if any value is not finite."""
        from symbolic.formula import compile_function

        residuals = compile_function(expression, self.names)(*self.points.T) - self.values
        square = float(np.mean(np.square(residuals)))
        return math.sqrt(square) if math.isfinite(square) else math.inf


def refit(expression, reference):
    """Fit the constants of a formula (its sympy floats) by least squares, then simplify them.

    Args:
        expression: formula as returned by `formula.parse`.
        reference: `Reference` to fit to.

    Returns: a list of `sympy.Expr`: with noise, the result of `simplify_constants`; otherwise its
    results for each of `ERROR_RATIOS`. The list is empty if the formula is not finite somewhere.
    """
    template, symbols, start = parametrise(expression)
    fitted = fit_constants(template, symbols, start, reference)
    if fitted is None:
        return []
    ratios = (math.inf,) if reference.noisy else ERROR_RATIOS
    formulas = (simplify_constants(template, symbols, fitted, reference, ratio) for ratio in ratios)
    return list(dict.fromkeys(formulas))


def parametrise(expression):
    """Return `(template, symbols, values)`: the formula with a symbol in place of each float."""
    symbols, values = [], []

    def replace(part):
        if part.is_Float:
            symbols.append(sympy.Symbol(f"constant_{len(symbols)}", real=True))
            values.append(float(part))
            return symbols[-1]
        return part.func(*map(replace, part.args)) if part.args else part

    template = replace(expression)
    return template, symbols, np.array(values)


def fit_constants(template, symbols, start, reference):
    """Fit constants by least squares with the Levenberg-Marquardt method.

    Args:
        template, symbols, start: formula, its constants and their initial values.
        reference: `Reference` to fit to.

    Returns: `FittedConstants`, or None if the residuals are not finite.
    """
    variables = [sympy.Symbol(name, real=True) for name in reference.names]
    derivatives = [sympy.diff(template, symbol) for symbol in symbols]
    compute = sympy.lambdify([*variables, *symbols], [template, *derivatives], "numpy", cse=True)
    columns, rows = list(reference.points.T), len(reference.values)

    def compute_all(constants):
        with np.errstate(all="ignore"):
            return [
                np.broadcast_to(np.asarray(part, "float64"), rows)
                for part in compute(*columns, *constants)
            ]

    def compute_residuals(constants):
        residuals = compute_all(constants)[0] - reference.values
        return np.where(np.isfinite(residuals), residuals, 1e30)

    def compute_jacobian(constants):
        jacobian = np.stack(compute_all(constants)[1:], axis=-1)
        return np.where(np.isfinite(jacobian), jacobian, 0.0)

    if not (np.isfinite(start).all() and np.isfinite(compute_all(start)[0]).all()):
        return None
    if not symbols or len(symbols) > rows:
        square = float(np.sum(compute_residuals(start) ** 2))
        return FittedConstants(start, square, np.zeros((len(symbols), len(symbols))))
    tolerances = {"ftol": 1e-15, "xtol": 1e-15, "gtol": 1e-15}
    solution = least_squares(
        compute_residuals,
        start,
        compute_jacobian,
        method="lm",
        x_scale="jac",
        max_nfev=60,
        **tolerances,
    ).x
    square = float(np.sum(compute_residuals(solution) ** 2))
    if not math.isfinite(square) or square > 1e50:
        return None
    return FittedConstants(solution, square, invert_normal_matrix(compute_jacobian(solution)))


def invert_normal_matrix(jacobian):
    """Invert J^T J; a direction without influence gets a large number, not an infinite one."""
    sizes = np.linalg.norm(jacobian, axis=0)
    sizes = np.where(sizes > 0, sizes, 1.0)
    _, singular, directions = np.linalg.svd(jacobian / sizes, full_matrices=False)
    singular = np.maximum(singular, 1e-12)  # columns of length 1: the largest is 1 or more
    inverse = (directions.T / singular**2) @ directions
    return inverse / np.outer(sizes, sizes)


def simplify_constants(template, symbols, fitted, reference, max_ratio):
    """Replace constants by simple numbers, one after another, refitting the others each time.

    The shortest description wins: a constant costs the logarithm of its value over its standard
    error, a fraction p/q the logarithms of p and q, and a worse fit half of the growth of the sum
    of squares in units of the residuals' variance.

    Args:
        template, symbols: formula and constants from `parametrise`.
        fitted: `FittedConstants` from `fit_constants`.
        reference: `Reference` to fit to.
        max_ratio: maximum factor by which the error may grow.

    Returns: the formula with simple numbers; other constants are rounded to their known digits.

    Source: Rissanen, Modeling by shortest data description, Automatica 14, 1978.
    """
    rows = len(reference.values)
    first = max(fitted.square, rows * reference.floor**2)
    variance = first / rows if reference.noisy else first  # correlated errors count as a single one
    max_square = max_ratio**2 * first
    symbols, refused = list(symbols), set()
    while symbols:
        proposals = []
        for index, symbol in enumerate(symbols):
            value = fitted.values[index]
            standard_error = math.sqrt(variance * fitted.inverse[index, index])
            for number, price in propose_numbers(value, standard_error):
                growth = (float(number) - value) ** 2 / fitted.inverse[index, index]
                gain = math.log1p(abs(value) / standard_error) - price - growth / (2 * variance)
                if gain > MIN_GAIN * bool(number) and (symbol, number) not in refused:
                    proposals.append((gain, index, number))
        if not proposals:
            break
        gain, index, number = max(proposals, key=lambda proposal: (proposal[0], -proposal[1]))
        symbol = symbols[index]
        refused.add((symbol, number))
        others = [other for other in symbols if other != symbol]
        change = float(number) - fitted.values[index]
        step = change * fitted.inverse[:, index] / fitted.inverse[index, index]
        start = np.delete(fitted.values + step, index)
        smaller = template.subs(symbol, number)
        if smaller.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo, sympy.I):
            continue
        refitted = fit_constants(smaller, others, start, reference)
        if refitted is None or refitted.square > max_square:
            continue
        # The gain was predicted from the Jacobian: accept it only if the new fit confirms it.
        expected = change**2 / fitted.inverse[index, index]
        if gain + (expected - (refitted.square - fitted.square)) / (2 * variance) > 0:
            kept = [other in smaller.free_symbols for other in others]
            symbols = [other for other, stays in zip(others, kept, strict=True) if stays]
            inverse = refitted.inverse[np.ix_(kept, kept)]
            refused.clear()
            template = smaller
            fitted = FittedConstants(refitted.values[kept], refitted.square, inverse)
    return round_constants(template, symbols, fitted, variance, reference)


def propose_numbers(value, standard_error):
    """Yield `(number, price)` of the simple numbers near a constant."""
    yield sympy.Integer(0), PRICE_OF_ZERO
    if standard_error > abs(value):
        yield sympy.Integer(-1 if value < 0 else 1), PRICE_OF_ONE
    for base, base_price in BASES:
        multiple = value / float(base)
        if not 1e-3 < abs(multiple) < 1e6:
            continue
        fractions = {Fraction(multiple).limit_denominator(d) for d in range(1, MAX_DENOMINATOR + 1)}
        for fraction in fractions:
            if fraction:
                price = math.log1p(abs(fraction.numerator)) + 1.5 * math.log(fraction.denominator)
                number = sympy.Rational(fraction.numerator, fraction.denominator) * base
                yield number, price + base_price


def round_constants(template, symbols, fitted, variance, reference):
    """Insert the constants with as few digits as possible without increasing the squared error."""
    max_square = fitted.square + 0.02 * variance
    for digits in range(2, 18):
        numbers = [sympy.Float(f"{value:.{digits}g}", 17) for value in fitted.values]
        expression = template.xreplace(dict(zip(symbols, numbers, strict=True)))
        if len(reference.values) * reference.compute_error(expression) ** 2 <= max_square:
            break
    return expression
