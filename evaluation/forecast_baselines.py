"""Classical forecasts: last value, seasonal naive, ETS, Theta, ARIMA, each fitted once.

Their coefficients are those of the steps before the test; at each origin they know all values up to
it, as the network does.
"""

import itertools
import time
import warnings

import numpy as np
import pandas as pd
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX

from evaluation.baselines import Baseline

LONGEST_SEASON = 12  # steps; a longer one is taken out of the series before
FITTED_STEPS = 2000  # the last ones, that are fitted
ORDERS = ((0, 1, 1), (1, 1, 1), (2, 1, 2), (2, 0, 1), (3, 0, 1))
SEASONAL_ORDERS = ((0, 1, 1), (1, 1, 1), (2, 1, 0))
TRENDS = ({}, {"trend": True}, {"trend": True, "damped_trend": True})


def fit_forecast_baselines(data):
    """Fit simpler methods to all steps before the test: `{name: Baseline}`.

    Their endpoint `forecast` takes origins, `(rows,)`, and returns `(rows, horizon, targets)`.

    Args:
        data: `datasets.time_series.TimeSeries`.
    """
    methods = {"last value": repeat_last, "seasonal naive": repeat_season} | {
        "ETS": fit_ets, "Theta": fit_theta, "ARIMA": fit_arima
    }  # fmt: skip
    if data.lengths.season == 1:
        del methods["seasonal naive"]
    found = {}
    for name, fit in methods.items():
        print(f"baseline    {name}")
        start = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of an optimiser that ended early
                forecasts = [fit(data.values[:, k], data) for k in range(len(data.targets))]
        except np.linalg.LinAlgError as error:
            print(f"note        {name} cannot be fitted: {error}")
            continue
        found[name] = Baseline({"forecast": side_by_side(forecasts)}, time.perf_counter() - start)
    return found


def side_by_side(forecasts):
    return lambda origins: np.stack([one(origins) for one in forecasts], axis=-1)


def test_start(data):
    """Return the step with which the test begins."""
    return len(data.values) - data.lengths.test


def fill(y):
    """Return a series whose missing values are the last known ones."""
    return pd.Series(y).ffill().bfill().to_numpy()


def repeat_last(y, data):
    return lambda origins: np.repeat(fill(y)[origins - 1, None], data.lengths.horizon, axis=1)


def repeat_season(y, data):
    season = data.lengths.season
    steps = np.arange(data.lengths.horizon) % season - season
    return lambda origins: fill(y)[origins[:, None] + steps]


def fit_theta(y, data):
    """Fit half the linear trend and exponential smoothing, with seasonal factors.

    Source: Assimakopoulos and Nikolopoulos, The theta model, 2000; Hyndman and Billah, 2003.
    """
    horizon, season = data.lengths.horizon, data.lengths.season

    def fit(y, stop):
        is_short = 1 < season <= LONGEST_SEASON and stop >= 2 * season
        fitted = ThetaModel(fill(y[:stop]), period=season, deseasonalize=is_short).fit()
        parts = fitted.forecast_components(max(season, 2))
        level, alpha = parts["ses"].iloc[0], fitted.params["alpha"]
        # Of a constant, statsmodels takes half the value for the slope.
        drift = fitted.params["b0"] if np.ptp(fill(y[:stop])) > 0 else 0.0
        pattern = parts["seasonal"].to_numpy()[:season]  # of the steps from `stop` on
        is_product = fitted.model.method.startswith("mul")
        combine, remove = (np.multiply, np.divide) if is_product else (np.add, np.subtract)
        levels = [level]
        for step, value in enumerate(y[stop:]):
            error = remove(value, pattern[step % season]) - level
            level += 0.0 if np.isnan(error) else alpha * error
            levels.append(level)

        def forecast(origins):
            steps, behind = np.arange(horizon), origins[:, None] - stop
            rate = np.clip(alpha, 1e-12, 1 - 1e-12)  # it is 0 for a constant
            past = -np.expm1(origins[:, None] * np.log1p(-rate)) / rate
            lines = np.array(levels)[behind] + drift / 2 * (steps + past)
            return combine(lines, pattern[(behind + steps) % season])

        return forecast

    return choose_best([fit], y, data)


