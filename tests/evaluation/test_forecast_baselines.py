"""Classical forecasts beside statsmodels itself; none of them knows the future."""

import warnings

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX

from datasets.time_column import Frequency
from datasets.time_series import make_time_series
from datasets.windows import Lengths, Roles
from evaluation import forecast_baselines as baselines
from evaluation.forecast import naive_error, score_forecast

STOP = 100  # where the test begins


def make_series(y, season=12):
    times = Frequency("step", 1).make_grid(0.0, len(y))
    lengths = Lengths(horizon=4, window=24, season=season, test=len(y) - STOP)
    roles = Roles("t", ("y",))
    return make_time_series("y", times, y[:, None], Frequency("step", 1), roles, lengths)


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    t = np.arange(130)
    return make_series(50 + 0.3 * t + 8 * np.sin(2 * np.pi * t / 12) + random.normal(size=130))


def forecast_both(fit, data):
    """Return forecasts from the first test origin and from a later one, and their series."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an optimiser that ended early
        return fit(data.values[:, 0], data)(np.array([STOP, 115])), data.values[:, 0]


def test_what_is_repeated(data):
    found, y = forecast_both(baselines.repeat_last, data)
    np.testing.assert_array_equal(found, np.repeat(y[[99, 114], None], 4, axis=1))
    found, y = forecast_both(baselines.repeat_season, data)
    np.testing.assert_array_equal(found, [y[88:92], y[103:107]])


def test_theta_is_that_of_statsmodels(data):
    found, y = forecast_both(baselines.fit_theta, data)
    fitted = ThetaModel(y[:STOP], period=12).fit()
    np.testing.assert_allclose(found[0], fitted.forecast(4), rtol=1e-6)
    # Later the level has moved on, as pandas' exponentially weighted mean does.
    b0, alpha = fitted.params["b0"], fitted.params["alpha"]
    pattern = np.roll(fitted.forecast_components(12)["seasonal"], STOP % 12)  # from step 0 on
    adjusted = pd.Series(y[:115] / pattern[np.arange(115) % 12])
    level = adjusted.ewm(alpha=alpha, adjust=False).mean().iloc[-1]
    lines = level + b0 / 2 * (np.arange(4) + 1 / alpha)
    np.testing.assert_allclose(found[1], lines * pattern[np.arange(115, 119) % 12], rtol=1e-3)


@pytest.mark.parametrize(
    ("fit", "make", "choices"),
    [
        (baselines.fit_ets, lambda y: ExponentialSmoothing(y, trend=True, seasonal=12), "TRENDS"),
        (
            baselines.fit_arima,
            lambda y: SARIMAX(y, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)),
            "SEASONAL_ORDERS",
        ),
    ],
)
def test_state_space_models_are_those_of_statsmodels(fit, make, choices, data, monkeypatch):
    only = {"TRENDS": ({"trend": True},), "SEASONAL_ORDERS": ((0, 1, 1),)}
    monkeypatch.setattr(baselines, choices, only[choices])
    found, y = forecast_both(fit, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an optimiser that ended early
        fitted = make(y[:STOP]).fit(disp=0)
        np.testing.assert_allclose(found[0], fitted.forecast(4), rtol=1e-4)
        later = fitted.append(y[STOP:115]).forecast(4)
    np.testing.assert_allclose(found[1], later, rtol=1e-4)


@pytest.mark.parametrize("season", [12, 20])  # the longer one is taken out before
def test_the_future_changes_nothing(season, data):
    y = data.values[:, 0]
    changed = y.copy()
    changed[115:] = 1000 * np.arange(15.0)
    origins = np.array([STOP, 107, 115])
    found = [
        {name: one.endpoints["forecast"](origins) for name, one in
         baselines.fit_forecast_baselines(make_series(values, season)).items()}
        for values in (y, changed)
    ]  # fmt: skip
    assert set(found[0]) == {"last value", "seasonal naive", "ETS", "Theta", "ARIMA"}
    for name, values in found[0].items():
        assert values.shape == (3, 4, 1)
        np.testing.assert_allclose(found[1][name], values, rtol=1e-6, err_msg=name)


def test_missing_values_in_the_series():
    random = np.random.default_rng(1)
    y = np.sin(2 * np.pi * np.arange(130) / 12) + 0.1 * random.normal(size=130) + 5
    y[[40, 41, 99, 112]] = np.nan
    data = make_series(y)
    for name, one in baselines.fit_forecast_baselines(data).items():
        forecasts = one.endpoints["forecast"](data.origins["test"])[:, :, 0]
        assert np.isfinite(forecasts).all(), name
        if name != "last value":
            assert score_forecast(data.test.targets["y"], forecasts, 1.0)["MAE"] < 0.5, name


def test_the_long_season_follows_its_changes():
    t = np.arange(160)
    y = (1 + t / 40) * np.sin(2 * np.pi * t / 20)  # grows
    found = baselines.find_long_season(y, 20, 120, 10)
    assert found.shape == (170,)
    np.testing.assert_allclose(found[:120], y[:120], atol=0.3)
    np.testing.assert_array_equal(found[120:140], found[100:120])
    np.testing.assert_array_equal(found[150:], found[110:130])


def test_scores(data):
    y = data.values[:STOP, 0]
    assert naive_error(data, 0) == pytest.approx(np.abs(y[12:] - y[:-12]).mean())
    true = np.array([[1.0, 2.0], [4.0, np.nan]])
    found = score_forecast(true, np.array([[2.0, 2.0], [2.0, 9.0]]), 2.0)
    assert found == pytest.approx(
        {"MASE": 0.5, "MAE": 1.0, "RMSE": (5 / 3) ** 0.5, "MAPE": 100 * 1.5 / 3}
    )
    assert "MAPE" not in score_forecast(true - 1, true, 1.0)  # a true value is 0
