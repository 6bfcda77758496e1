"""A calculation graph as a Keras model: each step is an operation of the Functional API."""

from functools import reduce

import keras
from keras import ops

# By sympy's names.
OPERATIONS = {
    "Add": lambda *terms: reduce(ops.add, terms),
    "Mul": lambda *factors: reduce(ops.multiply, factors),
    "Pow": ops.power,
    "Abs": ops.absolute,
    "Heaviside": lambda x, at_zero: (ops.sign(x) + 1) / 2,
    "Max": ops.maximum,
    "Min": ops.minimum,
    "asin": ops.arcsin,
    "acos": ops.arccos,
    "atan": ops.arctan,
    "cot": lambda x: 1 / ops.tan(x),  # what sympy makes of tan(x + pi/2)
    **{
        name: getattr(ops, name)
        for name in ("sign", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf")
    },
}


def graph_model(graph):
    """`{variable: (batch,)}` to the formula's value, `(batch,)`, all float64.

    Args:
        graph: from `symbolic.calculation_graph.calculation_graph`.
    """
    inputs = {name: keras.Input((), dtype="float64", name=name) for name in graph.variables}
    values = dict(inputs)
    for node, step in graph.steps.items():
        values[node] = operate(step, values)
    return keras.Model(inputs, ops.copy(values[graph.result]), name="calculation_graph")


def operate(step, values):
    if step.is_Symbol:
        return values[step.name]
    if step.is_number:
        return float(step)
    return OPERATIONS[step.func.__name__](*(operate(part, values) for part in step.args))
