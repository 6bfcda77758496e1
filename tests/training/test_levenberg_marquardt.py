"""Levenberg and Marquardt's method: known minima, its step by hand, and steps that fail."""

import numpy as np
import pytest
import scipy.optimize
import tensorflow as tf

from tests.training.small_systems import (
    DECAY,
    MATRIX,
    PROBLEMS,
    TARGET,
    SmallSystem,
    T,
    check_state_restores,
    course,
    decay,
    linear,
    rosenbrock,
)
from training.levenberg_marquardt import LARGEST_DAMPING, SMALLEST_DAMPING, LevenbergMarquardt


def test_rosenbrocks_valley():
    found = course(LevenbergMarquardt(), *rosenbrock(), 25)
    np.testing.assert_allclose(found[-1][0], [1, 1], rtol=1e-14)


def test_the_minimum_is_that_of_scipy():
    found = course(LevenbergMarquardt(), *decay(), 30)[-1]

    def residuals(w):
        return w[0] * np.exp(-w[1] * T) + w[2] - DECAY

    expected = scipy.optimize.least_squares(
        residuals, [1.0, 0.3, 0.0], method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15
    )
    np.testing.assert_allclose(found[0], expected.x, rtol=1e-7)
    assert found[1] == pytest.approx(2 * expected.cost, rel=1e-12)


def test_a_linear_problem_takes_one_step():
    weights, loss = course(LevenbergMarquardt(damping=1e-14), *linear(), 1)[-1]
    expected, (residual,), *_ = np.linalg.lstsq(MATRIX, TARGET)
    np.testing.assert_allclose(weights, expected, rtol=1e-11)
    assert loss == pytest.approx(residual, rel=1e-12)


@pytest.mark.parametrize("damping", [1e-3, 1.0, 150.0])
def test_the_step_by_hand(damping):
    """(J'J + damping) d = -J'r, and the acceleration with the second derivative along d.

    For Rosenbrock's function the second derivative is constant.
    """
    w = np.array([0.1, 1.0])
    r = np.array([10 * (w[1] - w[0] ** 2), 1 - w[0]])
    jacobian = np.array([[-20 * w[0], 10], [-1, 0]])
    matrix = jacobian.T @ jacobian + damping * np.eye(2)
    d = -np.linalg.solve(matrix, jacobian.T @ r)
    a = -np.linalg.solve(matrix, jacobian.T @ [-20 * d[0] ** 2, 0]) / 2
    expected = w + d + a
    after = np.sum(np.square([10 * (expected[1] - expected[0] ** 2), 1 - expected[0]]))
    found, loss = LevenbergMarquardt(damping).step(rosenbrock()[0], w, None)
    np.testing.assert_allclose(found, expected, rtol=1e-11)
    assert loss == pytest.approx(after, rel=1e-9)


def test_a_long_acceleration_is_left_out():
    """For r = w^2 - 1 at 0.1 it is longer than the step itself."""
    w, damping = 0.1, 0.15
    d = -2 * w * (w**2 - 1) / (4 * w**2 + damping)
    a = -2 * w * d**2 / (4 * w**2 + damping)
    assert abs(a) > abs(d)
    found, _ = LevenbergMarquardt(damping).step(
        SmallSystem(lambda w: w**2 - 1), np.array([w]), None
    )
    np.testing.assert_allclose(found, [w + d], rtol=1e-12)


def test_near_a_minimum_the_digits_double():
    weights = np.array([1.03, 1.02])
    losses = [
        loss for _, loss in course(LevenbergMarquardt(damping=1e-12), rosenbrock()[0], weights, 3)
    ]
    errors = np.sqrt(losses)  # of the order of the distance to the minimum
    assert 1e-2 < errors[0] < 1
    for before, after in zip(errors, errors[1:], strict=False):
        assert after <= max(before**2, 1e-12)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_loss_never_rises_and_the_damping_has_limits(problem):
    optimiser = LevenbergMarquardt()
    system, weights = PROBLEMS[problem]()
    loss, dampings = course(optimiser, system, weights, 0)[0][1], []
    for _ in range(60):
        new_weights, new_loss = optimiser.step(system, weights, None)
        assert new_loss <= loss * (
            1 + 1e-15
        )  # what it returns and what it begins with are rounded differently
        weights, loss = new_weights, new_loss
        dampings.append(optimiser.logs()["damping"])
    assert min(dampings) >= SMALLEST_DAMPING and max(dampings) <= LARGEST_DAMPING
    assert min(dampings) < 1e-3  # it falls where steps succeed


def test_where_no_step_lowers_the_loss_the_weights_stay():
    """A loss that lies: the derivatives point the wrong way."""
    optimiser, weights = LevenbergMarquardt(), np.array([1.0, 2.0])

    class Wrong(SmallSystem):
        def jacobian(self, weights, batch=None):
            rows, jacobian = super().jacobian(weights, batch)
            return rows, -jacobian

    system = Wrong(lambda w: w)
    for _ in range(20):
        found, loss = optimiser.step(system, weights, None)
        assert found is weights and loss == 5
    assert optimiser.logs()["damping"] == LARGEST_DAMPING


def test_steps_to_where_there_is_no_number_are_not_taken():
    """Newton's step for log(w) = 0 from 5 leads to -3."""
    found = course(LevenbergMarquardt(damping=1e-6), SmallSystem(tf.math.log), np.array([5.0]), 30)
    assert all(np.isfinite(loss) for _, loss in found)
    np.testing.assert_allclose(found[-1][0], [1.0], rtol=1e-12)


def test_a_loss_that_is_no_number_is_handed_on():
    weights = np.array([-1.0])
    found, loss = LevenbergMarquardt().step(SmallSystem(tf.math.log), weights, None)
    assert found is weights and np.isnan(loss)


def test_weights_that_change_nothing_stay():
    """The Jacobian then is singular, and only the damping lets its square be solved with."""
    system = SmallSystem(
        lambda w: tf.stack([w[0] + w[1] - 3, tf.exp(w[0] + w[1]) - np.exp(3.0), 0 * w[2]])
    )
    weights, loss = course(LevenbergMarquardt(), system, np.array([1.0, 0.5, 7.0]), 40)[-1]
    assert loss < 1e-25 and weights[2] == 7
    assert weights[0] - weights[1] == pytest.approx(0.5, abs=1e-6)


def test_its_variables_are_all_that_it_remembers():
    check_state_restores(lambda size: LevenbergMarquardt(), rosenbrock)
