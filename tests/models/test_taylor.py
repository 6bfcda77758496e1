"""Derivatives by Taylor series against nested `GradientTape`s and sympy, to round-off."""

import itertools
import math

import keras
import numpy as np
import pytest
import sympy
import tensorflow as tf
from keras import layers

from equations.trial_solution import TrialSolution
from models import taylor, taylor_network
from models.pinn import pinn
from models.tape import tape_derivative
from symbolic import formula

NAMES = ("x", "y", "z", "t")
LOW, HIGH = (-1.0, 0.5, -2.0, 0.0), (1.0, 2.0, 3.0, 1.5)
# Of each number of coordinates: every kind of derivative to order four, mixed ones included.
INDICES = {
    1: [(1,), (2,), (3,), (4,)],
    2: [(a, b) for a in range(5) for b in range(5 - a)],
    3: [(1, 1, 1), (2, 1, 1), (0, 2, 2), (4, 0, 0), (0, 0, 3), (1, 0, 3)],
    4: [(1, 1, 1, 1), (2, 0, 1, 1), (0, 2, 0, 2), (0, 0, 0, 4), (3, 0, 0, 1), (0, 1, 0, 0)],
}
X = sympy.Symbol("x", real=True)
FORMULAS = {
    "tanh": sympy.tanh(X),
    "sigmoid": 1 / (1 + sympy.exp(-X)),
    "softplus": sympy.log(1 + sympy.exp(X)),
    "silu": X / (1 + sympy.exp(-X)),
    "exponential": sympy.exp(X),
    "sin": sympy.sin(X),
    "cos": sympy.cos(X),
    "linear": X,
}


def points(coordinates, count=5):
    return np.random.default_rng(1).uniform(
        LOW[:coordinates], HIGH[:coordinates], (count, coordinates)
    )


def network(coordinates, activation="tanh", unknowns=1, **options):
    """Two hidden layers with biases that are not zero."""
    keras.utils.set_random_seed(2)
    model = pinn(LOW[:coordinates], HIGH[:coordinates], unknowns, (7, 6), activation, **options)
    for variable in model.trainable_variables:
        variable.assign_add(0.3 * np.random.default_rng(3).standard_normal(variable.shape))
    return model


def by_series(model, x, wanted):
    """Return derivatives of the model, `{multi-index: (unknowns, points)}`."""
    indices = taylor.multi_indices([(0,) * x.shape[1], *wanted])
    prepared = taylor_network.prepare(model, x, indices)
    series = taylor_network.propagate(model, tf.constant(x.T), prepared, indices)
    return {index: (series[index] * taylor.factorial(index)).numpy() for index in wanted}


def of_formulas(texts, x, indices):
    """Return the series of formulas, by sympy."""
    names = NAMES[: x.shape[1]]
    found = {}
    for index in indices:
        orders = [
            (sympy.Symbol(name, real=True), order) for name, order in zip(names, index, strict=True)
        ]
        derivatives = [sympy.diff(formula.parse(text, names), *orders) for text in texts]
        values = [formula.compile_function(derivative, names)(*x.T) for derivative in derivatives]
        found[index] = np.stack(values) / taylor.factorial(index)
    return found


def check_by_tape(model, coordinates, wanted):
    x = points(coordinates)
    found = by_series(model, x, wanted)
    for index in wanted:
        for unknown in range(model.output_shape[-1]):
            expected = tape_derivative(
                model, [tf.constant(column) for column in x.T], index, unknown
            ).numpy()
            scale = np.abs(expected).max()
            assert scale > 1e-3  # there is something to compare
            np.testing.assert_allclose(
                found[index][unknown], expected, rtol=1e-11, atol=1e-12 * scale, err_msg=str(index)
            )


@pytest.mark.parametrize("coordinates", INDICES)
def test_derivatives_of_a_network(coordinates):
    check_by_tape(network(coordinates), coordinates, INDICES[coordinates])


@pytest.mark.parametrize("activation", ["sigmoid", "softplus", "silu", "sin", "exponential"])
def test_derivatives_with_every_activation(activation):
    check_by_tape(network(2, activation), 2, [(4, 0), (1, 2), (2, 2), (0, 1)])


@pytest.mark.parametrize(
    "options",
    [
        {"periodic": (0,)},
        {"periodic": (0, 1), "harmonics": 2},
        {"fourier_features": 5},
        {"fourier_features": 4, "periodic": (1,), "harmonics": 1},
    ],
    ids=str,
)
def test_derivatives_with_periodic_and_fourier_features(options):
    check_by_tape(network(2, **options), 2, [(4, 0), (0, 4), (1, 3), (2, 1), (1, 0)])


