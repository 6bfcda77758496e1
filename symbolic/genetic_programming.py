"""Symbolic regression: formulas that fit values, found by Operon's genetic programming.

Source: Burlacu, Kronberger, Kommenda, Operon C++, GECCO 2020; Deb et al., NSGA-II, IEEE Trans.
Evol. Comput. 6, 2002; Luby, Sinclair, Zuckerman, Optimal speedup of Las Vegas algorithms, 1993
(length of each start).
"""

import itertools
import math
from typing import NamedTuple

import numpy as np

# A short start takes half a second: many short starts find more than a long one.
POPULATION, GENERATIONS = 500, 20
ROWS = 500  # without noise, more rows only take more time
CONSTANT_STEPS = 8  # of the Levenberg-Marquardt method, on the constants of each new formula
DIGITS = 12  # decimal places of a constant; Operon computes in float32


class Candidate(NamedTuple):
    """A formula found by Operon.

    Args:
        length: number of nodes of its tree.
        error: root mean square error, divided by the standard deviation of the values.
        text: formula as text that `symbolic.formula.parse` reads.
    """

    length: int
    error: float
    text: str


def breed(points, values, names, operators, max_length=25, seed=0):
    """Yield the best formulas of each length, for one start after another without end.

    The same seed gives the same formulas: each start has one thread and a fixed number of
    generations.

    Args:
        points: values of the variables, `(rows, variables)`; `ROWS` of them are used.
        values: values to fit, `(rows,)`.
        names: names of the variables.
        operators: operators and functions that formulas may contain, by Operon's names.
        max_length: maximum number of nodes of a formula's tree.
        seed: random seed of the first start; the following starts count up.

    Yields: a list of `Candidate`, shortest first.
    """
    from pyoperon.sklearn import SymbolicRegressor

    # Constants start near 1 and are printed with a fixed number of digits: scale all values to
    # that size.
    scales = [find_scale(column) for column in points.T]
    height, deviation = find_scale(values), float(np.std(values)) or 1.0
    scaled_names = [
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
            generations=GENERATIONS * compute_luby_length(start),
            max_evaluations=10**9,
            max_length=max_length,
            uncertainty=[1.0],
            n_threads=1,
            random_state=seed + start,  # never 0, which Operon replaces by a random seed
        )
        regressor.fit(points, values)
        candidates = [
            Candidate(
                model["length"],
                math.sqrt(model["mean_squared_error"]) * height / deviation,
                f"{height:.17g} * "
                f"({regressor.get_model_string(model['tree'], DIGITS, scaled_names)})",
            )
            for model in regressor.pareto_front_
        ]
        yield sorted(candidate for candidate in candidates if math.isfinite(candidate.error))


def find_scale(values):
    """Return a power of ten near the size of the values; 1 if they are neither large nor small."""
    size = float(np.sqrt(np.mean(np.square(values))))
    return 1.0 if 0.01 <= size <= 100 or size == 0 else 10.0 ** round(math.log10(size))


def compute_luby_length(start):
    """Return the length of a start in Luby's sequence 1, 1, 2, 1, 1, 2, 4, 1, 1, 2, ...

    The best length is unknown beforehand; the total time of this sequence is never far from it.
    """
    power = start.bit_length()
    if start == 2**power - 1:
        return 2 ** (power - 1)
    return compute_luby_length(start - 2 ** (power - 1) + 1)