def fit_ets(y, data):
    """Fit exponential smoothing with additive errors: without a trend, with one, or damped."""
    season = data.lengths.season
    seasonal = {"seasonal": season} if 1 < season <= LONGEST_SEASON else {}
    makers = [
        lambda x, trend=trend: ExponentialSmoothing(x, **trend, **seasonal) for trend in TRENDS
    ]
    return choose_best([fit_state_space(make, data) for make in makers], y, data)


def fit_arima(y, data):
    """Fit ARIMA, with seasonal differences and averages if the season is short."""
    season = data.lengths.season
    if 1 < season <= LONGEST_SEASON:
        seasonal = (0, 1, 1, season)
        orders = [{"order": order, "seasonal_order": seasonal} for order in SEASONAL_ORDERS]
    else:
        orders = [{"order": order, "trend": "n" if order[1] else "c"} for order in ORDERS]
    makers = [lambda x, order=order: SARIMAX(x, **order) for order in orders]
    return choose_best([fit_state_space(make, data) for make in makers], y, data)


def fit_state_space(make, data):
    """Return a function that fits a model of statsmodels, `make(y)`; see `choose_best`."""

    def fit(y, stop):
        first = max(0, stop - FITTED_STEPS)
        y = y[first:].copy()
        start = 2 * max(data.lengths.season, 5)  # steps by which ETS guesses its first state
        y[:start] = fill(y)[:start]
        fitted = make(y[: stop - first]).fit(disp=0)
        results = fitted.append(y[stop - first :])  # with the same coefficients
        return lambda origins: forecast_states(results, origins - first, data.lengths.horizon)

    return fit


def choose_best(fits, y, data):
    """Return the forecast of the method that is best on the validation windows.

    Each is also tried without the season that is longer than it can have itself.

    Args:
        fits: functions of a series and of the number of steps to fit, which return a function of
            origins `(rows,)` to forecasts `(rows, horizon)`.
        y: `(steps,)`, NaN where missing.
        data: `datasets.time_series.TimeSeries`.
    """
    season, steps = data.lengths.season, np.arange(data.lengths.horizon)

    def fit_rest(fit, has_long_season, stop):
        long_season = find_long_season(y, season, stop, len(steps)) * has_long_season
        forecast = fit(y - long_season[: len(y)], stop)
        return lambda origins: forecast(origins) + long_season[origins[:, None] + steps]

    choices = (True, False) if season > LONGEST_SEASON else (True,)
    candidates = list(itertools.product(fits, choices))
    origins, errors = data.origins["validation"], []
    for candidate in candidates if len(candidates) > 1 else ():
        try:
            forecast = fit_rest(*candidate, origins[0])(origins)
            error = np.nanmean(np.abs(forecast - y[origins[:, None] + steps]))
        except np.linalg.LinAlgError:
            error = np.inf
        errors.append(error if np.isfinite(error) else np.inf)
    best = candidates[int(np.argmin(errors))] if errors else candidates[0]
    return fit_rest(*best, test_start(data))


def find_long_season(y, season, stop, horizon):
    """Return what a long season adds to each step; 0 for a short one, which a model has itself.

    The season may change slowly; after `stop` the last one is repeated.

    Args:
        y: `(steps,)`, of which the ones before `stop` are looked at.

    Returns: `(steps + horizon,)`.

    Source: Cleveland et al., STL: a seasonal-trend decomposition, 1990.
    """
    steps = np.arange(len(y) + horizon)
    if season <= LONGEST_SEASON or stop < 2 * season:
        return np.zeros(len(steps))
    seasonal = STL(fill(y[:stop]), period=season).fit().seasonal
    return np.where(steps < stop, seasonal[np.minimum(steps, stop - 1)],
                    seasonal[stop - season + (steps - stop) % season])  # fmt: skip


def forecast_states(results, origins, horizon):
    """Return the forecasts of a state space model from each origin, `(rows, horizon)`.

    The state that is predicted for a step knows the values before it.

    Args:
        results: results of statsmodels.
        origins: steps with which the horizons begin, `(rows,)`.
        horizon: number of steps.
    """
    matrices = results.model.ssm
    design, transition = matrices["design"], matrices["transition"]
    offset = np.reshape(matrices["state_intercept"], (len(transition), -1))[:, :1]
    states, found = results.predicted_state[:, origins], []
    for _ in range(horizon):
        found.append((design @ states)[0])
        states = transition @ states + offset
    return np.stack(found, axis=1)
