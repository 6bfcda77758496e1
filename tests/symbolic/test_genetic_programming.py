"""Formulas found by Operon have the same values when parsed, and are reproducible."""

import numpy as np
import pytest

from symbolic import formula
from symbolic.genetic_programming import breed, compute_luby_length, find_scale


@pytest.fixture(scope="module")
def points():
    return np.random.default_rng(0).uniform(0.5, 2.0, (200, 2))


def test_parsed_formulas_have_the_errors_that_operon_reports(points):
    """The error is computed by Operon from its tree, the values are computed from its text."""
    values = np.log(points[:, 0]) * 3e5 + np.sqrt(points[:, 1]) - 1 / points[:, 0]
    operators = (
        "add",
        "sub",
        "mul",
        "div",
        "square",
        "sqrt",
        "exp",
        "log",
        "sin",
        "cos",
        "tanh",
        "abs",
    )
    candidates = next(breed(points, values, ["x", "y"], operators, max_length=20))
    assert len(candidates) > 3
    for candidate in candidates:
        predicted = formula.compile_function(formula.parse(candidate.text, ["x", "y"]), ["x", "y"])(
            *points.T
        )
        error = np.sqrt(np.mean((predicted - values) ** 2)) / values.std()
        assert error == pytest.approx(candidate.error, rel=1e-3, abs=1e-5)


def test_the_same_seed_finds_the_same_formulas(points):
    values = points[:, 0] * np.sin(points[:, 1])
    first, second, other = (
        next(breed(points, values, ["x", "y"], ["mul", "sin"], seed=seed)) for seed in (3, 3, 4)
    )
    assert first == second
    assert first != other


def test_names_and_sizes_of_variables_are_kept():
    masses = np.random.default_rng(0).uniform(1e-27, 5e-27, (100, 1))
    values = 9e16 * masses[:, 0]
    best = min(
        next(breed(masses, values, ["rest_mass"], ["add", "mul"], max_length=5)),
        key=lambda candidate: candidate.error,
    )
    predicted = formula.compile_function(formula.parse(best.text, ["rest_mass"]), ["rest_mass"])(
        masses[:, 0]
    )
    np.testing.assert_allclose(predicted, values, rtol=1e-4)


def test_lengths_of_starts_follow_lubys_sequence():
    assert [compute_luby_length(start) for start in range(1, 16)] == [
        1,
        1,
        2,
        1,
        1,
        2,
        4,
        1,
        1,
        2,
        1,
        1,
        2,
        4,
        8,
    ]


@pytest.mark.parametrize(("size", "scale"), [(3.0, 1.0), (0.0, 1.0), (2e-11, 1e-11), (8e5, 1e6)])
def test_scales_are_powers_of_ten(size, scale):
    assert find_scale(np.array([size, -size])) == pytest.approx(scale)
