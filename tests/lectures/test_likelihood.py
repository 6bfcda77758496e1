"""Losses as likelihoods, and efficiencies against closed forms."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from evaluation.likelihood import compare_losses, measure_efficiencies, score_intervals
from lectures.likelihood import (
    LOSSES,
    SCORES,
    draw_noise,
    find_efficiency,
    find_information,
    fit_location,
)


def test_losses_agree_with_scipy_and_keras():
    _, *rows = compare_losses(np.random.default_rng(0))
    for row in rows:
        assert row[1] < 1e-12 and (row[3] == "" or row[3] < 1e-6), row


@pytest.mark.parametrize("name", LOSSES)
def test_scores_are_derivatives_and_densities_have_the_integral_one(name):
    r = np.array([-2.0, -0.3, 0.4, 5.0])
    slope = (LOSSES[name](r + 1e-6) - LOSSES[name](r - 1e-6)) / 2e-6
    np.testing.assert_allclose(SCORES[name](r), slope, rtol=1e-6)
    line = np.linspace(-2000, 2000, 4_000_001)
    assert np.trapezoid(np.exp(-LOSSES[name](line)), line) == pytest.approx(1, abs=1e-5)


def test_information_and_efficiencies_in_closed_form():
    # Student: (nu + 1) / (nu + 3)
    information = [find_information(noise) for noise in ("Gaussian", "Laplace", "Student")]
    assert information == pytest.approx([1, 1, 4 / 6])
    for name in LOSSES:
        assert find_efficiency(name, name) == pytest.approx(1)
    assert find_efficiency("Gaussian", "Laplace") == pytest.approx(1 / 2)
    assert find_efficiency("Laplace", "Gaussian") == pytest.approx(2 / np.pi)
    # Variances nu / (nu - 2) of the mean, 1 / (4 p(0)^2) of the median; the bound is 3 / 2.
    assert find_efficiency("Gaussian", "Student") == pytest.approx(1.5 / 3)
    density = 2 / (np.pi * 3**0.5)  # p(0)
    assert find_efficiency("Laplace", "Student") == pytest.approx(1.5 * 4 * density**2)


def test_locations_maximise_the_likelihood():
    y = draw_noise("Student", (3, 15), np.random.default_rng(1))
    for name, loss in LOSSES.items():
        for row, location in zip(y, fit_location(name, y), strict=True):
            found = minimize_scalar(lambda c, row=row, loss=loss: loss(row - c).sum(), (-1, 1)).fun
            assert loss(row - location).sum() <= found + 1e-9


def test_measured_efficiencies_come_near_those_for_large_samples():
    efficiencies, table = measure_efficiencies(100, 4000, np.random.default_rng(0))
    for measured, limit in efficiencies.values():
        assert measured == pytest.approx(limit, rel=0.2)  # slow for the median
    assert len(table) == 10


def test_intervals_of_the_truth():
    random = np.random.default_rng(0)
    std = np.repeat([0.1, 2.0], 20_000)
    y = 3 + std * random.normal(size=len(std))
    answers = {"constant": (np.full(len(y), 3.0), np.full(len(y), 1.4))}
    _, constant, truth = score_intervals(y, np.full(len(y), 3.0), std, answers)
    assert truth[2:4] == [0, 0]
    assert truth[4:] == pytest.approx([0.6827] * 3, abs=0.01)
    assert constant[1] > truth[1] and constant[5] == 1
