"""The lecture's formulas against GradientTape for every activation, loss and depth."""

import numpy as np
import pytest
import tensorflow as tf

from lectures.backpropagation import (
    LOSSES,
    compute_cost,
    compute_gradients,
    compute_jacobian,
    differentiate_two_layers,
    forward,
)

TENSORFLOW = {
    "identity": tf.identity,
    "logistic": tf.sigmoid,
    "tanh": tf.tanh,
    "arctan": tf.atan,
    "relu": tf.nn.relu,
    "leaky_relu": lambda z: tf.nn.leaky_relu(z, 0.2),
    "elu": tf.nn.elu,
    "softplus": tf.math.softplus,
}


def network(widths, seed=0):
    random = np.random.default_rng(seed)
    weights = [
        (random.normal(0, below**-0.5, (below, units)), random.normal(0, 0.3, units))
        for below, units in zip(widths, widths[1:], strict=False)
    ]
    x = random.normal(size=(7, widths[0]))
    return x, np.eye(widths[-1])[random.integers(0, widths[-1], 7)], weights


def compute_last_z(x, weights, activation):
    a = tf.constant(x)
    for W, b in weights[:-1]:
        a = TENSORFLOW[activation](a @ W + b)
    W, b = weights[-1]
    return a @ W + b


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", TENSORFLOW)
@pytest.mark.parametrize("widths", [(4, 3), (4, 6, 3), (4, 6, 5, 5, 6, 3)])
def test_gradients_agree_with_the_tape(widths, activation, loss):
    x, y, weights = network(widths)
    variables = [tuple(map(tf.Variable, pair)) for pair in weights]
    with tf.GradientTape() as tape:
        z = compute_last_z(x, variables, activation)
        if loss == "cross-entropy":
            error = tf.nn.softmax_cross_entropy_with_logits(y, z)
        else:
            error = tf.reduce_sum((z - y) ** 2, axis=-1) / 2
        value = tf.reduce_mean(error) + 0.3 * tf.add_n([tf.reduce_sum(W**2) for W, _ in variables])
    outputs = forward(x, weights, activation, loss)[1][-1]
    assert compute_cost(outputs, y, weights, loss, 0.3) == pytest.approx(float(value), rel=1e-14)
    found = compute_gradients(x, y, weights, activation, loss, 0.3)
    for pair, by_tape in zip(found, tape.gradient(value, variables), strict=True):
        for hand, tensor in zip(pair, by_tape, strict=True):
            np.testing.assert_allclose(hand, tensor, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("activation", TENSORFLOW)
def test_the_jacobian_chain_agrees_with_the_tape(activation):
    x, _, weights = network((4, 6, 5, 3))
    inputs = tf.constant(x[:1])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        z = compute_last_z(inputs, weights, activation)
    by_tape = tape.batch_jacobian(z, inputs, experimental_use_pfor=False)[0]
    np.testing.assert_allclose(
        compute_jacobian(x[0], weights, activation), by_tape, rtol=1e-12, atol=1e-14
    )


def test_the_lectures_two_layers_agree_with_the_general_formulas():
    x, y, weights = network((4, 6, 3))
    general = [array for pair in compute_gradients(x, y, weights, "relu") for array in pair]
    for special, found in zip(
        differentiate_two_layers(x, y, *weights[0], *weights[1]), general, strict=True
    ):
        np.testing.assert_allclose(special, found, rtol=1e-13, atol=1e-16)


def test_nothing_is_learned_below_a_step():
    x, y, weights = network((4, 6, 3))
    (below, _), (above, _) = compute_gradients(x, y, weights, "step")
    assert np.all(below == 0) and np.any(above != 0)
