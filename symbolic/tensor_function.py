"""Parsed formulas as functions of TensorFlow tensors."""

import operator
from functools import reduce

import sympy
import tensorflow as tf

# By sympy's names.
FUNCTIONS = {
    "Add": lambda *terms: reduce(operator.add, terms),
    "Mul": lambda *factors: reduce(operator.mul, factors),
    "Pow": tf.pow,
    "Abs": tf.abs,
    "sign": tf.sign,
    "Heaviside": lambda x, at_zero: (tf.sign(x) + 1) / 2,
    "Max": lambda *values: reduce(tf.maximum, values),
    "Min": lambda *values: reduce(tf.minimum, values),
    "cot": lambda x: 1 / tf.tan(x),  # what sympy makes of tan(x + pi/2)
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


def tensor_function(expression, names):
    """Turn a parsed formula into a function of tensors that XLA compiles and `GradientTape` differentiates.

    Args:
        expression: from `symbolic.formula.parse`.
        names: of the arguments, in order; may hold names that the formula does not use.

    Returns: a callable that takes a tensor for each name, all of one shape, and returns a tensor of that shape.
    """
    symbols = [sympy.Symbol(name, real=True) for name in names]

    def evaluate(*tensors):
        result = compute(expression, dict(zip(symbols, tensors, strict=True)), tensors[0].dtype)
        return tf.broadcast_to(result, tf.shape(tensors[0]))

    return evaluate


def compute(expression, values, dtype):
    """The value of an expression as a tensor, from `{symbol: tensor}`; numbers in it keep all digits that `dtype` has."""
    if expression in values:
        return values[expression]
    if expression.is_number:
        return tf.constant(float(expression), dtype)
    if expression.is_Pow and expression.exp.is_number:
        return power(compute(expression.base, values, dtype), expression.exp)
    return FUNCTIONS[expression.func.__name__](
        *(compute(part, values, dtype) for part in expression.args)
    )


def power(base, exponent):
    """An integer power by products, since at 0 the third derivative of `tf.pow(x, 2)` is nan."""
    if exponent.is_negative:
        return 1 / power(base, -exponent)
    if exponent == sympy.Rational(1, 2):
        return tf.sqrt(base)
    if not exponent.is_Integer:
        return tf.pow(base, tf.constant(float(exponent), base.dtype))
    if exponent == 1:
        return base
    half = power(base, exponent // 2)
    return half * half * base if exponent % 2 else half * half
