"""Formulas as text, as LaTeX, and as Python."""

import re

import pandas as pd
import sympy
from sympy.printing.numpy import NumPyPrinter
from sympy.printing.str import StrPrinter

PYTHON = '''"""{target}, distilled from a network."""

import numpy


def {name}({arguments}):
    return {value}
'''


class _Text(StrPrinter):
    """As `symbolic.formula.parse` reads it."""

    def _print_Abs(self, expression):
        return f"abs({self._print(expression.args[0])})"

    def _print_Float(self, number):
        return (
            f"{float(number):.17g}"
            if float(f"{float(number):.15g}") != float(number)
            else f"{float(number):.15g}"
        )

    def _print_Exp1(self, number):
        return "exp(1)"  # e may be a variable


def as_text(expression):
    """The formula as `symbolic.formula.parse` reads it."""
    return _Text().doprint(expression)


def as_latex(expression, target):
    """An equation in LaTeX; the target's name is set upright if it is longer than a letter."""
    escaped = re.sub(r"([_%#&$])", r"\\\1", target)
    name = target if len(target) == 1 else rf"\mathrm{{{escaped}}}"
    return f"{name} = {sympy.latex(expression)}"


def as_python(expression, names, target):
    """A Python file with a function of NumPy arrays."""
    name = re.sub(r"\W|^(?=\d)", "_", target)
    value = NumPyPrinter({"fully_qualified_modules": True, "precision": 17}).doprint(expression)
    return PYTHON.format(target=target, name=name, arguments=", ".join(names), value=value)


def write_front(path, formulas, chosen):
    """A row a formula, simplest first."""
    pd.DataFrame(
        {
            "complexity": [formula.complexity for formula in formulas],
            "error": [formula.error for formula in formulas],
            "chosen": ["yes" if place == chosen else "" for place in range(len(formulas))],
            "formula": [as_text(formula.expression) for formula in formulas],
            "latex": [sympy.latex(formula.expression) for formula in formulas],
        }
    ).to_csv(path, index=False)
