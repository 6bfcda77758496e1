"""Quasi-Newton methods: formulas written out once more, known minima, and no step upwards."""

import warnings

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
from training.quasi_newton import LBFGS, SelfScaledBroyden

METHODS = {"SSBroyden": SelfScaledBroyden, "L-BFGS": LBFGS}


def by_the_paper(H, s, y, g, alpha):
    """One update of the inverse Hessian as arXiv:2405.04230 has it; the step is s = -alpha H g."""
    P = len(s)
    rho = 1 / (y @ s)
    Hy = H @ y
    h = rho * (y @ Hy)
    b = -alpha * rho * (s @ g)
    a = b * h - 1
    c = np.sqrt(abs(a) / (1 + a))
    rho_minus = min(1, h * (1 - c))
    theta_minus, theta_plus = (rho_minus - 1) / a, 1 / rho_minus
    theta = np.clip((1 - b) / b, theta_minus, theta_plus)
    sigma = 1 + a * theta
    sigma_n = abs(sigma) ** (1 / (1 - P))
    tau = (
        min(min(1, 1 / b) * sigma_n, sigma)
        if theta <= 0
        else min(1, 1 / b) * min(sigma_n, 1 / theta)
    )
    phi = (1 - theta) / (1 + a * theta)
    w = rho * s - Hy / (y @ Hy)
    kept = H - np.outer(Hy, Hy) / (y @ Hy) + phi * (y @ Hy) * np.outer(w, w)
    return kept / tau + rho * np.outer(s, s)


def random_step(seed, size=6):
    """`(H, s, y, g, alpha)` as a step finds them, with y.s > 0."""
    random = np.random.default_rng(seed)
    root = random.standard_normal((size, size))
    H = root @ root.T / size + 0.1 * np.eye(size)
    g, alpha = random.standard_normal(size), random.uniform(0.1, 2)
    s = -alpha * H @ g
    curvature = random.standard_normal((size, size))
    y = (curvature @ curvature.T * random.uniform(0.05, 5) / size + 0.1 * np.eye(size)) @ s
    return H, s, y, g, alpha


def after_learning(H, s, y, g, alpha):
    optimiser = SelfScaledBroyden(len(s))
    optimiser.inverse.assign(H)
    optimiser.learn(s, y, -alpha * (s @ g))
    assert len(optimiser.variables) == 2
    return optimiser.inverse.numpy()


@pytest.mark.parametrize("seed", range(20))
def test_the_update_is_the_papers(seed):
    case = random_step(seed)
    np.testing.assert_allclose(after_learning(*case), by_the_paper(*case), rtol=1e-9, atol=1e-11)


def test_the_updates_see_both_signs_of_theta():
    """So that the test above covers both formulas of the scale."""
    signs = set()
    for seed in range(20):
        H, s, y, g, alpha = random_step(seed)
        b = -alpha * (s @ g) / (y @ s)
        signs.add(b > 1)  # theta <= 0
    assert signs == {True, False}


@pytest.mark.parametrize("seed", range(5))
def test_the_update_keeps_what_an_inverse_hessian_is(seed):
    H, s, y, g, alpha = random_step(seed)
    new = after_learning(H, s, y, g, alpha)
    np.testing.assert_array_equal(new, new.T)
    assert np.linalg.eigvalsh(new).min() > 0
    np.testing.assert_allclose(new @ y, s, rtol=1e-9)  # the secant equation


def test_a_step_without_curvature_teaches_nothing():
    H, s, y, g, alpha = random_step(0)
    np.testing.assert_array_equal(after_learning(H, s, -y, g, alpha), H)
    optimiser = LBFGS(6)
    optimiser.learn(s, -y, 1.0)
    assert int(optimiser.count) == 0


