"""Many of Adam's steps in one call are the steps of Keras' Adam one by one, and of its formula."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.training.small_systems import check_state_restores, course, decay, linear, rosenbrock
from training.adam import Adam


def one_by_one(system, weights, steps, learning_rate):
    """Return the weights after steps of Keras, and the loss before the last step."""
    variable = keras.Variable(weights, dtype="float64")
    optimizer = keras.optimizers.Adam(learning_rate)
    optimizer.build([variable])
    for _ in range(steps):
        loss, gradient = system.loss_and_gradient(variable.value)
        optimizer.apply([gradient], [variable])
    return variable.numpy(), float(loss)


@pytest.mark.parametrize("problem", [rosenbrock, decay])
def test_the_steps_are_keras_own(problem):
    system, weights = problem()
    optimiser = Adam(len(weights), 0.02, steps=30)
    found, loss = optimiser.step(system, weights, None)
    expected, expected_loss = one_by_one(system, weights, 30, 0.02)
    np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert loss == pytest.approx(expected_loss, rel=1e-10)
    again, _ = optimiser.step(system, found, None)  # the moments go on
    np.testing.assert_allclose(again, one_by_one(system, weights, 60, 0.02)[0], rtol=1e-10)


def test_the_steps_are_the_papers():
    """arXiv:1412.6980, algorithm 1, with Keras' place of epsilon."""
    system, weights = rosenbrock()
    expected, m, v = weights.copy(), np.zeros(2), np.zeros(2)
    for t in range(1, 21):
        x, y = expected
        g = np.array([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        expected -= 0.05 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 1e-7)
    found, _ = Adam(2, 0.05, steps=20).step(system, weights, None)
    np.testing.assert_allclose(
        found, expected, rtol=1e-6
    )  # Keras keeps the learning rate in float32


def test_the_loss_falls():
    losses = [loss for _, loss in course(Adam(5, 0.05), *linear(), 10)]
    assert losses[-1] < 0.9 * losses[0]


def test_callbacks_may_lower_its_learning_rate():
    system, weights = rosenbrock()
    optimiser = Adam(2, 0.02, steps=10)
    before, _ = optimiser.step(system, weights, None)
    assert optimiser.logs() == {"learning_rate": pytest.approx(0.02)}
    optimiser.optimizer.learning_rate = 1e-6
    after, _ = optimiser.step(system, before, None)
    assert optimiser.logs() == {"learning_rate": pytest.approx(1e-6)}
    assert 0 < np.abs(after - before).max() < 1e-4


def test_its_variables_are_all_that_it_remembers():
    check_state_restores(lambda size: Adam(size, 0.01, steps=10), rosenbrock)


def test_float32_stays_float32():
    system, weights = rosenbrock()
    expected, _ = Adam(2, 0.02, steps=20).step(system, weights, None)
    found, _ = Adam(2, 0.02, steps=20, dtype="float32").step(
        system, weights.astype("float32"), None
    )
    assert found.dtype == "float32"
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_every_step_is_in_the_one_call():
    calls = []

    class Counting(type(rosenbrock()[0])):
        def compute_loss_and_gradient(self, weights, batch=None):
            calls.append(tf.executing_eagerly())
            return super().compute_loss_and_gradient(weights, batch)

    optimiser = Adam(2, steps=500)
    system = Counting(rosenbrock()[0].function)
    for _ in range(3):
        optimiser.step(system, np.array([0.5, 0.5]), None)
    assert len(calls) <= 2 and not any(calls)  # traced, not run from Python
    assert int(optimiser.optimizer.iterations) == 1500
