"""Scores and pictures of forecasts, beside classical methods from the same origins."""

import numpy as np

from evaluation.evaluation import Evaluation, Headline
from evaluation.supervised_figures import choose_prefixes
from plots.forecast import (
    plot_coverage_by_step,
    plot_error_by_step,
    plot_forecasts,
    plot_networks,
)
from plots.history import plot_history

SHOWN_HISTORIES = 3  # horizons before a forecast that are drawn
PANELS = 3  # forecasts that are drawn
WORSE = 0.02  # share of the error by which a baseline must be lower for advice


def evaluate_forecasts(run, data, baselines, level):
    """Score and draw a forecaster beside simpler methods: an `Evaluation`.

    Every step of the test part is an origin whose horizon ends within it.

    Args:
        run: `runs.run.Run` with the endpoint `forecast`.
        data: `datasets.time_series.TimeSeries`.
        baselines: from `evaluation.forecast_baselines.fit_forecast_baselines`.
        level: share of the true values that the intervals are to contain.
    """
    origins, names = data.origins["test"], [target.name for target in data.targets]
    windows = len(origins)
    scored = f"{windows} window{'s' * (windows > 1)} of {data.lengths.horizon} steps"
    print(f"Scoring {scored} ...")
    answers = run.predict(data.test.inputs, "forecast")
    forecasts = {"network": answers["mean"]}
    for name, baseline in baselines.items():
        forecasts[name] = baseline.endpoints["forecast"](origins)
    scores, tables, figures = {name: {} for name in forecasts}, {}, {}
    for k, (name, prefix) in enumerate(zip(names, choose_prefixes(data.targets), strict=True)):
        true, scale = data.test.targets[name], naive_error(data, k)
        for method, values in forecasts.items():
            scores[method][name] = score_forecast(true, values[:, :, k], scale)
        lower, upper = answers["lower"][:, :, k], answers["upper"][:, :, k]
        inside = np.where(np.isnan(true), np.nan, (lower <= true) & (true <= upper))
        scores["network"][name]["coverage"] = float(np.nanmean(inside))
        scores["network"][name]["interval_width"] = float(np.mean(upper - lower))
        heading = f"{name}, test ({scored})"
        tables[heading] = tabulate({method: found[name] for method, found in scores.items()})
        best = min(baselines, key=lambda method, name=name: scores[method][name]["MASE"])
        one = {method: values[:, :, k] for method, values in forecasts.items()}
        figures[f"{prefix}forecast"] = draw_forecasts(data, k, one, best, lower, upper, level)
        errors = {method: average_known(np.abs(x - true)) for method, x in one.items()}
        figures[f"{prefix}error-by-step"] = plot_error_by_step(errors, data.targets[k].label)
        covered = average_known(inside)
        figures[f"{prefix}coverage-by-step"] = plot_coverage_by_step(covered, level, windows)
    tables |= tabulate_networks(run.config)
    losses = run.config["networks"]["losses"]
    figures |= {"networks": plot_networks(losses)} if len(losses) > 1 else {}
    figures |= {"history": plot_history(run.history)} if len(run.history["epoch"]) > 1 else {}
    first = {method: found[names[0]]["MASE"] for method, found in scores.items()}
    best = min(baselines, key=first.get)
    metrics = {
        "splits": {"test": {"rows": windows, "scores": scores}},
        "fit_seconds": {name: baseline.seconds for name, baseline in baselines.items()},
    }
    headline = Headline(f"MASE of {names[0]}", first["network"], first[best], best)
    independent = -(-windows // data.lengths.horizon)
    advice = advise(headline, scores["network"][names[0]]["coverage"], level, independent)
    return Evaluation(headline, tables, figures, metrics, advice)


def average_known(x):
    """Return the mean of each column, NaN where nothing is known."""
    known = ~np.isnan(x)
    return np.divide(np.nansum(x, axis=0), known.sum(axis=0), where=known.any(axis=0),
                     out=np.full(x.shape[1], np.nan))  # fmt: skip


def naive_error(data, channel):
    """Return the mean absolute error of the seasonal naive forecast before the test, one season
    ahead: the unit of the MASE.

    Source: Hyndman and Koehler, Another look at measures of forecast accuracy, 2006.
    """
    before, season = data.values[: -data.lengths.test, channel], data.lengths.season
    error = float(np.nanmean(np.abs(before[season:] - before[:-season])))
    return max(error, float(np.finfo("float32").tiny))  # of a constant


def score_forecast(true, forecast, scale):
    """Return `{score: value}` of forecasts `(windows, horizon)`; missing values do not count.

    Args:
        true: true values, NaN where missing.
        forecast: forecast values.
        scale: unit of the MASE, from `naive_error`.
    """
    known = ~np.isnan(true)
    error, true = (forecast - true)[known], true[known]
    found = {"MASE": np.abs(error).mean() / scale, "MAE": np.abs(error).mean()}
    found["RMSE"] = (error**2).mean() ** 0.5
    if (true > 0).all():
        found["MAPE"] = 100 * np.abs(error / true).mean()
    return {name: float(value) for name, value in found.items()}


def tabulate(scores):
    """Return rows of scores, a column a method; coverage is that of the network's intervals."""
    names = {"MAPE": "MAPE [%]", "interval_width": "width of the interval"}
    return [
        ["metric", *scores],
        *(
            [names.get(metric, metric), *(found.get(metric, "") for found in scores.values())]
            for metric in scores["network"]
        ),
    ]


def tabulate_networks(config):
    """Return the table of the validation losses if several networks were tried."""
    tried = config["networks"]
    if len(tried["losses"]) < 2:
        return {}
    rows = [
        [name, min(losses), "kept" if name == tried["kept"] else ""]
        for name, losses in tried["losses"].items()
    ]
    heading = f"Networks, validation loss (standard error {tried['margin']:.2g})"
    return {heading: [["network", "loss", ""], *rows]}


def draw_forecasts(data, channel, forecasts, best, lower, upper, level):
    """Draw the last test window, and earlier ones that do not overlap with it."""
    horizon, origins = data.lengths.horizon, data.origins["test"]
    rows = np.arange(len(origins) - 1, -1, -horizon)[:PANELS][::-1]
    windows = []
    for row in rows:
        origin = origins[row]
        shown = slice(max(0, origin - SHOWN_HISTORIES * horizon), origin + horizon)
        windows.append(
            {
                "times": data.times[shown],
                "true": data.values[shown, channel],
                "lower": lower[row],
                "upper": upper[row],
                "lines": {name: forecasts[name][row] for name in ("network", best)},
                "name": f"{level:.0%} interval",
            }
        )
    return plot_forecasts(windows, data.targets[channel].label, "Forecasts of the last test steps")


def advise(headline, coverage, level, independent):
    """Return lines of advice about a better baseline, or intervals that do not hold.

    Args:
        headline: `Headline`.
        coverage: share of the true values that the intervals contain.
        level: share that they are to contain.
        independent: number of windows that do not overlap.
    """
    lines = []
    if headline.baseline < (1 - WORSE) * headline.value:
        lines.append(
            f"{headline.method}: better, MASE {headline.baseline:.3g} instead of "
            f"{headline.value:.3g}; use it, or try a different --history"
        )
    chance = 2 * (level * (1 - level) / independent) ** 0.5
    if abs(coverage - level) > max(0.1, chance):
        lines.append(
            f"the {level:.0%} intervals contain {coverage:.0%} of the test values: the series "
            "behaves differently than in the validation part"
        )
    return tuple(lines)
