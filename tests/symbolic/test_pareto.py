"""The front and the choice on it, on errors made up for the purpose."""

import numpy as np
import pytest

from symbolic import formula
from symbolic.pareto import Formula, choose, complexity, front

X = formula.parse("x")


def made_up(*pairs):
    return [Formula(units, error, X) for units, error in pairs]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("x", 1),
        ("-x", 1),
        ("3*pi/2", 1),
        ("x^2 + x", 5),
        ("3*x/2 - sin(y)", 6),
        ("1/(1 + x^2)", 7),
        ("sqrt(x^2 + 1)", 6),
        ("exp(-x^2)", 4),
        ("x*y/z", 5),
        ("0.123*x", 5),
    ],
)
def test_complexity_counts_what_one_writes(text, units):
    assert complexity(formula.parse(text)) == units


def test_the_front_has_no_formula_that_a_simpler_one_beats():
    formulas = made_up(
        (5, 0.1),
        (1, 1.0),
        (3, 0.5),
        (4, 0.7),
        (3, 0.6),
        (9, 0.1),
        (8, float("nan")),
        (7, float("inf")),
    )
    assert [(found.complexity, found.error) for found in front(formulas)] == [
        (1, 1.0),
        (3, 0.5),
        (5, 0.1),
    ]


@pytest.mark.parametrize("last", [1e-11, 3e-11, 9e-12])
def test_the_formula_that_is_found_and_not_those_that_approach_it(last):
    """Approximations gain a factor a unit; the exact one ten decades; later ones fit the network's own error."""
    formulas = made_up((1, 1.0), (5, 1e-1), (8, 1e-2), (10, 1e-3), (12, 4e-11), (15, last))
    assert choose(formulas, 1e-16)[0] == 4


def test_below_round_off_nothing_is_gained():
    assert choose(made_up((1, 1.0), (4, 2e-16), (6, 1e-17), (9, 0.0)), 1e-14)[0] == 1


def test_against_noise_a_term_counts_if_it_is_significant():
    """100 x + sin(x) under noise of 0.1: the line explains nearly all, and yet the sine is there."""
    formulas = made_up((1, 60.0), (3, 0.7), (6, 0.1), (8, 0.0999), (20, 0.099))
    assert choose(formulas, 1e-14, rows=2000)[0] == 2
    little = made_up((3, 0.7), (6, 0.69))
    assert [choose(little, 1e-14, rows=rows)[0] for rows in (50, 5000)] == [
        0,
        1,
    ]  # fifty rows do not prove it


def test_the_choice_under_noise_is_that_of_the_shortest_description():
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, 500)
    values = 1 + 2 * x - x**3 + 0.2 * random.standard_normal(500)
    errors = [
        np.std(values - np.polynomial.Polynomial.fit(x, values, degree)(x)) for degree in range(8)
    ]
    assert choose(made_up(*zip(range(1, 30, 4), errors, strict=False)), 1e-14, rows=500)[0] == 3


def test_the_reason_names_the_drop():
    _, reason = choose(made_up((1, 1.0), (4, 1e-9), (6, 0.9e-9)), 1e-14)
    assert reason.startswith(
        "3 more in complexity than the next simpler one divide the error by 1e+09"
    )
