"""The intervals of discovered coefficients: they cover the truth although terms were chosen."""

import numpy as np
import pytest
from scipy import stats

from training.model_error import BLOCKS, compute_interval, jackknife

T = np.linspace(0, 10, 400)


def test_the_jackknife_agrees_with_least_squares_for_independent_residuals():
    random, found = np.random.default_rng(0), []
    columns = np.column_stack([np.sin(T), np.cos(T)])
    for _ in range(100):
        noise = random.standard_normal(len(T))
        solution, *_ = np.linalg.lstsq(columns, noise)
        found.append(jackknife(columns, noise - columns @ solution, np.arange(len(T))) ** 2)
    expected = np.linalg.inv(columns.T @ columns).diagonal()
    np.testing.assert_allclose(np.mean(found, axis=0), expected, rtol=0.2)


def test_a_missing_term_widens_the_interval_to_zero():
    """sin(theta) explained by theta and a useless term: the truth of the useless term is zero."""
    theta, omega = np.cos(2 * T), -2 * np.sin(2 * T)
    columns = np.column_stack([theta, theta * omega])
    left = np.sin(theta)
    solution, *_ = np.linalg.lstsq(columns, left)
    of_model = jackknife(columns, left - columns @ solution, np.arange(len(T)))
    _, (low, high) = compute_interval(solution[1], 1e-9, of_model[1], 800, 10)
    assert low < 0 < high and abs(solution[1]) > 1e-6


def test_the_quantile_is_student_s_with_one_candidate():
    error, (low, high) = compute_interval(1.0, 0.1, 0.0, 7, 1)
    assert error == pytest.approx(0.1)
    assert (high - low) / 2 == pytest.approx(0.1 * stats.t.ppf(0.975, 7))
    error, (low, high) = compute_interval(1.0, 0.0, 0.1, 700, 1)
    assert (high - low) / 2 == pytest.approx(0.1 * stats.t.ppf(0.975, BLOCKS - 1))
    assert np.isnan(compute_interval(1.0, np.nan, 0.1, 700, 1)[0])


def test_the_chosen_one_of_many_useless_terms_has_zero_in_its_interval():
    """Of 20 columns that explain nothing the best one is chosen: 95 % of its intervals have 0."""
    random, covered, usual = np.random.default_rng(1), 0, 0
    for _ in range(200):
        columns, left = random.standard_normal((100, 20)), random.standard_normal(100)
        value = columns.T @ left / np.sum(columns**2, axis=0)
        of_data = np.sqrt(np.var(left) / np.sum(columns**2, axis=0))
        best = np.argmax(np.abs(value / of_data))
        _, (low, high) = compute_interval(value[best], of_data[best], 0.0, 99, 20)
        covered += low < 0 < high
        usual += abs(value[best]) < 1.96 * of_data[best]
    assert covered >= 0.95 * 200 and usual < 0.6 * 200
