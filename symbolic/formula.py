"""Formulas as text: parsed to sympy, and compiled to functions of NumPy arrays."""

import numpy as np
import sympy
from scipy import special

from errors import UserError
from symbolic.formula_reader import (  # noqa: F401  names that belong to a formula
    CONSTANTS,
    FUNCTIONS,
    MAX_LENGTH,
    MAX_NUMBER,
    FormulaReader,
    find_flaw,
    is_high,
    quote,
)

# Replaces sympy's Heaviside, which is expanded into cases: with nested steps that takes minutes.
STEP = sympy.Function("step", real=True)
# Functions that NumPy lacks.
NOT_IN_NUMPY = {"step": lambda x: np.heaviside(x, 0.5), "erf": special.erf}


def parse(text, variables=None, unknowns=(), numbers=None):
    """Parse a formula such as `"a*exp(-x^2) + 1/3"`.

    Args:
        text: numbers, names, + - * / and ** or ^, parentheses, the functions in `FUNCTIONS`, and
            the constants pi, e and E.
        variables: names of the variables that are allowed; None allows any name. A variable takes
            precedence over a constant of the same name.
        unknowns: names of unknown functions, which may be called with any arguments: `u(x, 0)`.
        numbers: `{name: value}` of names that stand for a number; they take precedence over all
            other names.

    Returns: a `sympy.Expr` with real symbols; calls of unknown functions become applied undefined
    functions.

    Raises:
        UserError: the text is not a formula, a number is outside the range of float64, or a part
            is not a real number.
    """
    if not isinstance(text, str):
        raise UserError(f"A formula must be text such as 'x^2 + 1'. Received: {text!r}.")
    try:
        return FormulaReader(" ".join(text.split()), variables, unknowns, numbers or {}).read()
    except RecursionError:
        raise UserError(
            f"formula {quote(text)} is nested too deeply: split it into simpler ones."
        ) from None
    except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
        # Raised by sympy, for example for atan(tan(10^200)).
        raise UserError(
            f"formula {quote(text)} cannot be computed: simplify it, or use smaller numbers."
        ) from error


def list_variables(expression):
    """Return the names of the variables in a formula, sorted."""
    return sorted(symbol.name for symbol in expression.free_symbols)


def compile_function(expression, names):
    """Compile a parsed formula into a NumPy function.

    Args:
        expression: formula as returned by `parse`.
        names: names of the arguments, in order; may include names that the formula does not use.

    Returns: a function that takes an array for each name (with broadcasting) and returns a float64
    array of their common shape. Outside the domain of the formula the values are NaN or infinite,
    without a warning.

    Raises:
        UserError: the formula has a variable that is not in `names`.
    """
    compute = compile_functions([expression], names)
    return lambda *arrays: compute(*arrays)[0, ...]


def compile_functions(expressions, names):
    """Compile formulas as `compile_function` does, into one function of the same arguments.

    Returns: a function that returns `(formulas, ...)`.
    """
    names = list(names)
    variables = dict.fromkeys(name for e in expressions for name in list_variables(e))
    if unknown := [name for name in variables if name not in names]:
        raise UserError(
            f"the formula has unknown variables: {', '.join(unknown)}. Known: {', '.join(names)}."
        )
    # New names, since a variable may be called like a function in the generated code: `select`.
    arguments = [sympy.Symbol(f"argument_{i}", real=True) for i in range(len(names))]
    replacements = {
        sympy.Symbol(name, real=True): argument
        for name, argument in zip(names, arguments, strict=True)
    }
    formulas = [make_printable(expression, replacements) for expression in expressions]
    compute = sympy.lambdify(arguments, formulas, modules=[NOT_IN_NUMPY, "numpy"])

    def evaluate(*arrays):
        arrays = [np.asarray(array, "float64") for array in arrays]
        shapes = {array.shape for array in arrays} or {()}
        values = np.empty((len(formulas), *np.broadcast_shapes(*shapes)))
        with np.errstate(all="ignore"):
            for row, result in enumerate(compute(*arrays)):
                values[row] = result
        return values

    return evaluate


def make_printable(expression, replacements):
    """Replace symbols, and numbers that NumPy would not read as they are."""
    replacements = dict(replacements)
    for number in expression.atoms(sympy.Float, sympy.Integer):
        # sympy prints 15 of a float's 17 digits, and NumPy refuses integers beyond 64 bits.
        if number.is_Float or abs(number) > 2**53:
            replacements[number] = sympy.Float(float(number), 17)
    return expression.xreplace(replacements).replace(sympy.Heaviside, lambda x, at_zero: STEP(x))