@pytest.mark.parametrize("steps", [1, 4, 9])
def test_lbfgs_applies_the_matrix_of_bfgs(steps, memory=5):
    """That of the last steps, from a multiple of the identity."""
    random, size = np.random.default_rng(0), 7
    root = random.standard_normal((size, size))
    hessian = root @ root.T + np.eye(size)
    pairs = [(s, hessian @ s) for s in random.standard_normal((steps, size))]
    optimiser = LBFGS(size, memory)
    for s, y in pairs:
        optimiser.learn(s, y, 1.0)
    kept = pairs[-memory:]
    s, y = kept[-1]
    H = np.eye(size) * (s @ y) / (y @ y)
    for s, y in kept:
        left = np.eye(size) - np.outer(s, y) / (y @ s)
        H = left @ H @ left.T + np.outer(s, s) / (y @ s)
    gradient = random.standard_normal(size)
    np.testing.assert_allclose(optimiser.apply(gradient), H @ gradient, rtol=1e-10)


@pytest.mark.parametrize("method", METHODS)
def test_rosenbrocks_valley(method):
    found = course(METHODS[method](2), *rosenbrock(), 60)
    np.testing.assert_allclose(found[-1][0], [1, 1], rtol=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_the_minimum_is_that_of_scipy(method):
    found = course(METHODS[method](3), *decay(), 60)[-1]
    expected = scipy.optimize.least_squares(
        lambda w: w[0] * np.exp(-w[1] * T) + w[2] - DECAY,
        [1.0, 0.3, 0.0],
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
    )
    assert found[1] == pytest.approx(2 * expected.cost, rel=1e-12)
    np.testing.assert_allclose(found[0], expected.x, rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_a_quadratic_loss_ends_at_least_squares(method):
    found = course(METHODS[method](5), *linear(), 60)[-1][0]
    np.testing.assert_allclose(found, np.linalg.lstsq(MATRIX, TARGET)[0], rtol=1e-5)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("problem", PROBLEMS)
def test_the_loss_never_rises(method, problem):
    """Long after the minimum is reached, too, without a warning on the user's screen."""
    system, weights = PROBLEMS[problem]()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        losses = [loss for _, loss in course(METHODS[method](len(weights)), system, weights, 120)]
    assert all(
        after <= before * (1 + 1e-15) for before, after in zip(losses, losses[1:], strict=False)
    )


@pytest.mark.parametrize("method", METHODS)
def test_where_no_step_lowers_the_loss_the_weights_stay(method):
    """A loss that lies: the gradient points the wrong way."""

    class Wrong(SmallSystem):
        def loss_and_gradient(self, weights, batch=None):
            loss, gradient = super().loss_and_gradient(weights, batch)
            return loss, -gradient

    weights = np.array([1.0, 2.0])
    found, loss = METHODS[method](2).step(Wrong(lambda w: w), weights, None)
    np.testing.assert_array_equal(found, weights)
    assert loss == 5


@pytest.mark.parametrize("method", METHODS)
def test_steps_to_where_there_is_no_number_are_not_taken(method):
    """The first step is as long as the gradient, and leads to negative numbers."""
    weights, scales = np.array([0.9, 0.7]), [0.3, 0.2]
    system = SmallSystem(lambda w: tf.math.log(w / scales))
    assert (weights - system.loss_and_gradient(weights)[1].numpy()).min() < 0
    found = course(METHODS[method](2), system, weights, 40)
    assert all(np.isfinite(loss) for _, loss in found)
    np.testing.assert_allclose(found[-1][0], scales, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_a_loss_that_is_no_number_is_handed_on(method):
    weights = np.array([-1.0])
    found, loss = METHODS[method](1).step(SmallSystem(tf.math.log), weights, None)
    assert found is weights and not np.isfinite(loss)


@pytest.mark.parametrize("method", METHODS)
def test_its_variables_are_all_that_it_remembers(method):
    check_state_restores(METHODS[method], rosenbrock, steps=6)


def test_new_points_leave_the_curvature():
    for method in METHODS.values():
        optimiser = method(2)
        system, weights = rosenbrock()
        weights = course(optimiser, system, weights, 5)[-1][0]
        gradient = np.array([0.3, -0.7])
        before = optimiser.apply(gradient)
        assert optimiser.previous.numpy()[1] == 1
        optimiser.on_resample()
        assert (
            optimiser.previous.numpy()[1] == 0
        )  # the loss of the last points says nothing of these
        np.testing.assert_array_equal(optimiser.apply(gradient), before)
