"""The notation of derivatives: subscripts as in `u_xxt` and `u_thetatheta`, primes as in `u''`."""

import re
from dataclasses import dataclass

import sympy

from equations.problem import Derivative
from errors import UserError, suggest
from symbolic import formula
from symbolic.formula import quote

NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*", re.ASCII)
CALL = re.compile(NAME.pattern + r"(?= ?\()", re.ASCII)
PRIMES = re.compile(r"([A-Za-z]\w*)('+)", re.ASCII)
MAX_ORDER = 8  # order of a derivative
MAX_NAME = 30  # characters
MAX_LISTED = 20  # names that a message lists
RESERVED = {"pi", *formula.FUNCTIONS}


@dataclass(frozen=True)
class Notation:
    """The names that the text of an equation may use.

    Attributes:
        coordinates: names of the coordinates, in the order of the domain.
        numbers: known constants, `{name: value}`.
        constants: names of the unknown constants.
        unknowns: names of the unknown functions.
    """

    coordinates: tuple[str, ...]
    numbers: dict[str, float]
    constants: tuple[str, ...]
    unknowns: tuple[str, ...] = ()

    def find_derivative(self, name):
        """Return the `Derivative` with this name (`u_tx` or `u_xt`), or None for other names."""
        if self.is_taken(name):
            return None
        derivative = split_name(name, self.coordinates)
        return derivative if derivative.unknown in self.unknowns else None

    def is_taken(self, name):
        """Whether a name is a coordinate, a constant or a function such as sin."""
        return name in (*self.coordinates, *self.numbers, *self.constants, *RESERVED)

    def make_symbol(self, derivative):
        """Return the symbol of a derivative: `u_xt`, with coordinates in the domain's order."""
        return sympy.Symbol(format_derivative(derivative, self.coordinates), real=True)

    def format_call(self, name):
        """Format a function with all coordinates free: `u(x, t)`."""
        return f"{name}({', '.join(self.coordinates)})"

    def find_derivatives(self, text):
        """Return `{name: Derivative}` of the unknown functions in a text, named as in the text.

        Raises:
            UserError: the text contains an unknown name.
        """
        found = {
            name: self.find_derivative(name)
            for name in NAME.findall(text)
            if not self.is_taken(name)
        }
        for name, derivative in found.items():
            if derivative is None and name not in formula.CONSTANTS:
                known = [*self.coordinates, *self.unknowns, *self.numbers, *self.constants]
                hint = f"{suggest(name, known)} Known: {', '.join(known[:MAX_LISTED])}."
                raise UserError(
                    f"{quote(name)} in {quote(text)} is not a coordinate, function or constant."
                    f"{hint} If it is a constant, give its value"
                )
        return {name: derivative for name, derivative in found.items() if derivative}

    def parse(self, text, variables, numbers=None):
        """Read an equation, `left = right`, or an expression that is zero.

        Args:
            text: text of a residual or a condition, without primes.
            variables: names that may occur in addition to known constants and calls of unknown
                functions.
            numbers: values of further names, `{name: value}`.

        Returns: the left minus the right side, in which `u_x(0, t)` is an applied undefined
            function.
        """
        calls = self.find_derivatives(text)
        sides = text.split("=")
        if len(sides) > 2:
            raise UserError(
                f"{quote(text)} must have at most one equals sign. Received: {len(sides) - 1}"
            )
        numbers = self.numbers | (numbers or {})
        left, *right = (formula.parse(side, variables, calls, numbers) for side in sides)
        return left - right[0] if right else left


def replace_primes(text, coordinates):
    """Write `u''` as `u_xx`, which is possible with a single coordinate."""
    if not (prime := PRIMES.search(text)):
        return text
    if len(coordinates) > 1:
        ways = " or ".join(f"{prime[1]}_{name * len(prime[2])}"[:MAX_NAME] for name in coordinates)
        raise UserError(
            f"{quote(text)} has {prime[0][:MAX_NAME]}, but primes need a single coordinate. "
            f"Write {ways}"
        )
    return PRIMES.sub(lambda prime: f"{prime[1]}_{coordinates[0] * len(prime[2])}", text)


def insert_symbols(expression, symbols, text):
    """Replace parts of an expression by symbols.

    Args:
        expression: sympy expression.
        symbols: `{part: symbol}`.
        text: text of the expression, for the message.

    Raises:
        UserError: the result is not a number, as for 1/(u_xt - u_tx), or too large.
    """
    expression = expression.xreplace(symbols)
    if reason := formula.find_flaw(expression):
        raise UserError(f"{quote(text)} {reason}")
    return expression


