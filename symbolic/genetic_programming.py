"""Symbolic regression: formulas that fit values, bred by Operon's genetic programming.

Source: Burlacu, Kronberger, Kommenda, Operon C++, GECCO 2020; Deb et al., NSGA-II, IEEE Trans. Evol. Comput. 6, 2002;
Luby, Sinclair, Zuckerman, Optimal speedup of Las Vegas algorithms, 1993 (how long each start is).
"""

import itertools
import math
from typing import NamedTuple

import numpy as np

POPULATION, GENERATIONS = (
    500,
    20,
)  # of a short start, half a second: many short ones find more than a long one
ROWS = 500  # more of them only take longer, where there is no noise
CONSTANT_STEPS = 8  # of Levenberg and Marquardt's method, on the constants of every new formula
DIGITS = 12  # behind the point, of a constant; Operon computes in float32


class Candidate(NamedTuple):
    """A formula of Operon's.

    Args:
        length: nodes of its tree.
        error: root mean square, in units of the values' spread.
        text: for `symbolic.formula.parse`.
    """

    length: int
    error: float
    text: str


def breed(points, values, names, operators, max_length=25, seed=0):
    """Yield, start after start and without an end, the formulas that are best at their length.

    The same seed gives the same formulas: one thread, and as many generations every time.

    Args:
        points: `(rows, variables)`; `ROWS` of them are used.
        values: `(rows,)`.
        names: of the variables.
        operators: what formulas are made of beside constants and variables, by Operon's names.
        max_length: most nodes of a formula's tree.
        seed: of the first start; the next ones count up.

    Yields: a list of `Candidate`, shortest first.
    """
    from pyoperon.sklearn import SymbolicRegressor

    # Constants start near 1 and are printed with a fixed number of digits: variables and values of that size suit both.
    scales = [power_of_ten(column) for column in points.T]
    height, spread = power_of_ten(values), float(np.std(values)) or 1.0
    written = [
        name if scale == 1 else f"({1 / scale:.17g} * {name})"
        for name, scale in zip(names, scales, strict=True)
    ]
    chosen = np.random.default_rng(seed).permutation(len(values))[:ROWS]
    points, values = points[chosen] / scales, values[chosen] / height
    for start in itertools.count(1):
        regressor = SymbolicRegressor(
            allowed_symbols=",".join(("constant", "variable", *operators)),
            objectives=["rmse", "length"],
            optimizer_iterations=CONSTANT_STEPS,
            population_size=POPULATION,
            pool_size=POPULATION,
            generations=GENERATIONS * luby(start),
            max_evaluations=10**9,
            max_length=max_length,
            uncertainty=[1.0],
            n_threads=1,
            random_state=seed + start,  # Operon takes 0 for a random one
        )
        regressor.fit(points, values)
        found = [
            Candidate(
                model["length"],
                math.sqrt(model["mean_squared_error"]) * height / spread,
                f"{height:.17g} * ({regressor.get_model_string(model['tree'], DIGITS, written)})",
            )
            for model in regressor.pareto_front_
        ]
        yield sorted(candidate for candidate in found if math.isfinite(candidate.error))


def power_of_ten(values):
    """A power of ten near the size of the values; 1 where they are neither large nor small."""
    size = float(np.sqrt(np.mean(np.square(values))))
    return 1.0 if 0.01 <= size <= 100 or size == 0 else 10.0 ** round(math.log10(size))


def luby(start):
    """1, 1, 2, 1, 1, 2, 4, 1, 1, 2, ...: lengths of starts that are never far from the best, which nobody knows before."""
    power = start.bit_length()
    return 2 ** (power - 1) if start == 2**power - 1 else luby(start - 2 ** (power - 1) + 1)
