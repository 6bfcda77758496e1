"""Formulas written as text, as LaTeX and as Python code."""

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


class _TextPrinter(StrPrinter):
    """Prints text that `symbolic.formula.parse` reads."""

    def _print_Abs(self, expression):
        return f"abs({self._print(expression.args[0])})"

    def _print_Float(self, number):
        short = f"{float(number):.15g}"
        return short if float(short) == float(number) else f"{float(number):.17g}"

    def _print_Exp1(self, number):
        return "exp(1)"  # e may be a variable


def format_text(expression):
    """Format a formula as text that `symbolic.formula.parse` reads."""
    return _TextPrinter().doprint(expression)


def format_latex(expression, target):
    """Format an equation in LaTeX; a target name of several letters is set upright."""
    escaped = re.sub(r"([_%#&$])", r"\\\1", target)
    name = target if len(target) == 1 else rf"\mathrm{{{escaped}}}"
    return f"{name} = {sympy.latex(expression)}"


def format_python(expression, names, target):
    """Format a formula as a Python file with a function of NumPy arrays."""
    name = re.sub(r"\W|^(?=\d)", "_", target)
    value = NumPyPrinter({"fully_qualified_modules": True, "precision": 17}).doprint(expression)
    return PYTHON.format(target=target, name=name, arguments=", ".join(names), value=value)


def write_front(path, formulas, chosen):
    """Write a Pareto front as a CSV file with one row per formula, simplest first.

    Args:
        path: path of the file.
        formulas: list of `symbolic.pareto.Formula`.
        chosen: index of the chosen formula.
    """
    pd.DataFrame(
        {
            "complexity": [formula.complexity for formula in formulas],
            "error": [formula.error for formula in formulas],
            "chosen": ["yes" if index == chosen else "" for index in range(len(formulas))],
            "formula": [format_text(formula.expression) for formula in formulas],
            "latex": [sympy.latex(formula.expression) for formula in formulas],
        }
    ).to_csv(path, index=False)
