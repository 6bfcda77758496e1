"""The Pareto front and the choice on it, with made-up errors."""

import numpy as np
import pytest

from symbolic import formula
from symbolic.pareto import Formula, choose, find_front, measure_complexity

X = formula.parse("x")


def make_formulas(*pairs):
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
def test_complexity_counts_what_is_written(text, units):
    assert measure_complexity(formula.parse(text)) == units


def test_the_front_has_no_formula_worse_than_a_simpler_one():
    formulas = make_formulas(
        (5, 0.1),
        (1, 1.0),
        (3, 0.5),
        (4, 0.7),
        (3, 0.6),
        (9, 0.1),
        (8, float("nan")),
        (7, float("inf")),
    )
    assert [(one.complexity, one.error) for one in find_front(formulas)] == [
        (1, 1.0),
        (3, 0.5),
        (5, 0.1),
    ]


@pytest.mark.parametrize("last", [1e-11, 3e-11, 9e-12])
def test_the_exact_formula_is_chosen_among_approximations(last):
    """Approximations gain little per unit, the exact formula many decades, later ones nothing."""
    formulas = make_formulas((1, 1.0), (5, 1e-1), (8, 1e-2), (10, 1e-3), (12, 4e-11), (15, last))
    assert choose(formulas, 1e-16)[0] == 4


def test_below_round_off_nothing_is_gained():
    assert choose(make_formulas((1, 1.0), (4, 2e-16), (6, 1e-17), (9, 0.0)), 1e-14)[0] == 1


def test_against_noise_a_term_counts_if_it_is_significant():
    """100 x + sin(x) with noise of 0.1: the line explains nearly everything, the sine is real."""
    formulas = make_formulas((1, 60.0), (3, 0.7), (6, 0.1), (8, 0.0999), (20, 0.099))
    assert choose(formulas, 1e-14, rows=2000)[0] == 2
    little = make_formulas((3, 0.7), (6, 0.69))
    # Fifty rows are not enough to prove the difference.
    assert [choose(little, 1e-14, rows=rows)[0] for rows in (50, 5000)] == [0, 1]


def test_the_choice_with_noise_is_the_shortest_description():
    random = np.random.default_rng(0)
    x = random.uniform(-1, 1, 500)
    values = 1 + 2 * x - x**3 + 0.2 * random.standard_normal(500)
    errors = [
        np.std(values - np.polynomial.Polynomial.fit(x, values, degree)(x)) for degree in range(8)
    ]
    assert (
        choose(make_formulas(*zip(range(1, 30, 4), errors, strict=False)), 1e-14, rows=500)[0] == 3
    )


def test_the_reason_names_the_drop():
    _, reason = choose(make_formulas((1, 1.0), (4, 1e-9), (6, 0.9e-9)), 1e-14)
    assert "a complexity lower by 3 and an error larger by a factor of 1e+09" in reason
