"""Rosenblatt's rule, margins and the logistic loss against closed forms and other libraries."""

import keras
import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from sklearn.linear_model import LogisticRegression, Perceptron

from lectures import perceptron


@pytest.fixture
def separable():
    random = np.random.default_rng(3)
    x = random.normal(size=(60, 2))
    height = x @ [0.6, 0.8] + 0.3
    return perceptron.add_one(x[np.abs(height) > 0.2]), np.sign(height[np.abs(height) > 0.2])


def test_margins_by_hand():
    # The plane that keeps farthest from (1, 0) and (0, 1) is the one across the diagonal.
    margin, normal = perceptron.find_margin(np.eye(2), np.ones(2))
    assert margin == pytest.approx(0.5**0.5) and normal == pytest.approx([0.5**0.5, 0.5**0.5])
    corners = perceptron.add_one(np.array([[0.0, 0], [1, 1], [0, 1], [1, 0]]))
    assert perceptron.find_margin(corners, np.array([-1, -1, 1, 1])) == (0.0, None)  # XOR
    margin, _ = perceptron.find_margin(corners, np.array([-1, 1, -1, -1]))  # AND
    assert margin == pytest.approx(1 / np.linalg.norm([2, 2, -3]))


def test_the_margin_is_that_of_a_general_optimiser(separable):
    x, y = separable
    conditions = {"type": "ineq", "fun": lambda w: y * (x @ w) - 1}
    shortest = minimize(lambda w: w @ w, np.array([3.0, 4, 1]), constraints=conditions).x
    margin, normal = perceptron.find_margin(x, y)
    assert margin == pytest.approx(1 / np.linalg.norm(shortest), rel=1e-5)
    assert (y * (x @ normal)).min() == pytest.approx(margin)


def test_mistakes_stay_below_the_bound(separable):
    x, y = separable
    bound = perceptron.bound_mistakes(x, perceptron.find_margin(x, y)[0])
    for seed in range(20):
        weights, mistakes = perceptron.follow_rosenblatt(x, y, 10**4, np.random.default_rng(seed))
        assert (y * (x @ weights) > 0).all()
        assert mistakes[-1] == 0 and 0 < sum(mistakes) <= bound


def test_one_epoch_is_that_of_scikit_learn(separable):
    x, y = separable

    class Unshuffled:
        def permutation(self, rows):
            return np.arange(rows)

    weights, _ = perceptron.follow_rosenblatt(x, y, 1, Unshuffled())
    other = Perceptron(fit_intercept=False, shuffle=False, max_iter=1, tol=None).fit(x, y)
    np.testing.assert_allclose(weights, other.coef_[0])


def test_the_loss_its_gradient_and_its_minimum(separable):
    x, y = separable
    y = y * np.where(np.arange(len(y)) % 7, 1, -1)  # no longer separable
    weights = np.array([0.5, -1.0, 0.2])
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    assert perceptron.compute_loss(x, y, weights) == pytest.approx(
        float(entropy((y > 0).astype("float32"), (x @ weights).astype("float32"))), rel=1e-5
    )
    np.testing.assert_allclose(
        perceptron.compute_gradient(x, y, weights),
        approx_fprime(weights, lambda w: perceptron.compute_loss(x, y, w)),
        atol=1e-6,
    )
    fitted = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10).fit(x, y).coef_[0]
    np.testing.assert_allclose(perceptron.find_minimum(x, y), fitted, rtol=1e-4)
