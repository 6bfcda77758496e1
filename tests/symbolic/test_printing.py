"""Formulas keep their values when they are written as text, LaTeX and Python code."""

import numpy as np
import pytest

from symbolic import formula
from symbolic.printing import format_latex, format_python, format_text

X = np.random.default_rng(0).uniform(0.5, 2, 20)


@pytest.mark.parametrize(
    "text",
    [
        "x^2 - x/3",
        "abs(x - 1)*pi",
        "exp(1)*x",
        "0.123456789012345678*x",
        "sqrt(x)/log(x + 2)",
        "tanh(x)^2.5",
        "1e-30*x",
    ],
)
def test_text_and_python_have_the_same_values(text):
    expression = formula.parse(text)
    values = formula.compile_function(expression, ["x"])(X)
    parsed = formula.compile_function(formula.parse(format_text(expression), ["x"]), ["x"])(X)
    np.testing.assert_allclose(parsed, values, rtol=1e-15)
    module = {}
    exec(compile(format_python(expression, ["x"], "my value"), "formula.py", "exec"), module)
    np.testing.assert_allclose(module["my_value"](X), values, rtol=1e-14)


def test_latex_names_are_escaped():
    assert format_latex(formula.parse("x^2"), "house_price") == r"\mathrm{house\_price} = x^{2}"
    assert format_latex(formula.parse("x^2"), "f") == "f = x^{2}"
