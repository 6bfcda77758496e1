"""Bodies that attract or repel each other in pairs: laws of force, simulated by leapfrog."""

import functools
from typing import NamedTuple

import numpy as np

from symbolic.formula import compile_function, parse

SPREAD = 1.0  # standard deviation of the first positions
SPEED = 0.5  # standard deviation of the first velocities
PROPERTIES = ("mass", "charge")


class Law(NamedTuple):
    """A force along the line between two bodies; it is positive where they repel each other.

    Args:
        force: a formula of the distance and of properties of both, such as mass_1 and mass_2.
        potential: energy of a pair, whose derivative by the distance is minus the force.
        properties: names of the properties that bodies have, of `PROPERTIES`; without a mass, it
            is 1.
    """

    force: str
    potential: str
    properties: tuple[str, ...] = ()


# Softening, the 0.1 beside the squared distance, keeps the force of close bodies finite.
LAWS = {
    "springs": Law("-2*(distance - 1)", "(distance - 1)^2"),
    "gravity": Law(
        "-mass_1*mass_2*distance/(distance^2 + 0.1)^1.5",
        "-mass_1*mass_2/(distance^2 + 0.1)^0.5",
        ("mass",),
    ),
    "charges": Law(
        "charge_1*charge_2*distance/(distance^2 + 0.1)^1.5",
        "charge_1*charge_2/(distance^2 + 0.1)^0.5",
        ("charge",),
    ),
}


def name_pair(properties):
    """Return names of a pair's numbers: the distance, and each property of either body."""
    return ["distance", *(f"{name}_{body}" for name in properties for body in (1, 2))]


@functools.cache
def compile_law(formula, properties):
    """Return a force or a potential as a NumPy function of the numbers of a pair."""
    return compile_function(parse(formula), name_pair(properties))


def list_pairs(positions, properties, law):
    """Return differences x_i - x_j, and the numbers of all pairs, which the law takes.

    A body stands at a distance of 1 from itself, so that no law is infinite there.
    """
    difference = positions[..., :, None, :] - positions[..., None, :, :]
    distance = np.linalg.norm(difference, axis=-1) + np.eye(positions.shape[-2])
    pairs = [distance]
    for name in law.properties:
        pairs += [properties[name][..., :, None], properties[name][..., None, :]]
    return difference, pairs


def accelerate(positions, properties, law):
    """Return the acceleration of each body by all others, of the shape of the positions.

    Args:
        positions: `(..., bodies, dimensions)`.
        properties: `{name: (..., bodies)}`.
        law: a `Law`.
    """
    difference, pairs = list_pairs(positions, properties, law)
    force = compile_law(law.force, law.properties)(*pairs)
    total = np.sum((force / pairs[0])[..., None] * difference, axis=-2)
    return total / properties["mass"][..., None] if "mass" in properties else total


def measure_energy(positions, velocities, properties, law):
    """Return the sum of kinetic and potential energy of each state, `(...)`."""
    mass = properties.get("mass", np.ones(positions.shape[-2]))
    kinetic = 0.5 * np.sum(mass[..., None] * velocities**2, axis=(-1, -2))
    _, pairs = list_pairs(positions, properties, law)
    potential = compile_law(law.potential, law.properties)(*pairs)
    pairs_once = np.triu(np.ones(potential.shape[-2:]), 1)
    return kinetic + np.sum(potential * pairs_once, axis=(-1, -2))


def leapfrog(accelerate, positions, velocities, step):
    """Advance bodies by one step in time: half a kick, a drift, half a kick.

    The scheme is symplectic: of forces that have a potential, the energy oscillates and does not
    drift. It takes arrays of NumPy and tensors alike.

    Args:
        accelerate: function of positions.
        positions, velocities: `(..., bodies, dimensions)`.
        step: step in time.
    """
    velocities = velocities + 0.5 * step * accelerate(positions)
    positions = positions + step * velocities
    return positions, velocities + 0.5 * step * accelerate(positions)


def simulate(accelerate, positions, velocities, step, steps):
    """Return the motion from its first state on.

    Args:
        accelerate: function of positions.
        positions, velocities: `(trajectories, bodies, dimensions)`.
        step: step in time.
        steps: number of steps.

    Returns: positions and velocities, `(trajectories, steps + 1, bodies, dimensions)` each.
    """
    motion = [(positions, velocities)]
    for _ in range(steps):
        motion.append(leapfrog(accelerate, *motion[-1], step))
    return tuple(np.stack(part, axis=1) for part in zip(*motion, strict=True))


def draw_bodies(law, trajectories, bodies, dimensions, random):
    """Draw first positions and velocities, and properties; the centre of mass is at rest at 0.

    Masses are from 0.5 to 1.5, charges too, of either sign.

    Returns: `(trajectories, bodies, dimensions)` twice, and `{name: (trajectories, bodies)}`.
    """
    shape = trajectories, bodies
    sizes = {name: random.uniform(0.5, 1.5, shape) for name in law.properties}
    if "charge" in sizes:
        sizes["charge"] *= random.choice([-1.0, 1.0], shape)
    weight = sizes.get("mass", np.ones(shape))[..., None]

    def draw(spread):
        x = spread * random.normal(size=(*shape, dimensions))
        return x - np.sum(weight * x, axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)

    return draw(SPREAD), draw(SPEED), sizes


def draw_motion(law, trajectories, bodies, step, steps, seed, dimensions=2):
    """Draw bodies and simulate their motion by a law.

    Args:
        law: a `Law`.
        trajectories: number of trajectories.
        bodies: number of bodies in each.
        step: time between two states.
        steps: number of steps of each trajectory.
        seed: seed of the random numbers.
        dimensions: dimensions of space.

    Returns: `{"positions", "velocities": (trajectories, steps + 1, bodies, dimensions)}` and each
    property, `(trajectories, bodies)`.
    """
    random = np.random.default_rng(seed)
    *state, properties = draw_bodies(law, trajectories, bodies, dimensions, random)
    motion = simulate(lambda x: accelerate(x, properties, law), *state, step, steps)
    return {"positions": motion[0], "velocities": motion[1], **properties}
