"""Cross-validation of ridge regression, and expected maxima, against closed forms."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from evaluation.cross_validation import check_formulas, compare_folds, measure_optimism
from lectures.cross_validation import expected_maximum, fit_ridge, split_folds


def test_ridge_and_folds():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(3, 40, 4)), random.normal(size=(3, 40))
    weights = fit_ridge(x, y, 0.7)
    for part in range(3):
        other = Ridge(alpha=0.7, fit_intercept=False).fit(x[part], y[part]).coef_
        np.testing.assert_allclose(weights[part], other, rtol=1e-9)
    folds = split_folds(40, 7, random)
    assert sorted(np.concatenate(folds)) == list(range(40)) and len(folds) == 7
    assert all(difference < 1e-12 for _, difference in check_formulas(random)[1:])


def test_expected_maxima():
    # of 2 and 3 normal numbers; of 100 from H. Harter's table of 1961
    known = {1: 0.0, 2: np.pi**-0.5, 3: 1.5 * np.pi**-0.5, 100: 2.50759}
    for count, value in known.items():
        assert expected_maximum(count) == pytest.approx(value, abs=1e-5)


def test_few_folds_are_pessimistic():
    table, ratios = compare_folds((2, 10), 3, 200, 60, np.random.default_rng(0))
    over = {row[0]: row[3] for row in table[1:]}
    assert over[2] > over[10] > over[60] - 0.02 and over[60] == pytest.approx(1, abs=0.05)
    assert set(ratios) == {2, 10, 60}


def test_the_best_of_many_looks_better_than_it_is():
    table = measure_optimism((1, 10), 50, 400, np.random.default_rng(0))
    one, ten = table[1:]
    assert abs(one[1]) < 0.01 and abs(one[3]) < 0.01 and one[2] == pytest.approx(0, abs=1e-9)
    assert ten[1] == pytest.approx(ten[2], abs=0.01)
    assert 0 < ten[3] < ten[4]  # networks make the same mistakes
