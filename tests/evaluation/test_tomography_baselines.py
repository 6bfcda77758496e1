"""Classical reconstructions against properties that their definitions have."""

import numpy as np
import pytest

from evaluation.tomography_baselines import iterate
from evaluation.tomography_file import measure_psnr
from evaluation.total_variation import (
    find_divergence,
    find_gradient,
    measure_objective,
    minimise_total_variation,
)
from models.projector import make_matrix

RANDOM = np.random.default_rng(0)


def test_the_divergence_is_minus_the_adjoint_of_the_gradient():
    x, edges = RANDOM.normal(size=(3, 7, 7)), RANDOM.normal(size=(2, 3, 7, 7))
    left = np.sum(find_gradient(x) * edges)
    assert left == pytest.approx(-np.sum(x * find_divergence(edges)), rel=1e-12)


def test_total_variation_has_the_minimum():
    """No picture nearby, and none of the line to the truth, is better."""
    matrix, true = make_matrix(16, 5), np.zeros((1, 16, 16))
    true[0, 4:11, 5:12] = 1
    y = (matrix @ true.reshape(1, -1).T).T + 0.1 * RANDOM.normal(size=(1, matrix.shape[0]))
    x = minimise_total_variation(matrix, y, 0.3, 0 * true, 3000)
    lowest = measure_objective(matrix, y, 0.3, x)
    assert x.min() >= 0
    for step in (1e-3, 1e-2, 0.1, 1):
        for direction in (true - x, *(RANDOM.normal(size=(10, 1, 16, 16)))):
            other = np.maximum(x + step * direction, 0)
            assert measure_objective(matrix, y, 0.3, other) > lowest - 1e-6 * lowest


def test_a_large_weight_leaves_a_constant():
    """The constant whose projection fits best, by a formula."""
    matrix = make_matrix(16, 5)
    y = 2 * np.ones((1, matrix.shape[0]))
    x = minimise_total_variation(matrix, y, 1e3, np.zeros((1, 16, 16)), 4000)
    ones = np.asarray(matrix.sum(axis=1)).ravel()
    np.testing.assert_allclose(x, 2 * ones.sum() / (ones**2).sum(), rtol=0.01)


def test_sirt_solves_consistent_equations():
    matrix = make_matrix(16, 40)
    true = RANDOM.uniform(size=(2, 16, 16))
    y = (matrix @ true.reshape(2, -1).T).T.reshape(2, 40, -1)
    found = iterate(matrix, y, 1000, (10, 1000))
    errors = [np.linalg.norm(found[count] - true) for count in (10, 1000)]
    assert errors[1] < 0.5 * errors[0]
    residual = matrix @ found[1000].reshape(2, -1).T - y.reshape(2, -1).T
    assert np.linalg.norm(residual) < 5e-3 * np.linalg.norm(y)


def test_the_first_iteration_of_sirt_by_hand():
    matrix = make_matrix(16, 5)
    y = RANDOM.uniform(size=(1, 5, 25))
    dense = matrix.toarray()
    rows, columns = dense.sum(axis=1), dense.sum(axis=0)
    seen = np.where(rows > 0, y.ravel() / np.where(rows > 0, rows, 1), 0)
    expected = (dense.T @ seen) / columns
    np.testing.assert_allclose(iterate(matrix, y, 1, (1,))[1].ravel(), expected, atol=1e-12)


def test_psnr():
    true = np.zeros((1, 4, 4))
    np.testing.assert_allclose(measure_psnr(true + 0.2, true, 2.0), 20)
    assert np.isfinite(measure_psnr(true, true, 2.0)).all()
