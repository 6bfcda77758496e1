"""Calculation graphs and both passes through them, against sympy and graphs written by hand."""

import numpy as np
import pytest
import sympy
import tensorflow as tf

from symbolic import formula
from symbolic.calculation_graph import (
    build_graph,
    calculate,
    count_operations,
    derive_adjoints,
    derive_tangents,
    differentiate_step,
    name_adjoint,
)
from symbolic.graph_model import build_graph_model

FORMULAS = [
    "sqrt(x^2 + exp(x^2))",
    "max(w1*x1 + w2*x2, x3)",
    "min(x, y, x*y) + abs(x - y)",
    "-x/y - 3*x*y/(2*z^2) + 1/3",
    "x^y + 2^x + x^(-2.5) + 1/x",
    "-x - y",
    "x/(y*sqrt(z))",
    "heaviside(x)*tan(x + pi/2)*sign(y)",
    "sin(x)*cos(x)*asin(x/9) + acos(y/9)*atan(y) + sinh(x)*cosh(y)*tanh(x*y)*log(y)*erf(x)",
    "x",
    "v*u*w*z",
]


def format_steps(graph):
    return {node: str(step) for node, step in graph.steps.items()}


def test_the_lectures_example_calculates_the_square_once():
    graph = build_graph(formula.parse("sqrt(x^2 + exp(x^2))"))
    assert format_steps(graph) == {
        "v_1": "x**2",
        "v_2": "exp(v_1)",
        "v_3": "v_1 + v_2",
        "v_4": "sqrt(v_3)",
    }
    assert graph.edges == [
        ("x", "v_1"),
        ("v_1", "v_2"),
        ("v_1", "v_3"),
        ("v_2", "v_3"),
        ("v_3", "v_4"),
    ]
    back = {name: str(step) for name, step in derive_adjoints(graph).items()}
    assert back["adjoint_v_3"] == "1/(2*v_4)"  # uses the value of the node itself
    assert back["adjoint_v_1"] == "adjoint_v_2*v_2 + adjoint_v_3"  # two nodes use it


def test_differences_and_quotients_are_one_step():
    assert format_steps(build_graph(formula.parse("x - y/z"))) == {"v_1": "y/z", "v_2": "-v_1 + x"}


@pytest.mark.parametrize("text", FORMULAS)
def test_the_graph_and_its_passes_agree_with_sympy(text):
    expression = formula.parse(text)
    graph = build_graph(expression)
    names = graph.variables
    point = {name: 0.7 + 0.4 * index for index, name in enumerate(names)}
    values = calculate(graph.steps, point)
    assert values[graph.result] == pytest.approx(
        float(formula.compile_function(expression, names)(*point.values())), rel=1e-14
    )
    symbols = {
        sympy.Symbol(name, real=True): sympy.Float(value, 30) for name, value in point.items()
    }
    exact = [float(sympy.diff(expression, symbol).evalf(30, subs=symbols)) for symbol in symbols]
    back = calculate(derive_adjoints(graph), values)
    np.testing.assert_allclose(
        [back[name_adjoint(name)] for name in names], exact, rtol=1e-13, atol=1e-100
    )
    tangents = [
        calculate(derive_tangents(graph, name), values)[f"tangent_{graph.result}"] for name in names
    ]
    np.testing.assert_allclose(tangents, exact, rtol=1e-13, atol=1e-100)
    model = build_graph_model(graph)
    inputs = {name: tf.constant([value], "float64") for name, value in point.items()}
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = model(inputs)
    assert float(value[0]) == pytest.approx(values[graph.result], rel=1e-14)
    gradient = tape.gradient(value, inputs, unconnected_gradients="zero")
    np.testing.assert_allclose(
        [float(gradient[name][0]) for name in names], exact, rtol=1e-13, atol=1e-100
    )


def test_an_adjoint_is_the_derivative_of_the_result_by_the_node():
    graph = build_graph(formula.parse("tanh(x*y)*x + exp(x*y)"))
    values = calculate(graph.steps, {"x": 0.3, "y": 0.8})
    back = calculate(derive_adjoints(graph), values)
    for node in graph.steps:
        after = dict(list(graph.steps.items())[list(graph.steps).index(node) + 1 :])
        shifted = [
            calculate(after, values | {node: values[node] + shift})[graph.result]
            for shift in (1e-6, -1e-6)
        ]
        assert back[name_adjoint(node)] == pytest.approx((shifted[0] - shifted[1]) / 2e-6, rel=1e-8)


def test_operations_are_counted_as_by_hand():
    graph = build_graph(formula.parse("a*b*c*d"))
    assert count_operations(graph.steps.values()) == 3
    # None for the adjoints of v_2 and d, one each for c, v_1, a and b.
    assert count_operations(derive_adjoints(graph).values()) == 4
    a, b = (sympy.Symbol(name, real=True) for name in "ab")
    assert differentiate_step(graph, "v_1") == {"a": b, "b": a}
