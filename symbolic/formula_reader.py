"""The whitelist parser that all user text goes through: from a formula's text to sympy.

The text is untrusted: `sympy.sympify` and `eval` would run any Python code in it. Here Python's
grammar only turns the text into a tree; each node of the tree is looked up in the tables below, and
anything that they do not list is an error.
"""

import ast
import keyword
import operator
import re

import sympy

from errors import UserError, suggest

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
# Functions of one argument, except max and min, which take any number of arguments.
FUNCTIONS = {
    "exp": sympy.exp,
    "log": sympy.log,
    "ln": sympy.log,
    "log10": lambda x: sympy.log(x) / sympy.log(10),
    "sqrt": sympy.sqrt,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tan": sympy.tan,
    "asin": sympy.asin,
    "acos": sympy.acos,
    "atan": sympy.atan,
    "arcsin": sympy.asin,
    "arccos": sympy.acos,
    "arctan": sympy.atan,
    "sinh": sympy.sinh,
    "cosh": sympy.cosh,
    "tanh": sympy.tanh,
    "erf": sympy.erf,
    "abs": sympy.Abs,
    "sign": sympy.sign,
    "heaviside": sympy.Heaviside,
    "max": sympy.Max,
    "min": sympy.Min,
}
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "E": sympy.E}
# A number and the name or parenthesis right after it. The possessive ++ prevents 1e-3 from being
# read as 1 before e.
NUMBER_BEFORE_NAME = r"(?<![\w.])((?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+) ?(\w+|\()"

MAX_LENGTH = 1000  # characters
MAX_DEPTH = 40  # levels of nesting; sympy makes several calls per level, Python allows 1000 calls
MAX_NUMBER = sympy.Integer(10) ** 300  # the largest float64 is 1.8e308
MAX_EXPONENT = 1000  # sympy computes all digits of integer powers: 9**9**9 would fill the memory
MAX_COMPARED = 20  # arguments of all max and min together: sympy compares all pairs, 3 ms each


def find_flaw(expression):
    """Return why float64 cannot hold a result, or why it is not real; None if it is valid."""
    for number in expression.atoms(sympy.Float, sympy.Rational):
        if abs(number) > MAX_NUMBER or 0 < abs(number) < 1 / MAX_NUMBER:
            return "has a number too large, or too close to zero"
    if expression.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo):
        return "divides by zero, or is infinite"
    value = expression.evalf() if expression.is_number else sympy.S.Zero
    if expression.has(sympy.I) or value.has(sympy.I):
        return "is not a real number"
    if not value.is_finite or abs(value) > MAX_NUMBER:
        return "has a number too large"
    return None


def is_high(exponent):
    """Whether sympy would take long to expand a power with this exponent."""
    numbers = exponent.atoms(sympy.Number) if exponent.is_number or exponent.has(sympy.log) else ()
    return any(abs(number) > MAX_EXPONENT for number in numbers)


