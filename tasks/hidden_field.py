"""Measurements of a field whose equation u_t = N(u, u_x, ...) has an unknown right side."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from errors import UserError
from tasks.measurements import MeasuredField
from tasks.read_measurements import draw_measurements, read_measurements, read_names

TERM = "N"  # name of the right side
FEWEST = 100  # measurements
DISCOVERY_POINTS = 1000  # where the equation of the baseline is to hold
POWERS = 2  # largest power of u in a term of the baseline's library


class Simulation(NamedTuple):
    """A field with a known equation.

    Args:
        solution: function of `{coordinate: (n,)}` that returns `{"u": (n,)}`.
        domain: ends of each coordinate.
        formula: the right side.
        order: its highest derivative in space.
    """

    solution: Callable
    domain: dict
    formula: str
    order: int


def simulate_burgers():
    from equations.references.burgers import solve

    def solution(at):
        return solve(at, nu=0.1)

    return Simulation(solution, {"x": (-1, 1), "t": (0, 1)}, "-u*u_x + 0.1*u_xx", 2)


def simulate_kdv():
    from equations.references.kdv import solve

    return Simulation(solve, {"x": (-10, 10), "t": (-2.5, 2.5)}, "-6*u*u_x - u_xxx", 3)


SIMULATIONS = {"burgers": simulate_burgers, "kdv": simulate_kdv}


@dataclass(frozen=True, kw_only=True)
class HiddenField(MeasuredField):
    """Measurements, and which derivatives the right side may depend on.

    Args:
        order: highest derivative in space.
        simulation: `Simulation`; None if the equation is not known.
    """

    order: int
    simulation: Simulation | None = None

    @property
    def names(self):
        """Names of the arguments of the right side, such as u, u_x, u_xx."""
        (unknown,), space = self.unknowns, self.coordinates[0]
        return [unknown, *(f"{unknown}_{space * k}" for k in range(1, self.order + 1))]

    @property
    def indices(self):
        """Orders of the derivatives of u_t and of the arguments of the right side."""
        return [(0, 1), *((k, 0) for k in range(self.order + 1))]

    @functools.cached_property
    def units(self):
        """What the scaled problem's u_t, u, u_x, ... are multiplied by for the user's units."""
        import numpy as np

        from equations.problem import Derivative

        (unknown,) = self.unknowns
        powers = [self.scales.power_of(Derivative(unknown, index)) for index in self.indices]
        return 10.0 ** np.array(powers, "float64")

    @property
    def offset(self):
        """What is added to u for the user's units."""
        return self.scales.unknowns[self.unknowns[0]].offset


def load_hidden_field(experiment):
    """Read or simulate the measurements of a `HiddenPhysics`.

    Raises: UserError unless they are of a single field of x and t, and enough.
    """
    import numpy as np

    options, simulation = experiment, None
    if options.data:
        coordinates, unknowns, _ = read_names(options.data, options.functions)
        check_names(coordinates, unknowns, options.data)
        table = read_measurements(options.data, coordinates, unknowns)
        if (rows := len(table[unknowns[0]])) < FEWEST:
            raise UserError(
                f"--data {options.data}: expected {FEWEST} measurements or more. Received: {rows}"
            )
        used = draw_measurements(table, unknowns, options.samples, 0.0, options.seed)
        source = f"{options.data}: {len(used[unknowns[0]])} of {rows} measurements"
    else:
        simulation = SIMULATIONS[options.problem]()
        random = np.random.default_rng([options.seed, 2])
        table = {n: random.uniform(*ends, options.samples) for n, ends in simulation.domain.items()}
        coordinates, unknowns = tuple(table), ("u",)
        table |= simulation.solution(table)
        used = draw_measurements(table, unknowns, 0, options.noise, options.seed)
        source = (
            f"{options.samples} measurements at random points, noise of {100 * options.noise:g} %, "
            f"of u_t = {simulation.formula}"
        )
    order = options.order or (simulation.order if simulation else 2)
    return HiddenField(
        source,
        coordinates=coordinates,
        unknowns=unknowns,
        table=table,
        measurements=used,
        left=[f"{unknowns[0]}_{coordinates[-1]}"],
        library=[],
        order=order,
        simulation=simulation,
    )


def check_names(coordinates, unknowns, path):
    """Raise UserError unless there is a single field of x and t."""
    if len(coordinates) != 2 or len(unknowns) != 1:
        received = f"{', '.join(unknowns)} of {', '.join(coordinates)}"
        raise UserError(
            f"--data {path}: expected one field of one coordinate and time, such as u(x,t). "
            f"Received: {received}. The topic discover takes others"
        )
    if unknowns[0] == TERM:
        raise UserError(
            f"--data {path}: the field cannot be called {TERM}, which is the name of the hidden "
            "term. Rename its column"
        )


def discover_terms(data, hidden, seed):
    """Find the right side by sparse regression from a library, as the topic discover does.

    Args:
        data: `HiddenField`.
        hidden: units of each hidden layer of the network.
        seed: seed of points and held-out measurements.

    Returns: the text of the right side, and the network in the user's units.
    """
    from models.pinn import add_names, add_units, pinn
    from symbolic.library import build_library, format_sum
    from training.discovery import Discovery

    network = pinn(data.scaled.low, data.scaled.high, 1, hidden)
    library = build_library(data.unknowns, data.names[1:], POWERS)
    table, points = data.training_table, DISCOVERY_POINTS
    found = Discovery(network, data.scaled, data.left, library, table, (), points, seed)
    found.learn()
    terms = found.choose_terms(lambda step, texts: None)
    coefficients = (terms.coefficients * terms.units).tolist()
    texts = [text for _, text in terms.terms]
    scales = data.scales
    in_units = add_units(network, scales.coordinates.values(), scales.unknowns.values())
    return format_sum(dict(zip(texts, coefficients, strict=True))), add_names(
        in_units, data.coordinates, data.unknowns
    )
