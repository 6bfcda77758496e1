"""A field and a hidden term together: the Jacobian by differences, and a term that is known."""

import keras
import numpy as np
import pytest
import sympy
import tensorflow as tf

from equations.collocation import Measurements
from equations.terms import Term
from models.hidden_physics import hidden_physics
from training.hidden_term import HiddenTerm, fit_hidden_term


@pytest.fixture
def system():
    keras.utils.set_random_seed(0)
    model = hidden_physics([-1, 0], [1, 1], 2, (5, 5), (4,))
    random = np.random.default_rng(0)
    x, points = random.uniform(0, 1, (30, 2)), random.uniform(0, 1, (40, 2))
    u, measured = sympy.symbols("u measured", real=True)
    term = Term(("u",), (u - measured,), ((u, 0, (0, 0), 0),), ("measured",))
    # u = exp(-t) sin(x), for which u_t = u_xx.
    y = np.exp(-x[:, 1:]) * np.sin(x[:, :1])
    parts = term, Measurements(x, y), points, 0.5
    return HiddenTerm(model.get_layer("pinn"), model.get_layer("term"), ("x", "t"), *parts)


def test_the_jacobian(system):
    weights = system.get_weights()
    rows, jacobian = (x.numpy() for x in system.jacobian(tf.constant(weights), system.batch))
    assert jacobian.shape == (70, len(weights))
    np.testing.assert_allclose(rows, system.residuals(tf.constant(weights), system.batch))
    for number in np.random.default_rng(1).choice(len(weights), 12, replace=False):
        step = np.zeros_like(weights)
        step[number] = 1e-5
        ends = [system.residuals(tf.constant(weights + s * step), system.batch).numpy()
                for s in (1, -1)]  # fmt: skip
        slope = (ends[0] - ends[1]) / 2e-5
        np.testing.assert_allclose(jacobian[:, number], slope, atol=1e-7)


def test_both_are_fitted_together(system):
    held_out = iter([3.0, 1.0, 2.0, 2.0, 2.0, 2.0])
    before = system.residuals(tf.constant(system.get_weights()), system.batch).numpy()
    seen = []
    report = lambda step, losses: seen.append(system.get_weights())  # noqa: E731
    history = fit_hidden_term(system, lambda: next(held_out), 30, 3, report)
    assert history["val_loss"] == [3.0, 1.0, 2.0, 2.0, 2.0, 2.0]  # the patience is over
    np.testing.assert_array_equal(system.get_weights(), seen[1])
    assert history["loss"][-1] < 0.1 * (before @ before)
    parts = history["term measurements"][-1] + history["term equation"][-1]
    assert parts == pytest.approx(history["loss"][-1])