def format_derivative(derivative, coordinates):
    """Return the name of a derivative's symbol: `u_xt`."""
    subscript = "".join(
        name * order for name, order in zip(coordinates, derivative.orders, strict=True)
    )
    return f"{derivative.unknown}_{subscript}" if subscript else derivative.unknown


def derivative_symbols(problem):
    """Return `{symbol: Derivative}` of all derivatives in a problem's residuals."""
    return {
        sympy.Symbol(format_derivative(derivative, problem.coordinates), real=True): derivative
        for derivative in problem.derivatives
    }


def split_name(name, coordinates):
    """Split a name into an unknown function and the orders of its derivative.

    Subscripts consist of coordinates, and there may be several of them: `u_xt`, `u_x_t`. In `u_1`
    there is none.

    Returns: a `Derivative`, provided that the part before the subscripts is an unknown function.
    """
    parts = name.split("_")
    subscripts, orders = [], [0] * len(coordinates)
    while len(parts) > 1 and (readings := read_subscript(parts[-1], coordinates)):
        subscripts.append(parts.pop())
        orders = [order + more for order, more in zip(orders, min(readings), strict=True)]
    if parts == [""]:  # _x
        return Derivative(name, (0,) * len(coordinates))
    if sum(orders) > MAX_ORDER:
        raise UserError(
            f"{quote(name)} is a derivative of order {sum(orders)}. The maximum is {MAX_ORDER}"
        )
    derivative = Derivative("_".join(parts), tuple(orders))
    # The subscript of the derivative's symbol must have a single meaning, too.
    subscripts.append(
        format_derivative(derivative, coordinates).removeprefix(f"{derivative.unknown}_")
    )
    if any(orders) and any(len(read_subscript(s, coordinates)) > 1 for s in subscripts):
        raise UserError(
            f"{quote(name)} can be read in several ways with the coordinates "
            f"{', '.join(coordinates)}. Rename them"
        )
    return derivative


def read_subscript(subscript, coordinates):
    """Return the set of all readings of a subscript, each the orders of all coordinates.

    There is more than one reading if one coordinate's name consists of the others.
    """
    readings = [{(0,) * len(coordinates)}, *(set() for _ in subscript)]  # of the first n letters
    for end in range(1, len(readings)):
        for axis, name in enumerate(coordinates):
            if subscript[:end].endswith(name):
                readings[end] |= {
                    (*o[:axis], o[axis] + 1, *o[axis + 1 :]) for o in readings[end - len(name)]
                }
    return readings[-1] if subscript else set()


def find_unknowns(residuals, conditions, exact, notation):
    """Find the unknown functions: names with a derivative, a condition or a closed form.

    Args:
        residuals: texts of the residuals, without primes.
        conditions: texts of the conditions, without primes.
        exact: names of the functions whose closed form or known part is given.
        notation: `Notation` with all other names.

    Returns: tuple of names, in the order of the residuals.

    Raises:
        UserError: there is no unknown function, or no residual contains one of them.
    """
    named, functions = [], set(exact)
    for text in residuals:
        for name in NAME.findall(text):
            if not notation.is_taken(name):
                unknown, orders = split_name(name, notation.coordinates)
                check_unknown(unknown, name, f"residual {quote(text)}", notation)
                named.append(unknown)
                functions |= {unknown} if any(orders) else set()
    called = [
        (name, f"condition {quote(text)}")
        for text in conditions
        for name in CALL.findall(text)
        if name not in RESERVED
    ]
    for name, where in called + [(name, "a closed form") for name in exact]:
        unknown = split_name(name, notation.coordinates).unknown
        check_unknown(unknown, name, where, notation)
        if unknown not in named:
            choices = [*notation.coordinates, *named, *formula.FUNCTIONS]
            raise UserError(
                f"{where} has the function {quote(name)}, which no residual contains."
                f"{suggest(unknown, choices)}"
            )
        functions.add(unknown)
    found = tuple(dict.fromkeys(name for name in named if name in functions))
    if not found:
        first = notation.coordinates[0]
        raise UserError(
            f"a residual must contain a derivative of an unknown function, such as u_{first}. "
            f"Received: {quote(residuals[0])}"
        )
    return found


def check_unknown(unknown, name, where, notation):
    """Raise UserError if the name of an unknown function is taken or too long."""
    if notation.is_taken(unknown):
        kind = "a coordinate" if unknown in notation.coordinates else "a constant"
        kind = "a mathematical name" if unknown in RESERVED else kind
        raise UserError(
            f"{quote(name)} in {where}: '{unknown}' is {kind}, not an unknown function. "
            "Rename one of them"
        )
    if len(unknown) > MAX_NAME:
        raise UserError(
            f"the name '{unknown[:MAX_NAME]}...' is too long. The maximum is {MAX_NAME} characters"
        )
