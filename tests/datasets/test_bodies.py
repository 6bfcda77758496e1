"""Laws of force against their potentials, and leapfrog against closed forms."""

import numpy as np
import pytest
import sympy

from datasets.bodies import (
    LAWS,
    accelerate,
    draw_motion,
    leapfrog,
    measure_energy,
    name_pair,
    simulate,
)
from symbolic.formula import parse


@pytest.mark.parametrize("name", LAWS)
def test_a_force_is_minus_the_derivative_of_its_potential(name):
    law = LAWS[name]
    slope = sympy.diff(parse(law.potential), sympy.Symbol("distance", real=True))
    values = {sympy.Symbol(n, real=True): 0.5 + k for k, n in enumerate(name_pair(law.properties))}
    np.testing.assert_allclose(
        float(parse(law.force).subs(values)), -float(slope.subs(values)), rtol=1e-12
    )


def test_two_bodies_by_hand():
    x = np.array([[0.0, 0.0], [3.0, 4.0]])  # at a distance of 5
    found = accelerate(x, {}, LAWS["springs"])
    np.testing.assert_allclose(found, 8 * np.array([[0.6, 0.8], [-0.6, -0.8]]))
    mass = {"mass": np.array([1.0, 3.0])}
    size = 5 / 25.1**1.5  # of the force over the masses' product
    found = accelerate(x, mass, LAWS["gravity"])
    np.testing.assert_allclose(found, size * np.array([[1.8, 2.4], [-0.6, -0.8]]))
    charge = {"charge": np.array([1.0, -2.0])}
    found = accelerate(x, charge, LAWS["charges"])
    np.testing.assert_allclose(found, 2 * size * np.array([[0.6, 0.8], [-0.6, -0.8]]))
    energy = measure_energy(x, np.array([[1.0, 0.0], [0.0, 2.0]]), mass, LAWS["gravity"])
    np.testing.assert_allclose(energy, 0.5 + 6 - 3 / np.sqrt(25.1))


def test_leapfrog_is_of_second_order_and_symplectic():
    """The oscillator x'' = -x: cos(t)."""
    errors = []
    for steps in (100, 200):
        x, v = simulate(np.negative, np.ones((1, 1, 1)), np.zeros((1, 1, 1)), 6 / steps, steps)
        errors.append(abs(x[0, -1, 0, 0] - np.cos(6)))
    assert 3.9 < errors[0] / errors[1] < 4.1
    step = 0.5
    columns = [leapfrog(np.negative, *state, step) for state in ((1.0, 0.0), (0.0, 1.0))]
    np.testing.assert_allclose(np.linalg.det(np.array(columns)), 1, rtol=1e-14)
    x, v = simulate(np.negative, np.ones((1, 1, 1)), np.zeros((1, 1, 1)), step, 10_000)
    # What it keeps instead of the energy.
    np.testing.assert_allclose((x**2 * (1 - step**2 / 4) + v**2).ravel(), 1 - step**2 / 4)


@pytest.mark.parametrize("name", LAWS)
def test_a_simulation_keeps_momentum_and_energy(name):
    motion = draw_motion(LAWS[name], 6, 4, 0.005, 200, 0)
    x, v = motion["positions"], motion["velocities"]
    properties = {n: motion[n][:, None] for n in LAWS[name].properties}
    assert x.shape == (6, 201, 4, 2)
    mass = properties.get("mass", np.ones((6, 1, 4)))[..., None]
    np.testing.assert_allclose((mass * v).sum(axis=2), 0, atol=1e-12)
    energy = measure_energy(x, v, properties, LAWS[name])
    assert np.abs(energy - energy[:, :1]).max() < 0.02 * np.abs(energy).max()
    assert np.abs(v - v[:, :1]).max() > 0.5
    again = draw_motion(LAWS[name], 6, 4, 0.005, 200, 0)
    assert (again["positions"] == x).all()
    other = draw_motion(LAWS[name], 6, 4, 0.005, 200, 1)
    assert (other["positions"] != x).any()
