"""The notation of derivatives: subscripts as in `u_xxt` and `u_thetatheta`, primes as in `u''`."""

import re
from dataclasses import dataclass

import sympy

from equations.problem import Derivative
from errors import UserError, nearest
from symbolic import formula
from symbolic.formula import short

NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*", re.ASCII)
CALL = re.compile(NAME.pattern + r"(?= ?\()", re.ASCII)
PRIMES = re.compile(r"([A-Za-z]\w*)('+)", re.ASCII)
MAX_ORDER = 8  # of a derivative
MAX_NAME = 30  # characters
MAX_KNOWN = 20  # names that a message lists
RESERVED = {"pi", *formula.FUNCTIONS}


@dataclass(frozen=True)
class Notation:
    """The names that an equation's text may use.

    Attributes:
        coordinates: in the order of the domain.
        numbers: known constants, `{name: value}`.
        constants: names of unknown constants.
        unknowns: names of unknown functions.
    """

    coordinates: tuple[str, ...]
    numbers: dict[str, float]
    constants: tuple[str, ...]
    unknowns: tuple[str, ...] = ()

    def derivative(self, name):
        """The `Derivative` that a name means, `u_tx` as well as `u_xt`, or None for another name."""
        if self.is_taken(name):
            return None
        derivative = split(name, self.coordinates)
        return derivative if derivative.unknown in self.unknowns else None

    def is_taken(self, name):
        """Whether a name is a coordinate, a constant or a function such as sin."""
        return name in (*self.coordinates, *self.numbers, *self.constants, *RESERVED)

    def symbol(self, derivative):
        """The symbol of a derivative: `u_xt`, with the coordinates in the order of the domain."""
        return sympy.Symbol(derivative_name(derivative, self.coordinates), real=True)

    def everywhere(self, written):
        """An unknown function with its arguments left free: `u(x, t)`."""
        return f"{written}({', '.join(self.coordinates)})"

    def derivatives(self, text):
        """`{name: Derivative}` of the unknown functions in a text, as they are written there.

        Raises:
            UserError: the text has a name of which nothing is known.
        """
        found = {
            name: self.derivative(name) for name in NAME.findall(text) if not self.is_taken(name)
        }
        for name, derivative in found.items():
            if derivative is None and name not in formula.CONSTANTS:
                known = [*self.coordinates, *self.unknowns, *self.numbers, *self.constants]
                hint = f"{nearest(name, known)} Known: {', '.join(known[:MAX_KNOWN])}. A constant wants a value"
                raise UserError(
                    f"{short(name)} in {short(text)} is no coordinate, function or constant.{hint}"
                )
        return {name: derivative for name, derivative in found.items() if derivative}

    def parse(self, text, variables, numbers=None):
        """Read an equation, `left = right`, or an expression that is zero.

        Args:
            text: of a residual or a condition, without primes.
            variables: names that may occur besides known constants and calls of unknown functions.
            numbers: of further names, `{name: value}`.

        Returns: left minus right side, in which `u_x(0, t)` is an applied undefined function.
        """
        calls = self.derivatives(text)
        sides = text.split("=")
        if len(sides) > 2:
            raise UserError(
                f"{short(text)} has {len(sides) - 1} equals signs. Wanted one, or none for what is zero"
            )
        numbers = self.numbers | (numbers or {})
        left, *right = (formula.parse(side, variables, calls, numbers) for side in sides)
        return left - right[0] if right else left


def without_primes(text, coordinates):
    """Write `u''` as `u_xx`, where there is a single coordinate."""
    if not (prime := PRIMES.search(text)):
        return text
    if len(coordinates) > 1:
        ways = " or ".join(f"{prime[1]}_{name * len(prime[2])}"[:MAX_NAME] for name in coordinates)
        raise UserError(
            f"{short(text)} has {prime[0][:MAX_NAME]}, but primes want a single coordinate. Write {ways}"
        )
    return PRIMES.sub(lambda prime: f"{prime[1]}_{coordinates[0] * len(prime[2])}", text)


def with_symbols(expression, symbols, text):
    """The expression of a text with symbols in the place of what they stand for; 1/(u_xt - u_tx) comes to light here."""
    expression = expression.xreplace(symbols)
    if reason := formula.flaw(expression):
        raise UserError(f"{short(text)} {reason}")
    return expression


