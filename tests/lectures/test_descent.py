"""The rules of the slide against Keras' optimisers."""

import keras
import numpy as np
import pytest

from lectures.descent import Adam, GradientDescent, Momentum, draw_batches, walk

PAIRS = [
    # Keras keeps these numbers in float32, in which sums of few powers of two are exact.
    (lambda: GradientDescent(1 / 8), lambda: keras.optimizers.SGD(1 / 8)),
    (lambda: Momentum(1 / 8, 0.75), lambda: keras.optimizers.SGD(1 / 8, momentum=0.75)),
    (
        lambda: Adam(1 / 64, 7 / 8, 63 / 64, 2**-20),
        lambda: keras.optimizers.Adam(1 / 64, 7 / 8, 63 / 64, 2**-20),
    ),
]


@pytest.mark.parametrize(
    "make_rule, make_optimizer", PAIRS, ids=["gradient descent", "momentum", "Adam"]
)
def test_rules_take_the_steps_of_keras(make_rule, make_optimizer):
    rule, optimizer = make_rule(), make_optimizer()
    weights = np.array([1.0, -2.0, 0.5])
    variable = keras.Variable(weights, dtype="float64")
    optimizer.build([variable])
    for _ in range(50):
        gradient = np.array([4.0, 1.0, 0.1]) * weights + np.sin(weights)
        weights = rule.step(weights, gradient)
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float64")], [variable])
        np.testing.assert_allclose(weights, variable.numpy(), rtol=0, atol=1e-13)


def test_momentum_on_a_parabola_is_its_recurrence():
    """w_{t+1} = (1 + beta - rate k) w_t - beta w_{t-1}, solved by its characteristic roots."""
    rate, beta, curvature = 0.1, 0.8, 3.0
    rule, weights = Momentum(rate, beta), 1.0
    found = [weights := rule.step(weights, curvature * weights) for _ in range(30)]
    roots = np.roots([1, -(1 + beta - rate * curvature), beta])
    first = 1 - rate * curvature
    a, b = np.linalg.solve([[1, 1], roots], [1, first])
    expected = [(a * roots[0] ** t + b * roots[1] ** t).real for t in range(1, 31)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_an_epoch_has_every_row_once():
    parts = list(draw_batches(10, 4, np.random.default_rng(0)))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert sorted(np.concatenate(parts)) == list(range(10))


def test_a_walk_ends_where_it_diverges():
    # Every step doubles the distance.
    path = walk(GradientDescent(3.0), lambda point: point, [1.0, 0.0], 100)
    assert len(path) == 20 and np.abs(path[-1]).max() == 2.0**19