def test_derivatives_of_a_trial_solution_for_several_unknowns():
    texts = (["sin(3*x)*exp(y)", "x^2*y^3", "0"], ["y*(1 - x^2)", "1", "cosh(x)"])
    trial = TrialSolution(NAMES[:2], *texts, dtype="float64")
    model = network(2, unknowns=3, periodic=(0,), trial=trial)
    check_by_tape(model, 2, INDICES[2])


def gated_network():
    """Return a network of two coordinates that only its Functional graph describes.

    Source: S. Wang, Y. Teng, P. Perdikaris, arXiv:2001.04536, section 3.
    """
    keras.utils.set_random_seed(4)
    dense, options = layers.Dense, {"activation": "tanh", "dtype": "float64"}
    inputs = keras.Input((2,), dtype="float64")
    u, v, x = (dense(5, **options)(inputs) for _ in range(3))
    for _ in range(2):
        gate = dense(5, **options)(x)
        rest = layers.Activation("sigmoid", dtype="float64")(dense(5, dtype="float64")(x))
        gated = [layers.Multiply(dtype="float64")(pair) for pair in ((gate, u), (rest, v))]
        x = layers.Add(dtype="float64")(gated)
    x = layers.Concatenate(dtype="float64")([x, inputs])
    outputs = dense(2, dtype="float64", use_bias=False)(x)
    return keras.Model(inputs, outputs)


def test_derivatives_of_a_gated_network():
    check_by_tape(gated_network(), 2, INDICES[2])


def test_a_layer_without_a_rule_is_named():
    inputs = keras.Input((1,), dtype="float64")
    outputs = layers.LayerNormalization(dtype="float64", name="norm")(inputs)
    with pytest.raises(TypeError, match="'norm' .LayerNormalization. has no Taylor series"):
        by_series(keras.Model(inputs, outputs), points(1), [(1,)])


@pytest.mark.parametrize("name", FORMULAS)
def test_coefficients_of_an_activation(name):
    z = np.array([-30.0, -3.0, -0.7, 0.0, 0.2, 1.0, 2.5, 30.0])
    found = taylor.ACTIVATIONS[name](tf.constant(z), 6)
    for order, coefficient in enumerate(found):
        derivative = sympy.diff(FORMULAS[name], X, order) / math.factorial(order)
        expected = np.array(
            [float(derivative.evalf(40, subs={X: sympy.Rational(number)})) for number in z]
        )
        np.testing.assert_allclose(
            coefficient, expected, rtol=1e-13, atol=1e-14, err_msg=f"order {order}"
        )


def test_every_activation_is_tested():
    assert set(FORMULAS) == set(taylor.ACTIVATIONS)


@pytest.mark.parametrize("order", range(3))
@pytest.mark.parametrize("name", FORMULAS)
def test_no_more_coefficients_than_wanted(name, order):
    assert len(taylor.ACTIVATIONS[name](tf.constant([0.5]), order)) == order + 1


def test_the_product_is_that_of_polynomials():
    """Cut off behind the wanted powers; a product with a series that lacks powers, too."""
    x, y = sympy.symbols("x y")
    random = np.random.default_rng(0)
    indices = taylor.multi_indices([(3, 1), (1, 2)])
    a = {index: random.integers(-9, 9, (2, 3)).astype("float64") for index in indices}
    b = {
        index: random.integers(-9, 9, (2, 3)).astype("float64")
        for index in indices
        if index not in ((0, 0), (1, 1))
    }
    found = taylor.product(a, b, indices)
    for place in itertools.product(range(2), range(3)):
        one, other = (
            sum(int(c[place]) * x**i * y**j for (i, j), c in series.items()) for series in (a, b)
        )
        expected = sympy.Poly(one * other, x, y)
        for i, j in indices:
            assert found.get((i, j), np.zeros((2, 3)))[place] == int(
                expected.coeff_monomial(x**i * y**j)
            )


def test_the_product_rule():
    """(f g)_xxy of formulas, by their series and by sympy."""
    x, names = points(2), NAMES[:2]
    indices = taylor.multi_indices([(2, 1)])
    f, g = "sin(x*y) + x", "exp(x - 2*y)"
    found = taylor.product(of_formulas([f], x, indices), of_formulas([g], x, indices), indices)
    derivative = sympy.diff(
        formula.parse(f"({f})*({g})", names), (X, 2), sympy.Symbol("y", real=True)
    )
    np.testing.assert_allclose(
        2 * found[2, 1][0], formula.compile_function(derivative, names)(*x.T), rtol=1e-13
    )


def test_an_index_needs_all_below_it():
    assert taylor.multi_indices([(2, 1)]) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert taylor.factorial((3, 0, 2)) == 12
