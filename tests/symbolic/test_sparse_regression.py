"""Sparse regression on made-up data, and its predictions against new fits."""

import itertools

import numpy as np
import pytest

from symbolic.sparse_regression import (
    compute_costs,
    compute_criterion,
    eliminate,
    find_best_subsets,
    fit_linear,
    leave_out,
)

TRUE = {2: 1.5, 5: -0.7, 6: 0.2}


def make_data(noise, rows=400, library=9):
    """Correlated columns, like derivatives of one function, and a sum of three of them."""
    random = np.random.default_rng(0)
    columns = random.standard_normal((rows, library)) + random.standard_normal((rows, 1))
    left = sum(value * columns[:, index] for index, value in TRUE.items())
    return columns, left + noise * random.standard_normal(rows)


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.5])
def test_the_right_terms_are_found(noise):
    columns, left = make_data(noise)
    steps = eliminate(
        fit_linear(columns, left, range(9)),
        lambda terms, *_: fit_linear(columns, left, terms),
        len(left),
    )
    chosen = [step for step in steps if step.kept][-1].fit
    assert chosen.terms == list(TRUE)
    assert chosen.coefficients == pytest.approx(list(TRUE.values()), abs=1e-10 + 0.15 * noise)
    assert any(not step.kept and len(step.fit.terms) == 2 for step in steps)
    tried = [tuple(step.fit.terms) for step in steps]
    assert len(set(tried)) == len(tried)


def test_the_chosen_model_is_the_best_of_all_subsets():
    columns, left = make_data(0.5)
    steps = eliminate(
        fit_linear(columns, left, range(9)),
        lambda terms, *_: fit_linear(columns, left, terms),
        len(left),
    )
    subsets = itertools.chain.from_iterable(
        itertools.combinations(range(9), count) for count in range(1, 10)
    )
    best = min(
        subsets,
        key=lambda terms: compute_criterion(
            fit_linear(columns, left, terms).loss, len(terms), len(left)
        ),
    )
    assert [step for step in steps if step.kept][-1].fit.terms == list(best)


def test_predicted_costs_agree_with_new_fits():
    columns, left = make_data(0.5)
    fit = fit_linear(columns, left, range(9))
    costs = compute_costs(fit.precision, fit.precision @ fit.coefficients)
    for index in range(9):
        fewer = fit_linear(columns, left, [other for other in range(9) if other != index])
        assert costs[index] == pytest.approx(fewer.loss - fit.loss, rel=1e-6, abs=1e-12)


def test_subsets_are_the_best_of_their_size():
    """With correlated columns, removing terms one by one does not find the best small subsets."""
    random = np.random.default_rng(3)
    columns = random.standard_normal((300, 8))
    columns[:, 0] = columns[:, 1:7].sum(axis=1) + 0.01 * random.standard_normal(300)
    left = columns[:, 0] + 0.5 * columns[:, 7] + 0.05 * random.standard_normal(300)
    found = find_best_subsets(fit_linear(columns, left, range(8)))
    for count in (1, 2, 3):
        best = min(
            itertools.combinations(range(8), count),
            key=lambda terms: fit_linear(columns, left, terms).loss,
        )
        assert found[count] == list(best)
    steps = eliminate(
        fit_linear(columns, left, range(8)),
        lambda terms, *_: fit_linear(columns, left, terms),
        len(left),
    )
    assert [step for step in steps if step.kept][-1].fit.terms == [0, 7]


def test_predicted_coefficients_agree_with_a_new_fit():
    columns, left = make_data(0.5)
    fit = fit_linear(columns, left, range(9))
    kept, coefficients = leave_out(fit, 4)
    assert coefficients == pytest.approx(fit_linear(columns, left, kept).coefficients, rel=1e-9)


def test_noise_alone_has_no_terms():
    columns, _ = make_data(0.0)
    left = np.random.default_rng(1).standard_normal(len(columns))
    steps = eliminate(
        fit_linear(columns, left, range(9)),
        lambda terms, *_: fit_linear(columns, left, terms),
        len(left),
    )
    assert [step for step in steps if step.kept][-1].fit.terms == []
