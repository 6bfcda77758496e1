"""The parser: values of formulas, and refusal of everything that is not a formula."""

import gc
import math
import time

import numpy as np
import pytest
import sympy

from errors import UserError
from symbolic import formula

X = np.linspace(0.1, 2.0, 7)
Y = np.linspace(-1.0, 3.0, 7)


@pytest.fixture
def no_garbage_collection():
    """What other tests left in memory takes its time to be collected, which is not the parser's."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1 + 2*x - y/4", 1 + 2 * X - Y / 4),
        ("x^2*y", X * X * Y),
        ("x**-1.5", 1 / (X * np.sqrt(X))),
        ("exp(-x^2/2)/sqrt(2*pi)", np.exp(-X * X / 2) / np.sqrt(2 * np.pi)),
        ("ln(x) + log10(x)", np.log(X) + np.log10(X)),
        ("sin(x)^2 - cos(y) + tan(x/2)", np.sin(X) ** 2 - np.cos(Y) + np.tan(X / 2)),
        ("asin(x/3) + arccos(x/3) + arctan(y) - atan(x)", np.pi / 2 + np.arctan(Y) - np.arctan(X)),
        ("sinh(x) + cosh(x) - tanh(y)", np.exp(X) - np.tanh(Y)),
        ("erf(x) - erf(1/2)", [math.erf(x) - math.erf(0.5) for x in X]),
        ("abs(y) + sign(y)", np.abs(Y) + np.sign(Y)),
        ("max(x, y, 1) - min(x, y)", np.maximum(np.maximum(X, Y), 1) - np.minimum(X, Y)),
        ("heaviside(y)", np.where(Y > 0, 1.0, np.where(Y < 0, 0.0, 0.5))),
        ("heaviside(heaviside(exp(atan(cos(.5) + x*atan(asin(y/4))))))", np.ones(7)),
        ("x/heaviside(y + 3)", X),
        ("e^x + E", np.exp(X) + np.e),
        ("1e-3*x + 2.5 + .5", 0.001 * X + 3),
        ("0.12345678901234567*x", 0.12345678901234567 * X),
        ("log(10^30)*x", 30 * np.log(10) * X),
        ("1/3", np.full(7, 1 / 3)),
        ("+x - -y", X + Y),
        ("x\n + y", X + Y),
        ("(((((((((((x))))))))))) + " + "+".join(["y"] * 400), X + 400 * Y),
    ],
)
def test_values(text, expected):
    values = formula.compile_function(formula.parse(text, ["x", "y"]), ["x", "y"])(X, Y)
    assert values.dtype == np.float64 and values.shape == X.shape
    np.testing.assert_allclose(values, expected, rtol=2e-15, atol=1e-15)


@pytest.mark.parametrize(
    "text, value",
    [
        ("-2^2", -4),
        ("2^3^2", 512),
        ("2^-1", 0.5),
        ("(-2)^2", 4),
        ("-2*-3", 6),
        ("8/4/2", 1),
        ("7-4-2", 1),
        ("2+3*4^2", 50),
    ],
)
def test_precedence(text, value):
    assert float(formula.parse(text)) == value


def test_unary_minus_binds_weaker_than_power():
    x = sympy.Symbol("x", real=True)
    assert formula.parse("-x^2") == -(x**2)
    assert formula.parse("2*-x^2") == -2 * x**2


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "empty"),
        ("exp(x", "'(' was never closed near '(x'"),
        ("x)", "unmatched ')'"),
        ("2x", "the number '2' right before 'x': a product is written 2*x"),
        ("1e-3 (x)", "a product is written 1e-3*("),
        ("0x1F", "a product is written 0*x1F"),
        ("1_000", "right before '_000'"),
        ("1_1", "right before '_1'"),
        ("x +", "cannot be read"),
        ("x y", "near 'y'"),
        ("foo(x)", "unknown function 'foo' in 'foo(x)'"),
        ("sinn(x)", "Did you mean sin"),
        ("q + x", "unknown name 'q' in 'q + x'. Known: x, y."),
        ("x + sin", "write sin(x)"),
        ("sin(x, y)", "gives 2 arguments to 'sin', which takes one argument"),
        ("max()", "at least one argument"),
        ("x(y)", "unknown function 'x'"),
        ("sin(x)(y)", "not a number, a name"),
        ("sin(cos)(x)", "not a number, a name"),
        ("__import__('os')", "unexpected character"),
        ("__import__(os)", "two underscores"),
        ("x.__class__", "two underscores"),
        ("x.real", "not a number, a name"),
        ("x.real(y)", "not a number, a name"),
        ("lambda", "reserved word 'lambda'"),
        ("(lambda: x)()", "unexpected character ':' at position 8"),
        ("[x for x in y]", "unexpected character '['"),
        ("max(x for x in y)", "reserved word 'for'"),
        ("'x'", "unexpected character"),
        ("x < y", "unexpected character '<' at position 3"),
        ("x = y", "unexpected character '='"),
        ("x == y", "unexpected character '='"),
        ("max(x, key=y)", "unexpected character '='"),
        ("max(*x)", "in '*x'"),
        ("max(**x)", "not a number, a name"),
        ("x // y", "not a number, a name"),
        ("x, y", "not a number, a name"),
        ("()", "not a number, a name"),
        ("True", "reserved word 'True'"),
        ("1j*x", "a product is written 1*j"),
        ("x²", "unexpected character '²' at position 2"),
        ("ｘ", "unexpected character"),
        ("x; y", "unexpected character ';'"),
        ("x\x00", "unexpected character"),
        ("x" * 1001, "too long"),
        ("(" * 400 + "x" + ")" * 400, "too many nested parentheses"),
        ("-" * 900 + "x", "nested too deeply"),
        ("sin(" * 150 + "x" + ")" * 150, "nested too deeply"),
        ("2^" * 400 + "x", "nested too deeply"),
        ("9**9**9**9", "too large"),
        ("(2**10000)**10000", "too large"),
        ("(((2*x)^1000)^1000)^1000", "too large"),
        ("(((1/3)^1000)^1000)^1000", "too close to zero"),
        ("asin(0.1)^999/x", "too close to zero"),
        ("(9*x/x)^((9*x/x)^(9*x/x))", "too large"),
        ("exp(1000000000*log(2*x))", "too large"),
        ("2^(1000000000*log(2*x)/log(2))", "too large"),
        ("exp(exp(exp(exp(10))))", "too large"),
        ("10**400", "too large"),
        ("1e400", "too large"),
        ("9" * 500, "too large"),
        ("1e200*1e200", "too large"),
        ("10^200*10^200*x", "too large"),
        ("max(" + ",".join(f"x{i}" for i in range(200)) + ")", "too many arguments of max and min"),
        ("1/0", "divides by zero"),
        ("x/(y - y)", "divides by zero"),
        ("log(0)", "divides by zero, or is infinite"),
        ("log(-1)", "not a real number"),
        ("x + sqrt(-1)", "is not a real number, in 'sqrt(-1)'"),
        ("(-8)^(1/3)", "not a real number"),
        ("asin(2)*x", "not a real number"),
        ("tan(pi/2)", "infinite"),
        ("atan(tan(10^200))", "cannot be computed"),
        (3, "A formula must be text"),
    ],
)
def test_rejected(text, message, no_garbage_collection):
    start = time.thread_time()
    with pytest.raises(UserError) as caught:
        formula.parse(text, ["x", "y"])
    assert time.thread_time() - start < 1
    error = str(caught.value)
    assert message in error
    assert len(error.splitlines()) == 1 and len(error) < 400


def test_formulas_that_could_be_slow_are_fast(no_garbage_collection):
    nested = "x"
    for _ in range(9):
        nested = f"max({nested}*x - 1, y)"
    absolute = "x"
    for _ in range(18):
        absolute = f"abs({absolute} - y)"
    for text in (
        nested,
        absolute,
        "+".join(f"exp({i})" for i in range(100)),
        "*".join(["(x + y)"] * 100),
    ):
        start = time.thread_time()
        formula.compile_function(formula.parse(text), ["x", "y"])(X, Y)
        assert time.thread_time() - start < 5


def test_variables():
    assert formula.list_variables(formula.parse("b*x + a*sin(pi*t) + e")) == ["a", "b", "t", "x"]
    assert formula.list_variables(formula.parse("1")) == []
    assert formula.parse("x").is_real


def test_a_variable_may_be_called_like_a_constant_or_a_function():
    values = formula.compile_function(
        formula.parse("E*sqrt(select) + exp", ["E", "select", "exp"]), ["E", "select", "exp"]
    )(2, 9, 1)
    assert values == 7


def test_compiled_functions_broadcast():
    compute = formula.compile_function(formula.parse("2"), ["x", "t"])
    values = compute(np.zeros((3, 1)), np.zeros(4, "int64"))
    np.testing.assert_array_equal(values, np.full((3, 4), 2.0))
    assert formula.compile_function(formula.parse("x^2/4"), ["x"])(3).shape == ()


def test_values_outside_the_domain_are_not_finite():
    values = formula.compile_function(formula.parse("log(x) + 1/(x - 1)"), ["x"])([-1, 1, 2])
    assert np.isnan(values[0]) and np.isinf(values[1]) and np.isfinite(values[2])


def test_compiled_functions_need_every_variable():
    with pytest.raises(UserError, match="unknown variables: k. Known: x"):
        formula.compile_function(formula.parse("k*x"), ["x"])


def test_unknown_functions_are_called_where_they_are_allowed():
    x = sympy.Symbol("x", real=True)
    u, u_x = sympy.Function("u", real=True), sympy.Function("u_x", real=True)
    expression = formula.parse(
        "2*u(x, 0) + u_x(1, pi/2)^2 - sin(u(0, 1))", ["x"], unknowns=("u", "u_x")
    )
    assert expression == 2 * u(x, 0) + u_x(1, sympy.pi / 2) ** 2 - sympy.sin(u(0, 1))
    assert formula.list_variables(expression) == ["x"] and expression.is_real


@pytest.mark.parametrize(
    "text, message",
    [
        ("u", "has the function 'u' without an argument"),
        ("u()", "unknown function 'u'"),
        ("uu(x)", "unknown function 'uu' in 'uu(x)'. Did you mean u"),
        ("u(x, key=x)", "unexpected character '='"),
        ("u(*x)", "not a number, a name"),
        ("u(x)(x)", "not a number, a name"),
        ("u.real(x)", "not a number, a name"),
        ("u(1/0)", "divides by zero"),
        ("u(" * 60 + "x" + ")" * 60, "nested too deeply"),
    ],
)
def test_unknown_functions_allow_nothing_else(text, message):
    with pytest.raises(UserError) as caught:
        formula.parse(text, ["x"], unknowns=("u",))
    assert message in str(caught.value)


def test_names_that_stand_for_numbers():
    x = sympy.Symbol("x", real=True)
    assert (
        formula.parse("k*x^n + e", ["x"], numbers={"k": 0.1, "n": 2.0, "e": 3})
        == sympy.Float(0.1) * x**2 + 3
    )
    assert float(formula.parse("k", [], numbers={"k": 0.1})) == 0.1
    for text in ("1/k", "log(k)", "2^n", "(2*x)^n"):
        with pytest.raises(UserError):
            formula.parse(text, ["x"], numbers={"k": 0.0, "n": 1e9})
    with pytest.raises(UserError, match="Did you mean nu. Known: x, nu"):
        formula.parse("nv*x", ["x"], numbers={"nu": 1.0})
