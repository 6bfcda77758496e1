"""Reading an equation: every name and number in its text is checked; the first mistake raises."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from keyword import iskeyword
from numbers import Real

import sympy
from sympy.core.function import AppliedUndef

from equations.closed_forms import check_closed_forms, read_closed_forms
from equations.conditions import format_number, read_condition
from equations.notation import (
    MAX_NAME,
    NAME,
    RESERVED,
    Notation,
    find_unknowns,
    insert_symbols,
    read_subscript,
    replace_primes,
    split_name,
)
from equations.problem import Problem
from equations.well_posed import check_well_posed
from errors import UserError
from symbolic import formula
from symbolic.formula import quote

MAX_COORDINATES = 4
MAX_RESIDUALS = 20
MAX_CONDITIONS = 100
MAX_CONSTANTS = 100
MAX_NUMBER = float(formula.MAX_NUMBER)
MAX_END = 1e30  # absolute value of an end of a domain
# Width of a domain relative to its ends: floats have 16 digits, and derivatives lose some of them.
MIN_WIDTH = 1e-9


def read_problem(equation):
    """Read an `equations.equation.Equation`.

    Returns: a `Problem`.

    Raises:
        UserError: the first mistake in the text.
    """
    residuals = read_texts(equation.residuals, "residual", MAX_RESIDUALS)
    conditions = read_texts(equation.conditions, "condition", MAX_CONDITIONS)
    if not residuals:
        raise UserError(
            "an equation must have a residual, such as 'u_t + u*u_x - 0.01*u_xx'. Received: none"
        )
    named = {
        kind: read_mapping(getattr(equation, kind), kind)
        for kind in ("domain", "constants", "unknown", "exact", "known_part")
    }
    check_names(named)
    numbers = read_constants(named["constants"], "constant", {})
    guesses = read_constants(named["unknown"], "unknown constant", numbers)
    coordinates = tuple(named["domain"])
    low, high = zip(
        *(read_interval(name, ends, numbers) for name, ends in named["domain"].items()), strict=True
    )

    notation = Notation(coordinates, numbers, tuple(guesses))
    plain = [replace_primes(text, coordinates) for text in residuals]
    plain_conditions = [replace_primes(text, coordinates) for text in conditions]
    unknowns = find_unknowns(
        plain, plain_conditions, [*named["exact"], *named["known_part"]], notation
    )
    notation = Notation(coordinates, numbers, tuple(guesses), unknowns)
    check_constants(notation)
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
        exact=read_closed_forms(named["exact"], notation),
        known_part=dict.fromkeys(unknowns, sympy.S.Zero)
        | read_closed_forms(named["known_part"], notation),
        weight=read_weight(equation.weight, notation),
        warnings=(),
    )
    check_unknowns_occur(problem)
    unused = find_unused_constants(named, residuals + conditions)
    return replace(
        problem,
        warnings=(
            *check_well_posed(problem),
            *check_closed_forms(problem),
            *(f"the constant '{name}' is not used" for name in unused),
        ),
    )


def read_weight(text, notation):
    """Read the weight of the residuals, a formula in the coordinates alone."""
    if not isinstance(text, str):
        raise UserError(
            "weight must be a formula in the coordinates, such as 'x^2 + y^2'. "
            f"Received: {text!r:.60}"
        )
    return notation.parse(text, notation.coordinates) if text.strip() else sympy.S.One


def read_texts(value, kind, maximum):
    """Return the residuals or conditions as a tuple of texts; a single text needs no list."""
    values = (value,) if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(text, str) for text in values):
        raise UserError(
            f"a {kind} must be text, such as 'u_x = 0', or a list of texts. Received: {value!r:.60}"
        )
    if len(values) > maximum:
        raise UserError(f"an equation has at most {maximum} {kind}s. Received: {len(values)}")
    for text in values:
        if len(text) > formula.MAX_LENGTH:
            raise UserError(
                f"{kind} {quote(text)} is too long: {len(text)} characters. "
                f"The maximum is {formula.MAX_LENGTH}"
            )
    return tuple(" ".join(text.split()) for text in values)


def read_mapping(value, kind):
    """Return a copy of a mapping whose keys are names."""
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise UserError(f"{kind} must be a dictionary of names. Received: {value!r:.60}")
    return dict(value)


def check_names(named):
    """Raise UserError for a name that formulas cannot contain, or that has two meanings."""
    if not 1 <= len(named["domain"]) <= MAX_COORDINATES:
        received = quote(", ".join(named["domain"])) if named["domain"] else "none"
        raise UserError(
            f"a domain must have 1 to {MAX_COORDINATES} coordinates. Received: {received}"
        )
    if (count := len(named["constants"]) + len(named["unknown"])) > MAX_CONSTANTS:
        raise UserError(f"an equation has at most {MAX_CONSTANTS} constants. Received: {count}")
    kinds = {}
    for key, kind in (
        ("domain", "coordinate"),
        ("constants", "constant"),
        ("unknown", "unknown constant"),
    ):
        for name in named[key]:
            characters, pattern = (
                ("letters and digits", r"[A-Za-z][A-Za-z0-9]*")
                if key == "domain"
                else ("letters, digits and single underscores", r"[A-Za-z](_?[A-Za-z0-9])*_?")
            )
            if not re.fullmatch(pattern, name) or iskeyword(name) or len(name) > MAX_NAME:
                raise UserError(
                    f"the name of the {kind} {quote(name)} must have up to {MAX_NAME} "
                    f"{characters}, begin with a letter and not be a Python keyword. Rename it"
                )
            if name in RESERVED:
                raise UserError(
                    f"the {kind} '{name}' cannot have the name of a mathematical constant "
                    "or function. Rename it"
                )
            if name in kinds:
                raise UserError(
                    f"'{name}' has two meanings, {kinds[name]} and {kind}. Rename one of them"
                )
            kinds[name] = kind
    for name in named["domain"]:
        if read_subscript(name, [other for other in named["domain"] if other != name]):
            raise UserError(
                f"the name of the coordinate '{name}' consists of other coordinates, "
                f"so that u_{name} has two meanings. Rename it"
            )


def check_constants(notation):
    """Raise UserError for a constant that has the name of a derivative."""
    for name in (*notation.numbers, *notation.constants):
        derivative = split_name(name, notation.coordinates)
        if derivative.unknown in notation.unknowns:
            raise UserError(
                f"the constant '{name}' has the name of a derivative of {derivative.unknown}. "
                "Rename it"
            )


def read_number(value, what, numbers):
    """Return a float, given as a number or as a formula of known constants."""
    if isinstance(value, str):
        return float(formula.parse(value, (), numbers=numbers))
    size = abs(value) if isinstance(value, Real) and not isinstance(value, bool) else math.nan
    if not (size == 0 or 1 / MAX_NUMBER <= size <= MAX_NUMBER):
        raise UserError(
            f"{what} must be a number within the range of floats. Received: {value!r:.60}"
        )
    return float(value)


def read_constants(values, kind, numbers):
    """Return `{name: float}`; a constant may be a formula of `numbers` and of those before it."""
    found = {}
    for name, value in values.items():
        found[name] = read_number(value, f"the {kind} {name}", numbers | found)
    return found


def read_interval(name, ends, numbers):
    """Return (low, high) of a coordinate."""
    if isinstance(ends, str) or not hasattr(ends, "__len__") or len(ends) != 2:
        raise UserError(
            f"the domain of {name} must have a low and a high end, such as 0 and 1. "
            f"Received: {ends!r:.60}"
        )
    low, high = (read_number(end, f"an end of the domain of {name}", numbers) for end in ends)
    interval = f"the domain {name} = {format_number(low)}..{format_number(high)}"
    if not low < high:
        raise UserError(f"{interval} is empty. Give the low end first")
    largest = max(abs(low), abs(high))
    if largest > MAX_END or high - low < max(MIN_WIDTH * largest, 1 / MAX_END):
        raise UserError(f"{interval} is too wide or too narrow for floats. Rescale {name}")
    return low, high


def read_residual(text, notation):
    """Return `(expression, derivatives)` of a residual without primes."""
    coordinates = notation.coordinates
    found = notation.find_derivatives(text)
    names = (*coordinates, *notation.constants, *found)
    expression = notation.parse(text, names)
    arguments = tuple(sympy.Symbol(name, real=True) for name in coordinates)
    symbols = {
        sympy.Symbol(name, real=True): notation.make_symbol(derivative)
        for name, derivative in found.items()
    }
    for call in expression.atoms(AppliedUndef):  # u(x, t) instead of u
        name = call.func.__name__
        if call.args != arguments:
            raise UserError(
                f"residual {quote(text)} must hold everywhere: write {name} "
                f"or {notation.format_call(name)}. Received: {quote(str(call))}"
            )
        symbols[call] = notation.make_symbol(found[name])
    expression = insert_symbols(expression, symbols, text)
    derivatives = {notation.make_symbol(derivative): derivative for derivative in found.values()}
    remaining = [derivatives[s] for s in derivatives if s in expression.free_symbols]
    if not remaining:
        raise UserError(
            f"residual {quote(text)} contains no unknown function. Remove it, or check its terms"
        )
    return expression, remaining


def check_unknowns_occur(problem):
    """Raise UserError for an unknown that cannot be found because nothing depends on it."""
    expressions = [*problem.residuals, *(condition.expression for condition in problem.conditions)]
    occurring = {symbol.name for expression in expressions for symbol in expression.free_symbols}
    for name in problem.constants:
        if name not in occurring:
            raise UserError(
                f"no residual and no condition depends on the unknown constant '{name}'. Remove it"
            )
    for unknown in problem.unknowns:
        if all(derivative.unknown != unknown for derivative in problem.derivatives):
            raise UserError(
                f"the unknown function '{unknown}' cancels in the residuals. Check their terms"
            )


def find_unused_constants(named, texts):
    """Return the names of the known constants that no text contains."""
    formulas = [
        *texts,
        *named["exact"].values(),
        *named["known_part"].values(),
        *named["constants"].values(),
        *named["unknown"].values(),
    ]
    formulas += [end for ends in named["domain"].values() for end in ends]
    used = {name for text in formulas if isinstance(text, str) for name in NAME.findall(text)}
    return [name for name in named["constants"] if name not in used]
