"""Vector fields by hand, and steps in time against closed forms."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models import vector_fields
from models.integrators import (
    RK4,
    roll_out,
    step_adaptively,
    step_explicitly,
    step_symplectically,
)

MEANS, SIZES, RATES = [0.1, -0.2], [1.5, 0.7], [2.0, 3.0]
STATES = tf.constant(np.random.default_rng(0).normal(size=(5, 2)))


@pytest.mark.parametrize(
    ("kind", "options", "outputs", "weights"),
    [
        ("plain", {}, 2, 2 * 6 + 6 + 6 * 5 + 5 + 5 * 2 + 2 * (5 + 1)),
        ("plain", {"degree": 1}, 2, 2 * 6 + 6 + 6 * 5 + 5 + 5 * 2 + 2 * (2 + 1)),
        ("hamiltonian", {"energy": "general"}, 1, 2 * 6 + 6 + 6 * 5 + 5 + 5 + 2),
        ("hamiltonian", {}, 1, 2 * (6 + 6 + 6 * 5 + 5 + 5) + 2),
        ("hamiltonian", {"energy": "mechanical"}, 1, 6 + 6 + 6 * 5 + 5 + 5 + 2),
        ("lagrangian", {}, 1, 2 * 6 + 6 + 6 * 5 + 5 + 5),
    ],
)
def test_builders(kind, options, outputs, weights, tmp_path):
    network = getattr(vector_fields, kind)(MEANS, SIZES, RATES, (6, 5), **options)
    assert network.count_params() == weights
    found = network(STATES)
    assert found.shape == (5, outputs) and found.dtype == "float64"
    network.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(STATES), found, rtol=1e-12)


def test_a_polynomial_without_a_network():
    """Of third degree: 1, x, y, x^2, xy, ... in this order; of many numbers the degree is lower."""
    network = vector_fields.plain(MEANS, SIZES, RATES, (), degree=3)
    x, y = (STATES / SIZES).numpy().T
    products = [x, y, x * x, x * y, y * y, x**3, x * x * y, x * y * y, y**3]
    (layer,) = (one for one in network.layers if one.weights)
    random = np.random.default_rng(0)
    kernel, bias = random.normal(size=(9, 2)), random.normal(size=2)
    layer.set_weights([kernel, bias])
    expected = RATES * (np.stack(products, axis=1) @ kernel + bias)
    np.testing.assert_allclose(network(STATES), expected, rtol=1e-10)
    many = vector_fields.plain([0.0] * 9, [1.0] * 9, [1.0] * 9, (), degree=3)
    assert many.count_params() == 9 * (9 + 1)


def test_hamiltons_equations_by_hand():
    """H = q^2 p: dq/dt = q^2, dp/dt = -2 q p."""
    derive = vector_fields.follow_hamiltonian(lambda y: y[:, :1] ** 2 * y[:, 1:])
    q, p = STATES[:, 0], STATES[:, 1]
    np.testing.assert_allclose(derive(STATES), np.stack([q**2, -2 * q * p], axis=1))


@pytest.mark.parametrize("mean", [0.1, 20.0])
def test_an_energy_starts_as_springs_and_masses(mean):
    """At rest in 0, or, of positions that are far away from it, in their mean."""
    network = vector_fields.hamiltonian([mean, -0.2], SIZES, RATES, (4,), energy="mechanical")
    last = network.get_layer("potential")
    last.set_weights([np.zeros_like(last.get_weights()[0])])
    found = vector_fields.follow_hamiltonian(network)(STATES)
    (q, p), unit = STATES.numpy().T, SIZES[1] * RATES[0]  # of an energy
    rest = mean if mean == 20 else 0
    expected = [unit * p / SIZES[1] ** 2, -unit * (q - rest) / SIZES[0] ** 2]
    np.testing.assert_allclose(found, np.stack(expected, axis=1))


def test_lagranges_equations_of_a_double_pendulum():
    """Of unit lengths and masses, g = 1, against its textbook form and its energy."""

    def lagrangian(y):
        a, b, u, v = (y[:, k, None] for k in range(4))
        return u**2 + v**2 / 2 + u * v * tf.cos(a - b) + 2 * tf.cos(a) + tf.cos(b)

    y = tf.constant(np.random.default_rng(1).normal(size=(6, 4)))
    a, b, u, v = y.numpy().T
    d = a - b
    below = 3 - np.cos(2 * d)
    first = -3 * np.sin(a) - np.sin(a - 2 * b) - 2 * np.sin(d) * (v**2 + u**2 * np.cos(d))
    second = 2 * np.sin(d) * (2 * u**2 + 2 * np.cos(a) + v**2 * np.cos(d))
    expected = np.stack([u, v, first / below, second / below], axis=1)
    np.testing.assert_allclose(vector_fields.follow_lagrangian(lagrangian)(y), expected, rtol=1e-10)
    energy = vector_fields.lagrangian_energy(lagrangian)(y)[:, 0]
    kinetic = u**2 + v**2 / 2 + u * v * np.cos(d)
    np.testing.assert_allclose(energy, kinetic - 2 * np.cos(a) - np.cos(b))


def turn(y):
    """dq/dt = p, dp/dt = -q, whose states turn by an angle of the time."""
    return tf.stack([y[:, 1], -y[:, 0]], axis=1)


TIMES = np.array([0.0, 0.3, 1.0, 1.1, 5.0])


@pytest.mark.parametrize(
    ("advance", "longest", "error"),
    [
        (lambda y, h: step_explicitly(turn, y, h, RK4)[0], 0.05, 1e-5),
        (lambda y, h: step_symplectically(turn, y, h), 0.05, 1e-6),
        (step_adaptively(turn, 1e-10), float("inf"), 1e-7),
    ],
)
def test_steps_in_time(advance, longest, error):
    path = tf.function(lambda y, t: roll_out(advance, y, t, longest))(STATES, tf.constant(TIMES))
    q, p = STATES[:, :1], STATES[:, 1:]
    cosine, sine = np.cos(TIMES), np.sin(TIMES)
    expected = np.stack([q * cosine + p * sine, p * cosine - q * sine], axis=-1)
    np.testing.assert_allclose(path, expected, atol=error)


@pytest.mark.parametrize(("step", "order"), [(step_explicitly, 4), (step_symplectically, 4)])
def test_the_order_of_a_step(step, order):
    """Half the step makes the error of a fixed time smaller by 2^order."""

    def measure(count):
        y = STATES
        for _ in range(count):
            y = step(turn, y, 1 / count)
            y = y[0] if isinstance(y, tuple) else y
        angle = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
        return np.abs(y - STATES.numpy() @ angle).max()

    assert np.log2(measure(8) / measure(16)) == pytest.approx(order, abs=0.2)


def test_the_symplectic_method_keeps_areas():
    def pendulum(y):
        return tf.stack([y[:, 1], -tf.sin(y[:, 0])], axis=1)

    with tf.GradientTape() as tape:
        tape.watch(STATES)
        following = step_symplectically(pendulum, STATES, 0.2)
    jacobian = tape.batch_jacobian(following, STATES)
    np.testing.assert_allclose(tf.linalg.det(jacobian), 1, atol=1e-10)
