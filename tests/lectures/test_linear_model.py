"""The linear model's gradient and its descent in closed form, against steps that are taken."""

import numpy as np
import pytest

from lectures.descent import GradientDescent, walk
from lectures.linear_model import compute_gradient, compute_loss, derive_losses, find_largest_rate

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 3)) * [1, 2, 0.5]
Y = X @ [1.0, -2.0, 3.0] + RANDOM.normal(size=50)
MINIMUM = np.linalg.lstsq(X, Y)[0]


def test_the_gradient_is_the_derivative_of_the_loss():
    weights = np.array([0.3, 0.1, -1.0])
    shifts = 1e-6 * np.eye(3)
    quotients = [
        (compute_loss(X, Y, weights + shift) - compute_loss(X, Y, weights - shift)) / 2e-6
        for shift in shifts
    ]
    np.testing.assert_allclose(compute_gradient(X, Y, weights), quotients, atol=1e-8)
    np.testing.assert_allclose(compute_gradient(X, Y, MINIMUM), 0, atol=1e-12)


@pytest.mark.parametrize("fraction", [0.1, 0.9, 1.1])
def test_descent_follows_its_closed_form_and_diverges_above_the_limit(fraction):
    rate = fraction * find_largest_rate(X)
    path = walk(GradientDescent(rate), lambda w: compute_gradient(X, Y, w), np.zeros(3), 30)
    losses = [compute_loss(X, Y, weights) for weights in path]
    np.testing.assert_allclose(derive_losses(X, Y, MINIMUM, rate, 30), losses, rtol=1e-11)
    assert (losses[-1] > losses[0]) == (fraction > 1)
