"""Parsed formulas as functions of TensorFlow tensors."""

from functools import reduce

import sympy
import tensorflow as tf

from symbolic.formula import STEP

FUNCTIONS = {
    "Abs": tf.abs,
    "sign": tf.sign,
    "Max": lambda *values: reduce(tf.maximum, values),
    "Min": lambda *values: reduce(tf.minimum, values),
    "step": lambda x: (tf.sign(x) + 1) / 2,
    **{
        name: getattr(tf.math, name)
        for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")
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
    arguments = [sympy.Symbol(f"argument_{i}", real=True) for i in range(len(names))]
    replacements = dict(zip(symbols, arguments, strict=True))
    for number in expression.atoms(sympy.Rational, sympy.Float, sympy.NumberSymbol):
        if not number.is_Integer:
            replacements[number] = sympy.Float(float(number), 17)
    expression = expression.xreplace(replacements).replace(sympy.Heaviside, lambda x, at_zero: STEP(x))
    compute = sympy.lambdify(arguments, expression, modules=[FUNCTIONS, "math"])

    def evaluate(*tensors):
        result = compute(*tensors)
        return tf.broadcast_to(tf.cast(result, tensors[0].dtype), tf.shape(tensors[0]))

    return evaluate