class FormulaReader:
    """Translates one text into a sympy expression, node by node.

    Args:
        text: formula on one line.
        variables, unknowns, numbers: as in `parse`.
    """

    def __init__(self, text, variables, unknowns, numbers):
        self.text = text
        self.variables = None if variables is None else list(variables)
        self.unknowns = list(unknowns)
        self.numbers = numbers
        self.compared = 0

    def read(self):
        tree = self.parse_tree()
        result = self.translate(tree, 0)
        self.check(result, tree)
        return result

    def parse_tree(self):
        """Return the tree of Python's grammar, with ^ read as the power."""
        if not self.text:
            raise UserError("A formula is empty; expected text such as 'x^2 + 1'.")
        if len(self.text) > MAX_LENGTH:
            raise self.make_error(f"is too long: {len(self.text)} characters, at most {MAX_LENGTH}")
        if unexpected := re.search(r"[^A-Za-z0-9_.+\-*/^(), ]", self.text):
            place = unexpected.start() + 1
            raise self.make_error(
                f"has an unexpected character {unexpected[0]!r} at position {place}"
            )
        for word in re.findall(r"[A-Za-z_]\w*", self.text):
            if keyword.iskeyword(word):
                raise self.make_error(
                    f"has the reserved word '{word}': choose a different name, such as '{word}_'"
                )
            if "__" in word:
                raise self.make_error(
                    f"has the name '{word}': two underscores in a row are not allowed"
                )
        if product := re.search(NUMBER_BEFORE_NAME, self.text):
            number, name = product.groups()
            raise self.make_error(
                f"has the number {quote(number)} right before {name!r}: "
                f"a product is written {number}*{name}"
            )
        self.python = self.text.replace("^", "**")
        try:
            return ast.parse(self.python, mode="eval").body
        except SyntaxError as error:
            place = f" near {quote(self.python[error.offset - 1 :], 20)}" if error.offset else ""
            reason = error.msg.split(";")[0].split(". ")[0]
            raise self.make_error(f"cannot be read: {reason}{place}") from None
        except (ValueError, MemoryError):
            raise self.make_error(
                "cannot be read: it is nested too deeply, or a number is too large"
            ) from None

    def translate(self, node, depth):
        if depth > MAX_DEPTH:
            raise self.make_error(f"is nested too deeply: at most {MAX_DEPTH} levels")
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                if value > MAX_NUMBER:
                    raise self.make_error("has a number too large", node)
                return sympy.Integer(value) if isinstance(value, int) else sympy.Float(value)
            case ast.Name(id=name) if name in self.numbers:
                return _convert_float(self.numbers[name])
            case ast.Name(id=name):
                return self.translate_name(name)
            case ast.UnaryOp(op=operation, operand=operand) if type(operation) in OPERATORS:
                return OPERATORS[type(operation)](self.translate(operand, depth + 1))
            case ast.BinOp(op=operation) if type(operation) in OPERATORS:
                return self.translate_chain(node, depth)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self.translate_call(name, arguments, node, depth)
        raise self.make_error(
            "has something that is not a number, a name, + - * / ^ or a function", node
        )

    def translate_name(self, name):
        if name in (self.variables or ()):
            return sympy.Symbol(name, real=True)
        if name in (*FUNCTIONS, *self.unknowns):
            raise self.make_error(f"has the function '{name}' without an argument: write {name}(x)")
        if name in CONSTANTS:
            return CONSTANTS[name]
        if self.variables is not None:
            known = [*self.variables, *self.numbers]
            hint = f"{suggest(name, known)} Known: {', '.join(known) or 'none'}."
            raise UserError(f"unknown name '{name}' in {quote(self.text)}.{hint}")
        return sympy.Symbol(name, real=True)

    def translate_chain(self, node, depth):
        """Translate a sum or product of many terms in a loop.

        Such a chain nests to the left in the tree, but counts as one level.
        """
        links = [node]
        same = (ast.Add, ast.Sub) if isinstance(node.op, ast.Add | ast.Sub) else (ast.Mult, ast.Div)
        while (
            isinstance(node.op, same)
            and isinstance(node.left, ast.BinOp)
            and isinstance(node.left.op, same)
        ):
            node = node.left
            links.append(node)
        result = self.translate(node.left, depth + 1)
        for link in reversed(links):
            right = self.translate(link.right, depth + 1)
            if isinstance(link.op, ast.Pow):
                self.check(result, link.left)
                self.check_exponent(right, link)
            result = OPERATORS[type(link.op)](result, right)
            if isinstance(link.op, ast.Pow | ast.Div):
                self.check(result, link)
        return result

    def translate_call(self, name, arguments, node, depth):
        if name in self.unknowns and arguments:
            return sympy.Function(name, real=True)(
                *(self.translate(argument, depth + 1) for argument in arguments)
            )
        if name not in FUNCTIONS:
            known = [*self.unknowns, *FUNCTIONS]
            hint = f"{suggest(name, known)} Known: {', '.join(known)}."
            raise UserError(f"unknown function '{name}' in {quote(self.text)}.{hint}")
        compares = name in ("max", "min")
        if not arguments or (len(arguments) > 1 and not compares):
            expected = "at least one argument" if compares else "one argument"
            raise self.make_error(
                f"gives {len(arguments)} arguments to '{name}', which takes {expected}", node
            )
        if compares:
            self.compared += len(arguments)
            if self.compared > MAX_COMPARED:
                raise self.make_error(
                    f"has too many arguments of max and min: at most {MAX_COMPARED} together"
                )
        values = [self.translate(argument, depth + 1) for argument in arguments]
        for value, argument in zip(values, arguments, strict=True):
            self.check(value, argument)
            if name == "exp" and value.has(sympy.log):
                self.check_exponent(value, node)
        result = FUNCTIONS[name](*values)
        self.check(result, node)
        return result

    def check_exponent(self, exponent, node):
        """Refuse powers that sympy would take long to expand, exp(9999*log(2*x)) included."""
        if is_high(exponent):
            raise self.make_error(
                f"has a number too large: exponents are limited to {MAX_EXPONENT}", node
            )

    def check(self, expression, node):
        if reason := find_flaw(expression):
            raise self.make_error(reason, node)

    def make_error(self, reason, node=None):
        part = node and ast.get_source_segment(self.python, node)
        place = f", in {quote(part)}" if part and part != self.python else ""
        return UserError(f"formula {quote(self.text)} {reason}{place}.")


def quote(text, length=60):
    """Quote `text` on one line, cut to `length` characters."""
    return repr(text if len(text) <= length else text[: length - 3] + "...")


def _convert_float(value):
    """Convert a float to a sympy number, to an integer if possible: x**2.0 is not x**2."""
    return sympy.Integer(int(value)) if float(value).is_integer() else sympy.Float(value)
