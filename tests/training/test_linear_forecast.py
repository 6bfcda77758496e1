"""The linear part in closed form, beside scikit-learn and NLinear, and intervals that hold."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from models.forecaster import forecaster
from training.conformal import fit_half_widths
from training.linear_forecast import (
    STRENGTHS,
    evaluate_in_batches,
    fit_linear_part,
    fit_ridge,
    one_standard_error_rule,
    squared_errors,
)
from training.losses import squared_error_of_known


def cut(y, window, horizon, start=0, stop=None):
    stop = len(y) if stop is None else stop
    origins = np.arange(max(start, window), stop - horizon + 1)
    steps = origins[:, None]
    x = y[steps + np.arange(-window, 0)].astype("float32")[..., None]
    return {"history": x}, y[steps + np.arange(horizon)].astype("float32")[..., None]


def test_ridge_is_that_of_scikit_learn():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(60, 7)) + 3, random.normal(size=(60, 4))
    y[::5, 2], y[:, 3] = np.nan, np.nan
    for strength, (kernel, bias) in zip((0.1, 3.0), fit_ridge(x, y, (0.1, 3.0)), strict=True):
        for column in range(3):
            rows = ~np.isnan(y[:, column])
            centred = x[rows] - x[rows].mean(axis=0)
            alpha = strength * centred.var() * rows.sum()
            expected = Ridge(alpha).fit(x[rows], y[rows, column])
            np.testing.assert_allclose(kernel[:, column], expected.coef_, atol=1e-8)
            assert bias[column] == pytest.approx(expected.intercept_)
        assert not kernel[:, 3].any() and bias[3] == 0  # nothing is known


def test_a_wave_on_a_line_is_continued_exactly():
    t = np.arange(300)
    y = np.sin(2 * np.pi * t / 17) + 0.01 * t
    network = forecaster(40, 20, 1, 1)  # the linear part has to find the season
    train, validation = cut(y, 40, 20, 0, 180), cut(y, 40, 20, 180, 240)
    assert fit_linear_part(network, train, validation)[0] < 1e-3
    test = cut(y, 40, 20, 240)
    assert squared_errors(network, test).max() < 1e-5


def test_each_target_has_its_own_strength_and_missing_values_do_not_matter():
    random = np.random.default_rng(0)
    t = np.arange(400)
    y = np.stack([np.sin(2 * np.pi * t / 12), random.normal(size=400)], axis=1)
    windows = [cut(one, 24, 6) for one in y.T]
    x = {"history": np.concatenate([inputs["history"] for inputs, _ in windows], axis=-1)}
    ahead = np.concatenate([one for _, one in windows], axis=-1)
    ahead[::3, 2, 0] = np.nan
    first, second = slice(0, 250), slice(250, None)
    network = forecaster(24, 6, 2, 2)
    parts = [({"history": x["history"][part]}, ahead[part]) for part in (first, second)]
    strengths = fit_linear_part(network, *parts)
    assert strengths[0] < 1e-3 < strengths[1]
    kernels = [network.get_layer(f"linear_{k}").kernel.numpy().copy() for k in (1, 2)]
    assert fit_linear_part(network, parts[0], strengths=strengths) == strengths
    for k, kernel in enumerate(kernels, start=1):
        np.testing.assert_allclose(network.get_layer(f"linear_{k}").kernel, kernel, atol=1e-6)
    errors = (evaluate_in_batches(network, parts[1][0]) - parts[1][1]) ** 2
    assert np.nanmean(errors[:, :, 0]) < 1e-4
    # Noise repeats nothing: the best forecast is about the mean, and the error its variance.
    assert np.nanmean(errors[:, :, 1]) == pytest.approx(1, abs=0.2)


def test_at_least_as_good_as_nlinear_on_several_seasons():
    """NLinear subtracts the last value and fits by least squares, arXiv:2205.13504."""
    random, steps = np.random.default_rng(0), 3000
    t, noise = np.arange(steps), np.zeros(steps)
    for step in range(1, steps):
        noise[step] = 0.9 * noise[step - 1] + random.normal()
    y = 3 * np.sin(2 * np.pi * t / 24) + 2 * np.sin(2 * np.pi * t / 168) + 0.5 * noise
    window, horizon, bounds = 168, 48, (1800, 2400, 3000)
    parts = [cut(y, window, horizon, a, b) for a, b in zip((0, *bounds), bounds, strict=False)]
    network = forecaster(window, horizon, 1, 1, season=24)
    fit_linear_part(network, *parts[:2])
    (x, ahead), (test_x, test_ahead) = [(x["history"][..., 0], y[..., 0]) for x, y in parts[::2]]

    def features(x):
        return np.concatenate([x - x[:, -1:], np.ones((len(x), 1))], axis=1)

    weights, *_ = np.linalg.lstsq(features(x), ahead - x[:, -1:], rcond=None)
    nlinear = ((features(test_x) @ weights + test_x[:, -1:] - test_ahead) ** 2).mean()
    assert squared_errors(network, parts[2]).mean() < nlinear
    assert nlinear < 0.5 * ((test_x[:, -24:] - test_ahead[:, :24]) ** 2).mean()  # no weak rival


def test_the_strongest_penalty_that_is_not_worse_beyond_chance():
    best = np.tile([0.0, 2.0], 50)  # mean 1, a standard deviation of 1
    noisy, worse = best + np.tile([0.3, -0.28], 50), best + 0.2
    assert one_standard_error_rule([worse, best, noisy, worse]) == 2
    assert one_standard_error_rule([worse, best, worse]) == 1
    assert (np.diff(STRENGTHS) > 0).all()


def test_the_loss_counts_known_values_only():
    y = np.array([[1.0, np.nan], [np.nan, np.nan], [2.0, 4.0]], "float32")
    found = squared_error_of_known(y, np.zeros((3, 2), "float32"))
    np.testing.assert_allclose(found, [1, 0, 10])


# Intervals


def test_the_half_width_is_the_quantile_with_its_correction():
    errors = np.arange(1.0, 101.0)[:, None] * [1.0, -2.0]
    sizes = np.full(100, 2.0)
    # The ceil(101 * 0.8) = 81st smallest error.
    np.testing.assert_allclose(fit_half_widths(errors, sizes, 0.8), [81 / 2, 81])
    errors[90:, 0] = np.nan  # ceil(91 * 0.8) = 73
    assert fit_half_widths(errors, sizes, 0.8)[0] == 73 / 2


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
def test_intervals_hold_what_they_say(level):
    """Errors with heavy tails that are proportional to the size of their window."""
    random = np.random.default_rng(0)
    sizes = random.uniform(0.5, 5, size=2000)
    errors = sizes[:, None] * random.standard_t(3, size=(2000, 4)) * [1, 2, 3, 4]
    widths = fit_half_widths(errors[:1000], sizes[:1000], level)
    inside = np.abs(errors[1000:]) <= widths * sizes[1000:, None]
    np.testing.assert_allclose(inside.mean(axis=0), level, atol=0.04)


def test_with_few_windows_neighbouring_steps_are_pooled():
    errors = np.random.default_rng(0).normal(size=(1, 40))
    widths = fit_half_widths(errors, np.ones(1), 0.8)
    near = np.sort(np.abs(errors[0, 10:29]))  # 19 steps around the twentieth
    assert widths[19] == pytest.approx(near[15])  # ceil(20 * 0.8) = 16th
