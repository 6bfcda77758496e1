"""Forecasts with their intervals, and their errors and coverage by step."""

import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from plots import style

MAX_PANELS = 4


def plot_forecasts(windows, label, title):
    """Plot forecasts with their intervals beside what came.

    Args:
        windows: list of dictionaries with `times` and `true` (the times before and in the horizon,
            and the values), `lines`, `{name: (horizon,)}`, the network first, `lower`, `upper` and
            `name` (those of the interval).
        label: name of the values.
        title: title of the figure.

    Returns: a Figure.
    """
    windows = windows[:MAX_PANELS]
    figure = style.create_figure(height=1.3 + 2.4 * len(windows))
    grid = figure.subplots(len(windows), 1, squeeze=False)[:, 0]
    for axes, window in zip(grid, windows, strict=True):
        ahead = window["times"][-len(window["lower"]) :]
        truth = {"color": style.BLACK, "linewidth": 1.5}
        axes.plot(window["times"], window["true"], label="truth", **truth)
        shade = {"color": style.VERMILION, "alpha": 0.2, "linewidth": 0}
        axes.fill_between(ahead, window["lower"], window["upper"], label=window["name"], **shade)
        styles = style.assign_line_styles(window["lines"])
        marker = "o" if len(ahead) == 1 else None
        for name, values in window["lines"].items():
            axes.plot(ahead, values, label=name, marker=marker, **styles[name])
        axes.set_ylabel(style.cut(label, 28))
        axes.grid(alpha=0.3)
        if ahead.dtype.kind == "M":
            locator = AutoDateLocator(minticks=3, maxticks=8)
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    style.add_legend(figure)
    figure.suptitle(style.wrap(title, 60))
    return figure


def plot_error_by_step(errors, label):
    """Plot the mean absolute error of each step of the horizon.

    Args:
        errors: `{method: (horizon,)}`, the network first.
        label: name of the values, with their unit.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    styles = style.assign_line_styles(errors)
    for name, values in errors.items():
        marker = "o" if len(values) < 20 else None
        steps = np.arange(1, len(values) + 1)
        axes.plot(steps, values, label=name, marker=marker, markersize=4, **styles[name])
    axes.set_xlabel("steps ahead")
    axes.set_ylabel(f"mean absolute error of\n{style.cut(label, 40)}")
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.3)
    axes.set_title("Error by step of the horizon")
    style.add_legend(figure)
    return figure


def plot_coverage_by_step(coverage, level, windows):
    """Plot the share of the true values in the interval at each step of the horizon.

    Args:
        coverage: `(horizon,)`.
        level: share that the intervals are to contain.
        windows: number of windows.

    Returns: a Figure.
    """
    figure = style.create_figure(height=3.6)
    axes = figure.add_subplot(ylim=(0, 1.02))
    steps = np.arange(1, len(coverage) + 1)
    axes.axhline(level, color=style.BLACK, linestyle="--", label=f"wanted: {level:.0%}")
    line = {"color": style.VERMILION, "markersize": 4}
    axes.plot(steps, coverage, "o-", label="test windows", **line)
    axes.set_xlabel("steps ahead")
    axes.set_ylabel("share of the true values\nin the interval")
    axes.grid(alpha=0.3)
    axes.set_title(f"Coverage of the intervals, {windows} test window{'s' * (windows > 1)}")
    style.add_legend(figure)
    return figure


def plot_networks(losses):
    """Plot the validation loss of each network against the epoch.

    Args:
        losses: `{network: (epochs,)}`; of "linear", which has no epochs, one number.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    others = iter(style.list_line_styles(len(losses)))
    for name, values in losses.items():
        if len(values) == 1:
            axes.axhline(values[0], color=style.BLACK, linewidth=2, label=name)
        else:
            epochs = np.arange(1, len(values) + 1)
            axes.plot(epochs, values, marker="o", markersize=4, label=name, **next(others))
    axes.set_xlabel("epoch")
    axes.set_ylabel("validation loss")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    axes.grid(alpha=0.3)
    axes.set_title("The linear model, and what networks make of it")
    style.add_legend(figure)
    return figure
