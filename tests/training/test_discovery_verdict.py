"""What a discovery says of itself."""

import numpy as np
import pytest

from training.discovery_verdict import (
    Assessment,
    find_missing_term,
    find_simpler_terms,
    hint_at_library,
    judge_model,
    judge_network,
)
from training.local_regression import predict_held_out
from training.measurement_fit import Learned


@pytest.mark.parametrize(
    ("errors", "local", "words"),
    [
        ([1e-6, 0.05], [1e-3, 1e-3], ""),  # a little worse than it could be, but good
        ([0.1, 0.3], [0.1, 0.32], ""),  # noise
        ([0.1, 0.3], [0.1, 0.01], "error of v on held-out measurements is 0.3"),
        ([0.98, 0.3], [1.1, 0.3], "error of u on held-out measurements is 0.98, even a local"),
        ([np.nan, 0.3], [0.1, 0.3], "error of u"),
    ],
)
def test_the_network(errors, local, words):
    verdict = judge_network(["u", "v"], Learned(np.array(errors), np.array(local)))
    assert words in verdict and verdict.startswith("not converged: ") == bool(words)


@pytest.mark.parametrize(
    ("data", "equations", "words"),
    [
        (0.01, 0.02, ""),
        (0.6, 0.02, ""),  # as without the equation
        (0.01, 0.5, "a relative residual of 0.5 is left in u_t"),
        (0.01, np.nan, "a relative residual of nan"),
    ],
)
def test_the_equation(data, equations, words):
    learned = Learned(np.array([0.6 if data == 0.6 else 0.01]), np.array([0.6]))
    assessment = Assessment(np.array([data]), np.array([equations]))
    verdict = judge_model(["u_t"], ["u"], learned, assessment)
    assert words in verdict and verdict.startswith("not converged: no model") == bool(words)
    bent = judge_model(["u_t"], ["u"], Learned(np.array([0.01]), learned.local), assessment)
    assert bool(bent) == (bool(words) or data == 0.6)


def test_a_missing_term_is_named():
    theta = np.linspace(-1.5, 1.5, 101)
    columns = np.column_stack([theta, theta**3])
    extra, texts = np.column_stack([np.cos(theta), np.sin(theta)]), ["cos", "sin"]
    extra[0, 0] = np.inf
    solution, *_ = np.linalg.lstsq(columns, np.sin(theta))
    residual = np.sin(theta) - columns @ solution
    assert find_missing_term(columns, residual, extra, texts) == "sin"
    noise = np.random.default_rng(0).standard_normal(101)
    assert find_missing_term(columns, noise, extra, texts) == ""


def test_the_hint():
    learned = Learned(np.array([1e-6]), np.array([1e-2]))
    bad, good = (Assessment(np.array([1e-6]), np.array([x])) for x in (1e-4, 1e-6))
    assert hint_at_library(["u_t"], learned, good, ["sin(u)"], [""]) == ""
    assert "The term sin(u) would explain most of it; add it with --library" in hint_at_library(
        ["u_t"], learned, bad, ["sin(u)"], [""]
    )
    assert hint_at_library(["u_t"], learned, bad, [""], [""]) == ""
    worse = Assessment(np.array([1e-6]), np.array([0.05]))
    assert "such as sin(u) can be added" in hint_at_library(["u_t"], learned, worse, [""], [""])


def test_a_term_that_would_replace_several():
    """The energy of a pendulum is conserved: theta*omega^2 is a function of theta."""
    theta = np.linspace(-1, 1, 101)
    columns = np.column_stack([theta, theta**3, theta * (np.cos(theta) - np.cos(1))])
    extra, texts = np.column_stack([np.cos(theta), np.sin(theta)]), ["cos", "sin"]
    assert find_simpler_terms(columns, np.sin(theta), 1e-6, extra, texts) == "sin"
    damped = np.column_stack([columns, theta**2])
    left = np.sin(theta) - 0.2 * theta**2
    assert find_simpler_terms(damped, left, 1e-6, extra, texts) == "sin"
    assert find_simpler_terms(columns, left, 1e-6, extra[:, :1], texts[:1]) == ""
    assert find_simpler_terms(columns[:, :2], np.sin(theta), 1e-6, extra[:, :1], ["cos"]) == ""
    assert find_simpler_terms(columns[:, :1], theta, 1.0, extra, texts) == ""
    learned = Learned(np.array([1e-6]), np.array([1e-2]))
    good = Assessment(np.array([1e-6]), np.array([1e-6]))
    hint = hint_at_library(["u_t"], learned, good, [""], ["sin(u)"])
    assert "sin(u) would explain u_t as well, with fewer terms" in hint


def test_a_local_regression_sees_smooth_functions_and_noise():
    random = np.random.default_rng(0)
    points = random.uniform(size=(500, 2))
    true = np.stack([np.sin(3 * points[:, 0]) * points[:, 1], random.standard_normal(500)], axis=-1)
    *_, found = predict_held_out(points[50:], true[50:], points[:50])
    errors = np.sqrt(np.mean((found - true[:50]) ** 2, axis=0)) / true.std(axis=0)
    assert errors[0] < 0.05 and errors[1] > 0.8
    runs = np.stack([np.repeat([0.0, 1], 250), np.tile(np.linspace(0, 1, 250), 2)], axis=-1)
    values = (2 * runs[:, :1] - 1) * np.sin(5 * runs[:, 1:])  # opposite in the two runs
    chosen = np.arange(500) % 10 == 5
    first, _ = predict_held_out(runs[~chosen], values[~chosen], runs[chosen], separate=True)
    assert np.abs(first - values[chosen]).max() < 0.01
