"""Densities beside a variational autoencoder: against SciPy, scikit-learn and known mixtures."""

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import PCA

from evaluation.column_mixture import ColumnMixture, IndependentLevels
from evaluation.projected_mixture import ProjectedMixture, Spread

RANDOM = np.random.default_rng(0)


def test_one_component_has_independent_columns():
    numbers, categories = RANDOM.normal(3, 2, (400, 2)), RANDOM.integers(0, 3, 400)
    rows = np.concatenate([numbers, np.eye(3)[categories]], axis=1)
    found = ColumnMixture(rows, (("gaussian", 2), ("categorical", 3)), 1).score_samples(rows)
    shares = (np.bincount(categories) + 0.5) / (400 + 1.5)
    expected = stats.norm.logpdf(numbers, numbers.mean(axis=0), numbers.std(axis=0)).sum(axis=1)
    np.testing.assert_allclose(found, expected + np.log(shares[categories]), rtol=1e-6)


@pytest.mark.parametrize("trials", [1, 5])
def test_a_mixture_of_binomials_is_found_again(trials):
    shares = np.array([[0.1, 0.9, 0.2, 0.8, 0.5, 0.9], [0.8, 0.2, 0.9, 0.1, 0.5, 0.1]])
    truth = ColumnMixture(np.zeros((2, 6)), (("binomial", 6, trials),), 1)
    truth.components, truth.parameters, truth.log_weights = 2, [shares], np.log([0.3, 0.7])
    rows, test = truth.sample(4000, 0), truth.sample(4000, 1)
    fitted = ColumnMixture(rows, (("binomial", 6, trials),), 2)
    found, known = (one.score_samples(test).mean() for one in (fitted, truth))
    assert found == pytest.approx(known, abs=0.01)
    np.testing.assert_allclose(np.sort(np.exp(fitted.log_weights)), [0.3, 0.7], atol=0.04)
    assert ColumnMixture(rows, (("binomial", 6, trials),), 1).score_samples(test).mean() < known


def test_probabilities_of_pixels_sum_to_1():
    grid = np.stack(np.meshgrid(*[np.arange(5) / 4] * 2), axis=-1).reshape(-1, 2)
    rows = RANDOM.integers(0, 5, (300, 2)) / 4
    independent = IndependentLevels(rows, 4)
    assert np.exp(independent.score_samples(grid)).sum() == pytest.approx(1)
    assert set(np.unique(independent.sample(200, 0))) <= set(np.arange(5) / 4)
    # Of a density a part lies outside the grid, so that its sum is less.
    fit = Spread(rows, 1 / 4, lambda x: ProjectedMixture(x, 1, 1))
    total = np.exp(fit.score_samples(grid)).sum() / 4**2
    assert 0.7 < total <= 1.001


def test_one_component_is_probabilistic_pca():
    """As scikit-learn's, up to the divisor of the covariance."""
    rows = RANDOM.normal(size=(500, 6)) @ RANDOM.normal(size=(6, 6))
    found = ProjectedMixture(rows, 1, 2).score_samples(rows)
    expected = PCA(2, svd_solver="full").fit(rows).score_samples(rows)
    np.testing.assert_allclose(found, expected, atol=0.05)
    drawn = ProjectedMixture(rows, 1, 2).sample(20_000, 0)
    covariance = PCA(2, svd_solver="full").fit(rows).get_covariance()
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), covariance, atol=0.4)
