"""The Jacobian by backpropagation against difference quotients, and a fit whose end is known."""

import numpy as np
import pytest

from lectures.curve_system import CurveSystem
from training.levenberg_marquardt import LevenbergMarquardt

X = np.linspace(-1.0, 1.0, 41)


@pytest.mark.parametrize("activation", ["tanh", "softplus", "identity"])
@pytest.mark.parametrize("hidden", [(3,), (4, 3, 2)])
def test_the_jacobian_is_the_derivative_of_the_residuals(hidden, activation):
    system = CurveSystem(hidden, activation, X, np.sin(X))
    weights = system.draw_weights(np.random.default_rng(0))
    rows, jacobian = (tensor.numpy() for tensor in system.jacobian(weights))
    np.testing.assert_array_equal(rows, system.residuals(weights))
    for index, column in enumerate(jacobian.T):
        shift = 1e-6 * (np.arange(len(weights)) == index)
        above, below = system.residuals(weights + shift), system.residuals(weights - shift)
        np.testing.assert_allclose(column, (above - below).numpy() / 2e-6, atol=1e-8)


def test_a_network_finds_the_network_that_made_the_curve():
    truth = CurveSystem((1,), "tanh", X, X)
    made = np.array([1.3, -0.4, 2.0, 0.5])  # 2 tanh(1.3 x - 0.4) + 0.5
    y = truth.residuals(made).numpy() * len(X) ** 0.5 + X
    np.testing.assert_allclose(y, 2 * np.tanh(1.3 * X - 0.4) + 0.5)
    system, optimizer = CurveSystem((1,), "tanh", X, y), LevenbergMarquardt()
    weights = system.draw_weights(np.random.default_rng(1))
    for _ in range(100):
        weights, loss = optimizer.step(system, weights, None)
    assert loss < 1e-20
    # tanh is odd, so two signs may change together.
    np.testing.assert_allclose(np.abs(weights), np.abs(made), rtol=1e-6)
