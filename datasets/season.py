"""The season of a series: after how many steps it repeats, by its autocorrelation."""

import numpy as np

DAY, WEEK = 86_400, 604_800  # seconds
MIN_CORRELATION = 0.2  # between the values a season apart
MIN_RISE = 0.1  # of the correlation, above its lowest value at shorter lags
MIN_RISE_UNKNOWN = 0.3  # of a season that the calendar does not suggest
CLOSE = 0.05  # correlations that count as equal; then the shorter season is taken
MIN_SEASONS = 3  # seasons that a series must have


def list_calendar_seasons(frequency):
    """Return the numbers of steps in a day, a week or a year that suit a frequency."""
    unit, count = frequency
    if unit.startswith("month"):
        seasons = [12 / count]
    elif unit == "business day":
        seasons = [5, 260]
    elif unit == "second":
        seasons = [DAY / count, WEEK / count]
        if count >= DAY:  # the year of hourly data is too long for a window
            seasons.append(round(365.25 * DAY / count))
    else:
        seasons = []
    return [int(season) for season in seasons if season >= 2 and season % 1 == 0]


def find_season(values, frequency):
    """Return the number of steps after which the series repeats itself; 1 if it does not.

    Seasons of the calendar come first; otherwise the highest peak of the autocorrelation counts,
    as for the eleven years of the sunspots.

    Args:
        values: `(steps,)` of the training rows, NaN where missing.
        frequency: `datasets.time_column.Frequency`.
    """
    correlation = autocorrelate(values)[: len(values) // MIN_SEASONS + 1]
    if len(correlation) < 4:
        return 1
    lowest = np.minimum.accumulate(correlation)
    # A slow series resembles itself at short lags; only what rises again is a season.
    rise = correlation - np.append(correlation[0], lowest[:-1])
    found = [
        season
        for season in list_calendar_seasons(frequency)
        if season < len(correlation)
        and correlation[season] > MIN_CORRELATION
        and rise[season] > MIN_RISE
    ]
    if found:
        best = max(correlation[season] for season in found)
        return min(season for season in found if correlation[season] > best - CLOSE)
    best = int(np.argmax(np.where(rise > MIN_RISE_UNKNOWN, correlation, -1.0)))
    is_peak = correlation[best] > MIN_CORRELATION and rise[best] > MIN_RISE_UNKNOWN
    return best if best > 1 and is_peak else 1


def autocorrelate(values):
    """Return the autocorrelation at the lags 0, 1, ... of a series without its parabola."""
    t, known = np.linspace(-1, 1, len(values)), ~np.isnan(values)
    if known.sum() < 4:
        return np.ones(1)
    x = np.where(known, values - np.polyval(np.polyfit(t[known], values[known], 2), t), 0.0)
    size = 2 ** int(np.ceil(np.log2(2 * len(x))))
    products = np.fft.irfft(np.abs(np.fft.rfft(x, size)) ** 2)[: len(x)]
    return products / products[0] if products[0] > 0 else np.ones(1)