def derivative_name(derivative, coordinates):
    subscript = "".join(
        name * order for name, order in zip(coordinates, derivative.orders, strict=True)
    )
    return f"{derivative.unknown}_{subscript}" if subscript else derivative.unknown


def split(name, coordinates):
    """The `Derivative` that a name is, if what stands before its subscripts is an unknown function.

    A subscript is made of coordinates, and there may be several: `u_xt`, `u_x_t`; in `u_1` there is none.
    """
    parts = name.split("_")
    subscripts, orders = [], [0] * len(coordinates)
    while len(parts) > 1 and (ways := spellings(parts[-1], coordinates)):
        subscripts.append(parts.pop())
        orders = [order + more for order, more in zip(orders, min(ways), strict=True)]
    if parts == [""]:  # _x
        return Derivative(name, (0,) * len(coordinates))
    if sum(orders) > MAX_ORDER:
        raise UserError(
            f"{short(name)} is a derivative of order {sum(orders)}. Orders go to {MAX_ORDER}"
        )
    derivative = Derivative("_".join(parts), tuple(orders))
    subscripts.append(
        derivative_name(derivative, coordinates).removeprefix(f"{derivative.unknown}_")
    )  # of its symbol
    if any(orders) and any(len(spellings(subscript, coordinates)) > 1 for subscript in subscripts):
        raise UserError(
            f"{short(name)} can be read in several ways with the coordinates {', '.join(coordinates)}. Rename them"
        )
    return derivative


def spellings(subscript, coordinates):
    """The orders of each coordinate that a subscript can mean, a set; more than one if coordinates are spelled alike."""
    ways = [
        {(0,) * len(coordinates)},
        *(set() for _ in subscript),
    ]  # of the first letters: none, one, two ...
    for end in range(1, len(ways)):
        for place, name in enumerate(coordinates):
            if subscript[:end].endswith(name):
                ways[end] |= {
                    (*o[:place], o[place] + 1, *o[place + 1 :]) for o in ways[end - len(name)]
                }
    return ways[-1] if subscript else set()


def find_unknowns(residuals, conditions, exact, notation):
    """The unknown functions: names that have a derivative in a residual, a condition, or a closed form.

    Args:
        residuals: texts without primes.
        conditions: texts without primes.
        exact: names of functions whose closed form is given.
        notation: with all other names.

    Returns: tuple of names, in the order in which the residuals have them.

    Raises:
        UserError: there is none, or a function that no residual contains.
    """
    named, functions = [], set(exact)
    for text in residuals:
        for name in NAME.findall(text):
            if not notation.is_taken(name):
                unknown, orders = split(name, notation.coordinates)
                check_unknown(unknown, name, f"residual {short(text)}", notation)
                named.append(unknown)
                functions |= {unknown} if any(orders) else set()
    called = [
        (name, f"condition {short(text)}")
        for text in conditions
        for name in CALL.findall(text)
        if name not in RESERVED
    ]
    for name, where in called + [(name, "a closed form") for name in exact]:
        unknown = split(name, notation.coordinates).unknown
        check_unknown(unknown, name, where, notation)
        if unknown not in named:
            choices = [*notation.coordinates, *named, *formula.FUNCTIONS]
            raise UserError(
                f"{where} has the function {short(name)}, which no residual contains.{nearest(unknown, choices)}"
            )
        functions.add(unknown)
    found = tuple(dict.fromkeys(name for name in named if name in functions))
    if not found:
        first = notation.coordinates[0]
        raise UserError(
            f"no residual has a derivative of an unknown function, such as u_{first}. Received: {short(residuals[0])}"
        )
    return found


def check_unknown(unknown, name, where, notation):
    """Raise UserError for an unknown function that is called like something else."""
    if notation.is_taken(unknown):
        kind = "a coordinate" if unknown in notation.coordinates else "a constant"
        kind = f"{unknown} of mathematics" if unknown in RESERVED else kind
        raise UserError(
            f"{short(name)} in {where}: '{unknown}' is {kind}, no unknown function. Rename one of them"
        )
    if len(unknown) > MAX_NAME:
        raise UserError(
            f"the name '{unknown[:MAX_NAME]}...' is too long: names have up to {MAX_NAME} letters"
        )
