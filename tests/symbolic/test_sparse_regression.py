"""Sparse regression against made-up data, and its shortcuts against a new fit."""

import itertools

import numpy as np
import pytest

from symbolic.sparse_regression import costs, criterion, eliminate, linear, subsets, without

TRUE = {2: 1.5, 5: -0.7, 6: 0.2}


def made_up(noise, rows=400, library=9):
    """Columns that are alike, as derivatives of one function are, and a left side of three of them."""
    random = np.random.default_rng(0)
    columns = random.standard_normal((rows, library)) + random.standard_normal((rows, 1))
    left = sum(value * columns[:, place] for place, value in TRUE.items())
    return columns, left + noise * random.standard_normal(rows)


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.5])
def test_the_right_terms_are_found(noise):
    columns, left = made_up(noise)
    steps = eliminate(
        linear(columns, left, range(9)), lambda terms, *_: linear(columns, left, terms), len(left)
    )
    chosen = [step for step in steps if step.kept][-1].fit
    assert chosen.terms == list(TRUE)
    assert chosen.coefficients == pytest.approx(list(TRUE.values()), abs=1e-10 + 0.15 * noise)
    assert any(not step.kept and len(step.fit.terms) == 2 for step in steps)
    tried = [tuple(step.fit.terms) for step in steps]
    assert len(set(tried)) == len(tried)


def test_the_chosen_model_is_the_best_of_all_subsets():
    columns, left = made_up(0.5)
    steps = eliminate(
        linear(columns, left, range(9)), lambda terms, *_: linear(columns, left, terms), len(left)
    )
    subsets = itertools.chain.from_iterable(
        itertools.combinations(range(9), count) for count in range(1, 10)
    )
    best = min(
        subsets,
        key=lambda terms: criterion(linear(columns, left, terms).loss, len(terms), len(left)),
    )
    assert [step for step in steps if step.kept][-1].fit.terms == list(best)


def test_what_leaving_out_costs_is_what_a_new_fit_says():
    columns, left = made_up(0.5)
    fit = linear(columns, left, range(9))
    found = costs(fit.precision, fit.precision @ fit.coefficients)
    for place in range(9):
        fewer = linear(columns, left, [other for other in range(9) if other != place])
        assert found[place] == pytest.approx(fewer.loss - fit.loss, rel=1e-6, abs=1e-12)


def test_subsets_are_the_best_of_their_number():
    """Where columns are alike, what is needed among many is needed least: the way down alone does not find these."""
    random = np.random.default_rng(3)
    columns = random.standard_normal((300, 8))
    columns[:, 0] = columns[:, 1:7].sum(axis=1) + 0.01 * random.standard_normal(300)
    left = columns[:, 0] + 0.5 * columns[:, 7] + 0.05 * random.standard_normal(300)
    found = subsets(linear(columns, left, range(8)))
    for count in (1, 2, 3):
        best = min(
            itertools.combinations(range(8), count),
            key=lambda terms: linear(columns, left, terms).loss,
        )
        assert found[count] == list(best)
    steps = eliminate(
        linear(columns, left, range(8)), lambda terms, *_: linear(columns, left, terms), len(left)
    )
    assert [step for step in steps if step.kept][-1].fit.terms == [0, 7]


def test_the_others_make_up_for_those_left_out():
    columns, left = made_up(0.5)
    fit = linear(columns, left, range(9))
    stay, coefficients = without(fit, 4)
    assert coefficients == pytest.approx(linear(columns, left, stay).coefficients, rel=1e-9)


def test_a_left_side_of_nothing_has_no_terms():
    columns, _ = made_up(0.0)
    left = np.random.default_rng(1).standard_normal(len(columns))
    steps = eliminate(
        linear(columns, left, range(9)), lambda terms, *_: linear(columns, left, terms), len(left)
    )
    assert [step for step in steps if step.kept][-1].fit.terms == []
