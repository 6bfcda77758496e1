"""Parsed formulas as functions of TensorFlow tensors."""

import operator
from functools import reduce

import sympy
import tensorflow as tf

# Keys are sympy's names.
FUNCTIONS = {
    "Add": lambda *terms: reduce(operator.add, terms),
    "Mul": lambda *factors: reduce(operator.mul, factors),
    "Pow": tf.pow,
    "Abs": tf.abs,
    "sign": tf.sign,
    "Heaviside": lambda x, at_zero: (tf.sign(x) + 1) / 2,
    "Max": lambda *values: reduce(tf.maximum, values),
    "Min": lambda *values: reduce(tf.minimum, values),
    "cot": lambda x: 1 / tf.tan(x),  # sympy rewrites tan(x + pi/2) as -cot(x)
    **{
        name: getattr(tf.math, name)
        for name in (
            "exp",
            "log",
            "sin",
            "cos",
            "tan",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
            "erf",
        )
    },
}


def compile_tensor_function(expression, names):
    """Compile a parsed formula into a function of tensors.

    XLA can compile the function, and `GradientTape` can differentiate it.

    Args:
        expression: formula as returned by `symbolic.formula.parse`.
        names: names of the arguments, in order; may include names that the formula does not use.

    Returns: a function that takes a tensor for each name, all of one shape, and returns a tensor of
    that shape.
    """
    symbols = [sympy.Symbol(name, real=True) for name in names]

    def evaluate(*tensors):
        result = compute(expression, dict(zip(symbols, tensors, strict=True)), tensors[0].dtype)
        return tf.broadcast_to(result, tf.shape(tensors[0]))

    return evaluate


def compute(expression, values, dtype):
    """Compute an expression as a tensor; its numbers have the full precision of `dtype`.

    Args:
        expression: a `sympy.Expr`.
        values: `{symbol: tensor}`.
        dtype: dtype of the result.
    """
    if expression in values:
        return values[expression]
    if expression.is_number:
        return tf.constant(float(expression), dtype)
    if expression.is_Pow and expression.exp.is_number:
        return raise_to_power(compute(expression.base, values, dtype), expression.exp)
    return FUNCTIONS[expression.func.__name__](
        *(compute(part, values, dtype) for part in expression.args)
    )


def raise_to_power(base, exponent):
    """Raise to an integer power by products: the third derivative of `tf.pow(x, 2)` at 0 is NaN."""
    if exponent.is_negative:
        return 1 / raise_to_power(base, -exponent)
    if exponent == sympy.Rational(1, 2):
        return tf.sqrt(base)
    if not exponent.is_Integer:
        return tf.pow(base, tf.constant(float(exponent), base.dtype))
    if exponent == 1:
        return base
    half = raise_to_power(base, exponent // 2)
    return half * half * base if exponent % 2 else half * half
