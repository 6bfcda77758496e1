"""A calculation graph as a Keras model: each step is an operation of the Functional API."""

from functools import reduce

import keras
from keras import ops

# Keys are sympy's names.
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
    "cot": lambda x: 1 / ops.tan(x),  # sympy rewrites tan(x + pi/2) as -cot(x)
    **{
        name: getattr(ops, name)
        for name in ("sign", "exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf")
    },
}


def build_graph_model(graph):
    """Build the Keras model of a calculation graph, in float64.

    Args:
        graph: `symbolic.calculation_graph.Graph`.

    Input shape: `{variable: (batch,)}`.
    Output shape: `(batch,)`, the formula's value.
    """
    inputs = {name: keras.Input((), dtype="float64", name=name) for name in graph.variables}
    values = dict(inputs)
    for node, step in graph.steps.items():
        values[node] = apply_step(step, values)
    return keras.Model(inputs, ops.copy(values[graph.result]), name="calculation_graph")


def apply_step(step, values):
    """Apply the operation of one step to the Keras tensors of its operands."""
    if step.is_Symbol:
        return values[step.name]
    if step.is_number:
        return float(step)
    return OPERATIONS[step.func.__name__](*(apply_step(part, values) for part in step.args))
