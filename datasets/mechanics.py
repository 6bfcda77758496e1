"""Mechanical systems by their energy H(q, p), and their motion: dq/dt = dH/dp, dp/dt = -dH/dq."""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.integrate import solve_ivp

from symbolic.formula import compile_function, parse

TOLERANCE = 1e-10  # relative error of a step in time
TOGETHER = 50  # trajectories that are integrated at once


class System(NamedTuple):
    """A system without friction.

    Args:
        positions, momenta: names of the coordinates q and p, of equal number.
        energy: formula of H(q, p).
        mass: momentum over velocity.
        draw: function of a random generator to a first state, `(2 * coordinates,)`.
        times: at which the states are known.
        trajectories: usual number of trajectories.
        noise: standard deviation of the noise of each number of a state.
        test_share: share of the trajectories that tests.
        horizon: time to which rollouts are scored.
    """

    positions: tuple[str, ...]
    momenta: tuple[str, ...]
    energy: str
    mass: float
    draw: Callable
    times: np.ndarray
    trajectories: int
    noise: float
    test_share: float
    horizon: float

    @property
    def names(self):
        return (*self.positions, *self.momenta)


def draw_on_circle(low, high):
    """Return a function that draws a state at a random angle and distance from the origin."""

    def draw(random):
        direction = random.uniform(-1, 1, 2)
        return direction / np.linalg.norm(direction) * random.uniform(low, high)

    return draw


def draw_two_bodies(random):
    """Draw two bodies on nearly circular orbits around each other."""
    x = random.uniform(0.5, 1.5, 2)
    v = np.array([-x[1], x[0]]) / (2 * np.linalg.norm(x) ** 1.5)
    v *= 1 + 0.05 * random.normal()
    return np.concatenate([x, -x, v, -v])


def draw_three_bodies(random):
    """Draw three bodies on a triangle, up to a fifth faster or slower than on a circular orbit."""
    x = random.uniform(-1, 1, 2)
    radius = random.uniform(0.9, 1.2)
    x *= radius / np.linalg.norm(x)
    speed = np.sqrt(np.sin(np.pi / 3) / (2 * np.cos(np.pi / 6) ** 2)) / radius**1.5
    positions = [rotate(x, 2 * np.pi / 3 * number) for number in range(3)]
    velocities = [speed * rotate(y, np.pi / 2) for y in positions]
    velocities = [v * (1 + 0.2 * random.uniform(-1, 1, 2)) for v in velocities]
    return np.concatenate([*positions, *velocities])


def rotate(x, angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * x[0] - s * x[1], s * x[0] + c * x[1]])


def describe_bodies(bodies):
    """Return positions, momenta and energy of bodies of mass 1 that attract each other."""
    numbers = range(1, bodies + 1)
    positions = [f"{axis}{n}" for n in numbers for axis in "xy"]
    kinetic = " + ".join(f"p{name}^2/2" for name in positions)
    pairs = [(i, j) for i in numbers for j in numbers if i < j]
    potential = "".join(f" - 1/((x{i} - x{j})^2 + (y{i} - y{j})^2)^0.5" for i, j in pairs)
    return tuple(positions), tuple(f"p{name}" for name in positions), kinetic + potential


# Energies, first states, times and noise of S. Greydanus et al., Hamiltonian Neural Networks,
# arXiv:1906.01563, and of their code. Bodies have fewer trajectories here: they had 1000 and 5000.
SYSTEMS = {
    "spring": System(
        *(("q",), ("p",), "q^2 + p^2", 0.5, draw_on_circle(0.1, 1.0)),
        *(np.linspace(0, 3, 30), 50, 0.1, 0.5, 20),
    ),
    "pendulum": System(
        *(("q",), ("p",), "3*(1 - cos(q)) + p^2", 0.5, draw_on_circle(1.3, 2.3)),
        *(np.linspace(0, 3, 45), 50, 0.1, 0.5, 20),
    ),
    "two-bodies": System(
        *describe_bodies(2), 1.0, draw_two_bodies, np.linspace(0, 20, 50), 200, 0.0, 0.2, 20
    ),
    "three-bodies": System(
        *describe_bodies(3), 1.0, draw_three_bodies, np.linspace(0, 5, 20), 400, 0.0, 0.2, 5
    ),
}


class Law(NamedTuple):
    """What moves the states of a system.

    Args:
        energy: function of states, `(..., numbers)`, to energies, `(...)`.
        derive: function of states to their derivatives by time.
    """

    energy: Callable
    derive: Callable


@functools.cache
def compile_law(name, velocities=False):
    """Return the `Law` of a system in `SYSTEMS`.

    Args:
        name: name of the system.
        velocities: whether states have velocities instead of momenta.
    """
    import sympy

    system = SYSTEMS[name]
    half, energy = len(system.positions), parse(system.energy, system.names)
    symbols = {str(symbol): symbol for symbol in energy.free_symbols}
    slopes = [sympy.diff(energy, symbols[p]) for p in system.momenta]
    slopes += [-sympy.diff(energy, symbols[q]) for q in system.positions]
    functions = [compile_function(slope, system.names) for slope in slopes]
    measure = compile_function(energy, system.names)
    units = np.ones(2 * half)
    if velocities:
        units[half:] = system.mass

    def derive(states):
        numbers = np.moveaxis(states * units, -1, 0)
        return np.stack([f(*numbers) for f in functions], axis=-1) / units

    return Law(lambda states: measure(*np.moveaxis(states * units, -1, 0)), derive)


def integrate(derive, states, times):
    """Integrate an autonomous system by an eighth-order Runge-Kutta method.

    Args:
        derive: function of states to their derivatives, `(trajectories, numbers)` each.
        states: at the first time, `(trajectories, numbers)`.
        times: `(times,)`, increasing.

    Returns: `(trajectories, times, numbers)`.
    """
    found = []
    for first in range(0, len(states), TOGETHER):
        part = states[first : first + TOGETHER]
        solved = solve_ivp(
            lambda t, y, shape=part.shape: derive(y.reshape(shape)).ravel(),
            (times[0], times[-1]), part.ravel(), "DOP853", times,
            rtol=TOLERANCE, atol=TOLERANCE / 100,
        )  # fmt: skip
        found.append(np.moveaxis(solved.y.reshape(*part.shape, -1), -1, 1))
    return np.concatenate(found)


def draw_mechanics(name, trajectories, seed, velocities=False):
    """Simulate a system.

    Args:
        name: name of the system in `SYSTEMS`.
        trajectories: number of trajectories.
        seed: seed of the first states and of the noise.
        velocities: whether states have velocities instead of momenta.

    Returns: states without and with noise, `(trajectories, times, numbers)` each.
    """
    system, random = SYSTEMS[name], np.random.default_rng(seed)
    first = np.stack([system.draw(random) for _ in range(trajectories)])
    states = integrate(compile_law(name).derive, first, system.times)
    if velocities:
        states[..., len(system.positions) :] /= system.mass
    return states, states + system.noise * random.normal(size=states.shape)
