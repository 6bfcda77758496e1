"""From an equation's words to data: every name and number is looked up, and the first mistake is told."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from keyword import iskeyword
from numbers import Real

import sympy
from sympy.core.function import AppliedUndef

from equations.closed_forms import closed_forms, misses
from equations.conditions import read_condition, shown
from equations.notation import (
    MAX_NAME,
    NAME,
    RESERVED,
    Notation,
    find_unknowns,
    spellings,
    split,
    with_symbols,
    without_primes,
)
from equations.problem import Problem
from equations.well_posed import doubts
from errors import UserError
from symbolic import formula
from symbolic.formula import short

MAX_COORDINATES = 4
MAX_RESIDUALS = 20
MAX_CONDITIONS = 100
MAX_CONSTANTS = 100
LARGEST = float(formula.MAX_NUMBER)
WIDEST = 1e30  # end of a domain
NARROWEST = (
    1e-9  # width of a domain beside its ends: floats have 16 digits, and derivatives take some
)


def read(equation):
    """Read an `equations.equation.Equation`.

    Returns: a `Problem`.

    Raises:
        UserError: the first mistake that is found.
    """
    residuals = texts(equation.residuals, "residual", MAX_RESIDUALS)
    conditions = texts(equation.conditions, "condition", MAX_CONDITIONS)
    if not residuals:
        raise UserError(
            "an equation wants a residual, such as 'u_t + u*u_x - 0.01*u_xx'. Received: none"
        )
    named = {
        kind: mapping(getattr(equation, kind), kind)
        for kind in ("domain", "constants", "unknown", "exact", "known_part")
    }
    check_names(named)
    numbers = constant_numbers(named["constants"], "constants", {})
    guesses = constant_numbers(named["unknown"], "unknown", numbers)
    coordinates = tuple(named["domain"])
    low, high = zip(
        *(interval(name, ends, numbers) for name, ends in named["domain"].items()), strict=True
    )

    notation = Notation(coordinates, numbers, tuple(guesses))
    plain = [without_primes(text, coordinates) for text in residuals]
    plain_conditions = [without_primes(text, coordinates) for text in conditions]
    unknowns = find_unknowns(
        plain, plain_conditions, [*named["exact"], *named["known_part"]], notation
    )
    notation = Notation(coordinates, numbers, tuple(guesses), unknowns)
    check_constants_are_no_derivatives(notation)
    expressions, derivatives = [], {}
    for text in plain:
        expression, found = read_residual(text, notation)
        expressions.append(expression)
        derivatives |= dict.fromkeys(found)
    problem = Problem(
        coordinates=coordinates,
        low=low,
        high=high,
        unknowns=unknowns,
        residual_texts=residuals,
        residuals=tuple(expressions),
        derivatives=tuple(derivatives),
        conditions=tuple(read_condition(text, notation, low, high) for text in conditions),
        constants=guesses,
        exact=closed_forms(named["exact"], notation),
        known_part=dict.fromkeys(unknowns, sympy.S.Zero)
        | closed_forms(named["known_part"], notation),
        weight=read_weight(equation.weight, notation),
        warnings=(),
    )
    check_all_are_there(problem)
    return replace(
        problem,
        warnings=(*doubts(problem), *misses(problem), *unused(named, residuals + conditions)),
    )


def read_weight(text, notation):
    """A formula in the coordinates alone."""
    if not isinstance(text, str):
        raise UserError(
            f"weight is a formula in the coordinates, such as 'x^2 + y^2'. Received: {text!r:.60}"
        )
    return notation.parse(text, notation.coordinates) if text.strip() else sympy.S.One


def texts(value, kind, most):
    """The residuals or conditions as a tuple of texts; a single one may stand for itself."""
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(text, str) for text in values):
        raise UserError(
            f"a {kind} is text, such as 'u_x = 0', or a list of texts. Received: {value!r:.60}"
        )
    if len(values) > most:
        raise UserError(f"an equation has at most {most} {kind}s. Received: {len(values)}")
    for text in values:
        if len(text) > formula.MAX_LENGTH:
            raise UserError(
                f"{kind} {short(text)} is too long: {len(text)} characters, at most {formula.MAX_LENGTH}"
            )
    return tuple(" ".join(text.split()) for text in values)


def mapping(value, kind):
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise UserError(f"{kind} wants names and their values. Received: {value!r:.60}")
    return dict(value)


def check_names(named):
    """Raise UserError for a name that formulas cannot have, or that means two things."""
    if not 1 <= len(named["domain"]) <= MAX_COORDINATES:
        received = short(", ".join(named["domain"])) if named["domain"] else "none"
        raise UserError(f"a domain has 1 to {MAX_COORDINATES} coordinates. Received: {received}")
    if (count := len(named["constants"]) + len(named["unknown"])) > MAX_CONSTANTS:
        raise UserError(f"an equation has at most {MAX_CONSTANTS} constants. Received: {count}")
    kinds = {}
    for kind, what in (
        ("domain", "coordinate"),
        ("constants", "constant"),
        ("unknown", "unknown constant"),
    ):
        for name in named[kind]:
            letters = (
                "letters and digits"
                if kind == "domain"
                else "letters, digits and single underscores"
            )
            pattern = r"[A-Za-z][A-Za-z0-9]*" if kind == "domain" else r"[A-Za-z](_?[A-Za-z0-9])*_?"
            if not re.fullmatch(pattern, name) or iskeyword(name) or len(name) > MAX_NAME:
                wanted = (
                    f"up to {MAX_NAME} {letters} that begin with a letter and are no word of Python"
                )
                raise UserError(f"the {what} {short(name)} wants another name: {wanted}")
            if name in RESERVED:
                raise UserError(
                    f"the {what} '{name}' wants another name: {name} is one of mathematics"
                )
            if name in kinds:
                raise UserError(
                    f"'{name}' is given as {kinds[name]} and as {what}. Rename one of them"
                )
            kinds[name] = what
    for name in named["domain"]:
        if spellings(name, [other for other in named["domain"] if other != name]):
            raise UserError(
                f"the coordinate '{name}' is spelled by others, so that u_{name} means two things. Rename it"
            )


def check_constants_are_no_derivatives(notation):
    for name in (*notation.numbers, *notation.constants):
        derivative = split(name, notation.coordinates)
        if derivative.unknown in notation.unknowns:
            raise UserError(
                f"the constant '{name}' is written like a derivative of {derivative.unknown}. Rename it"
            )


def number(value, what, numbers):
    """A float, given as such or as a formula of known constants."""
    if isinstance(value, str):
        return float(formula.parse(value, (), numbers=numbers))
    size = abs(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not (size == 0 or 1 / LARGEST <= size <= LARGEST):
        raise UserError(
            f"{what} wants a number, not too large nor too close to zero. Received: {value!r:.60}"
        )
    return float(value)


def constant_numbers(values, kind, numbers):
    """`{name: float}` of constants, each of which may be a formula of the `numbers` and of those before it."""
    found = {}
    for name, value in values.items():
        found[name] = number(value, f"{kind} {name}", numbers | found)
    return found


def interval(name, ends, numbers):
    """(low, high) of a coordinate."""
    if isinstance(ends, str) or not hasattr(ends, "__len__") or len(ends) != 2:
        raise UserError(
            f"the domain of {name} wants a low and a high end, such as 0 and 1. Received: {ends!r:.60}"
        )
    low, high = (number(end, f"the domain of {name}", numbers) for end in ends)
    if not low < high:
        raise UserError(
            f"the domain {name} = {shown(low)}..{shown(high)} is empty: wanted the low end first"
        )
    if max(abs(low), abs(high)) > WIDEST or high - low < max(
        NARROWEST * max(abs(low), abs(high)), 1 / WIDEST
    ):
        raise UserError(
            f"the domain {name} = {shown(low)}..{shown(high)} is too wide or too narrow for floats. Rescale {name}"
        )
    return low, high


def read_residual(text, notation):
    """`(expression, derivatives)` of a residual without primes."""
    coordinates = notation.coordinates
    found = notation.derivatives(text)
    names = (*coordinates, *notation.constants, *found)
    expression = notation.parse(text, names)
    own = tuple(sympy.Symbol(name, real=True) for name in coordinates)
    replaced = {
        sympy.Symbol(name, real=True): notation.symbol(derivative)
        for name, derivative in found.items()
    }
    for call in expression.atoms(AppliedUndef):  # u(x, t), written out
        name = call.func.__name__
        if call.args != own:
            wanted = f"{name} or {notation.everywhere(name)}"
            raise UserError(
                f"residual {short(text)} has {short(str(call))}: residuals hold everywhere. Wanted {wanted}"
            )
        replaced[call] = notation.symbol(found[name])
    expression = with_symbols(expression, replaced, text)
    symbols = {notation.symbol(derivative): derivative for derivative in found.values()}
    left = [symbols[symbol] for symbol in symbols if symbol in expression.free_symbols]
    if not left:
        raise UserError(
            f"residual {short(text)} has no unknown function left: it is a condition on nothing"
        )
    return expression, left


def check_all_are_there(problem):
    """Raise UserError for what cannot be found, since it cancels or is named nowhere."""
    expressions = [*problem.residuals, *(condition.expression for condition in problem.conditions)]
    occurring = {symbol.name for expression in expressions for symbol in expression.free_symbols}
    for name in problem.constants:
        if name not in occurring:
            raise UserError(
                f"the unknown constant '{name}' is in no residual and no condition, so that nothing can find it"
            )
    for unknown in problem.unknowns:
        if all(derivative.unknown != unknown for derivative in problem.derivatives):
            raise UserError(
                f"the unknown function '{unknown}' cancels in the residuals, so that nothing can find it"
            )


def unused(named, texts):
    """A warning for each known constant that nothing names."""
    formulas = [
        *texts,
        *named["exact"].values(),
        *named["known_part"].values(),
        *named["constants"].values(),
        *named["unknown"].values(),
    ]
    formulas += [end for ends in named["domain"].values() for end in ends]
    used = {name for text in formulas if isinstance(text, str) for name in NAME.findall(text)}
    return tuple(
        f"the constant '{name}' is used nowhere" for name in named["constants"] if name not in used
    )
