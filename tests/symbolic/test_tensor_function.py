"""Functions of tensors against functions of NumPy arrays, their gradients against sympy."""

import numpy as np
import pytest
import sympy
import tensorflow as tf

from models.tape import tape_derivative
from symbolic import formula
from symbolic.tensor_function import FUNCTIONS, compile_tensor_function
from tests.equations.lecture_problems import (
    HEAT,
    HELMHOLTZ,
    NAVIER_STOKES_CAVITY,
    ODES,
    SCHROEDINGER,
    WAVE,
)

NAMES = ("x", "y")
X = np.array([0.11, 0.35, 0.5, 0.77, 0.9])
Y = np.array([-1.2, -0.4, 0.3, 0.8, 2.1])
SMOOTH = [
    "1 + 2*x - y/4",
    "x^2*y^3 - 7*x^5*y",
    "x**-1.5 + y^-3",
    "x^0.3 + x^2.5 + sqrt(x)^3",
    "2^x + x^y + e^(x*y)",
    "exp(-x^2/2)/sqrt(2*pi)",
    "ln(x) + log10(x) - log(3)*y",
    "sin(x)^2 - cos(2)*y + tan(x/2)",
    "tan(x + pi/2)",
    "asin(x/3) + arccos(x/3) + arctan(y) - atan(x) + asin(1)*x",
    "sinh(x) + cosh(x) - tanh(y) + tanh(1/2)*y",
    "erf(x*y) + erf(1/2)*x",
    "0.12345678901234567*x",
    "10^30*x + 2^70*y",
    "1e-200*x*1e200",
    "x/(y^2 + 1) - 3/7*y",
    "((((((x + 1)*y + 2)*x + 3)*y + 4)*x + 5)*y)^2",
    "(" * 12 + "x" + ")" * 12 + " + " + "+".join(["y"] * 300),
    "x",
]
KINKED = [
    "abs(y) + sign(y - 1) + abs(y)^3",
    "max(x, y, 1/2) - min(2, x, y, log(3))",
    "heaviside(y) + x/heaviside(y + 3)",
    "heaviside(heaviside(exp(atan(cos(.5) + x*atan(asin(y/4))))))",
    "max(min(x, y), 0)*heaviside(x - 1/2)",
]
CONSTANT = [
    "0",
    "1/3",
    "0.1",
    "pi",
    "e",
    "10^30",
    "sqrt(2)",
    "sin(1)",
    "cos(2) - log(7)",
    "e^2",
    "max(2, pi)",
    "abs(-3)",
]


def parse(text):
    return formula.parse(text, NAMES)


@pytest.mark.parametrize("text", SMOOTH + KINKED + CONSTANT, ids=lambda text: text[:30])
def test_values(text):
    expected = formula.compile_function(parse(text), NAMES)(X, Y)
    found = compile_tensor_function(parse(text), NAMES)(tf.constant(X), tf.constant(Y))
    assert found.shape == X.shape and found.dtype == "float64"
    np.testing.assert_allclose(found, expected, rtol=5e-15, atol=1e-15)


def test_values_under_xla():
    functions = [compile_tensor_function(parse(text), NAMES) for text in SMOOTH + KINKED + CONSTANT]
    compiled = tf.function(
        lambda x, y: [function(x, y) for function in functions], jit_compile=True
    )
    for text, found in zip(
        SMOOTH + KINKED + CONSTANT, compiled(tf.constant(X), tf.constant(Y)), strict=True
    ):
        np.testing.assert_allclose(
            found, formula.compile_function(parse(text), NAMES)(X, Y), rtol=1e-13, err_msg=text
        )


def test_values_in_float32():
    for text in SMOOTH + KINKED + CONSTANT:
        found = compile_tensor_function(parse(text), NAMES)(
            tf.constant(X, "float32"), tf.constant(Y, "float32")
        )
        assert found.dtype == "float32"
        if "200" not in text:  # the largest float32 is 3e38
            expected = formula.compile_function(parse(text), NAMES)(
                X.astype("float32"), Y.astype("float32")
            )
            np.testing.assert_allclose(found, expected, rtol=2e-5, err_msg=text)


@pytest.mark.parametrize(
    "equation", [HELMHOLTZ, HEAT, WAVE, SCHROEDINGER, NAVIER_STOKES_CAVITY, *ODES.values()]
)
def test_the_residuals_of_the_built_in_equations(equation):
    random = np.random.default_rng(0)
    for residual in equation.problem().residuals:
        names = formula.list_variables(residual)
        values = [random.uniform(-2, 2, 6) for _ in names]
        expected = formula.compile_function(residual, names)(*values)
        assert np.ptp(expected) > 0.01
        np.testing.assert_allclose(
            compile_tensor_function(residual, names)(*map(tf.constant, values)),
            expected,
            rtol=1e-13,
        )


@pytest.mark.parametrize("text", SMOOTH, ids=lambda text: text[:30])
def test_gradients(text):
    x, y = tf.constant(X), tf.constant(Y)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        values = compile_tensor_function(parse(text), NAMES)(x, y)
    for name, found in zip(
        NAMES, tape.gradient(values, [x, y], unconnected_gradients="zero"), strict=True
    ):
        derivative = sympy.diff(parse(text), sympy.Symbol(name, real=True))
        np.testing.assert_allclose(
            found, formula.compile_function(derivative, NAMES)(X, Y), rtol=1e-13, atol=1e-15
        )


@pytest.mark.parametrize(
    "text", ["x^2*(2 - x)^2", "x^3", "x^5 - x", "(x - 1)^2/3", "(1 + x)^-2", "x"]
)
def test_derivatives_of_powers_where_they_are_zero(text):
    """There, higher derivatives of `tf.pow` are NaN."""
    at = np.array([0.0, 1.0, 2.0])
    function = compile_tensor_function(parse(text), ["x"])
    for order in range(5):
        found = tape_derivative(
            lambda x: function(x[:, 0])[:, None], [tf.constant(at)], (order,), 0
        )
        derivative = sympy.diff(parse(text), sympy.Symbol("x", real=True), order)
        np.testing.assert_allclose(
            found, formula.compile_function(derivative, ["x"])(at), rtol=1e-13, atol=1e-13
        )


def test_values_outside_the_domain_are_not_finite():
    function = compile_tensor_function(parse("log(x) + sqrt(y)"), NAMES)
    values = function(tf.constant([1.0, -1.0, 1.0, 0.0]), tf.constant([1.0, 1.0, -1.0, 1.0]))
    np.testing.assert_array_equal(np.isfinite(values), [True, False, False, False])


def test_unused_names_and_names_of_functions():
    function = compile_tensor_function(
        formula.parse("exp_ + 2*select", ["exp_", "select", "unused"]), ["unused", "select", "exp_"]
    )
    assert float(function(tf.constant(5.0), tf.constant(3.0), tf.constant(1.0))) == 7


def test_every_function_of_the_parser_is_known():
    texts = [f"{name}(x/2)" for name in formula.FUNCTIONS if name not in ("max", "min")] + [
        "max(x, y)",
        "min(x, y)",
    ]
    found = {
        node.func.__name__
        for text in texts
        for node in sympy.preorder_traversal(parse(text))
        if node.args
    }
    assert found <= FUNCTIONS.keys()
