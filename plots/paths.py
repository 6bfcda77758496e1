"""Paths from noise to data: clouds of points at several times with trajectories, and pictures."""

import numpy as np

from plots import style
from plots.maps import MAX_ASPECT, MIN_ASPECT
from plots.picture_samples import join_pictures, show

CLOUDS, TIMES = 5, 7  # times at which points are drawn, and pictures
LINES = 40  # trajectories, of the first points
OUTERMOST = 0.002  # share of the points at each end that need not be shown


def plot_point_paths(path, names):
    """Plot clouds of points at several times, and the trajectories of the first ones.

    Args:
        path: `(points, steps + 1, 2)`, noise first.
        names: names of the two columns with their units.
    """
    names = [style.wrap(style.cut(name, 40), 20) for name in names]
    steps = path.shape[1] - 1
    ends = path[:, [0, -1]].reshape(-1, 2)
    limits = [find_limits(values) for values in ends.T]
    aspect = np.clip(np.ptp(limits[1]) / np.ptp(limits[0]), MIN_ASPECT, MAX_ASPECT)
    figure = style.create_figure(height=1.6 + 3.6 * aspect)
    grid = figure.subplots(2, 3, sharex=True, sharey=True)
    for axes, number in zip(grid.flat, choose_times(steps, CLOUDS), strict=False):
        axes.scatter(*path[:, number].T, s=2, color=style.VERMILION, linewidths=0, alpha=0.6)
        axes.set_title(describe_time(number, steps), fontsize=10)
    last = grid.flat[-1]
    last.set_title(f"{min(LINES, len(path))} trajectories", fontsize=10)
    for line in path[:LINES]:
        last.plot(*line.T, color=style.GREY, linewidth=0.6)
    last.plot(*path[:LINES, 0].T, "o", color=style.BLUE, markersize=2.5, label="noise")
    last.plot(*path[:LINES, -1].T, "o", color=style.VERMILION, markersize=2.5, label="sample")
    for axes in grid.flat:
        axes.set(xlim=limits[0], ylim=limits[1])
        axes.set_box_aspect(aspect)
    for axes in grid[1]:
        axes.set_xlabel(names[0])
    for axes in grid[:, 0]:
        axes.set_ylabel(names[1])
    style.add_legend(figure)
    figure.suptitle(f"From noise to data in {steps} steps")
    return figure


def plot_picture_paths(path, max_pixel):
    """Plot a row for each picture on its way from noise to data.

    Args:
        path: `(pictures, steps + 1, height, width, channels)`, noise first.
        max_pixel: as in `plots.picture_samples.plot_picture_samples`.
    """
    steps = path.shape[1] - 1
    chosen = choose_times(steps, TIMES)
    figure = style.create_figure(height=0.9 + 6.2 * len(path) / len(chosen))
    panels = figure.subplots(1, len(chosen))
    for axes, number in zip(panels, chosen, strict=True):
        show(axes, join_pictures(path[:, number], max_pixel, side=1))
        axes.set_title(describe_time(number, steps), fontsize=10)
    figure.suptitle(f"From noise to pictures in {steps} steps")
    return figure


def choose_times(steps, count):
    """Return the numbers of the steps to draw, first and last among them."""
    return np.unique(np.linspace(0, steps, count).round().astype(int))


def describe_time(number, steps):
    ends = {0: "noise", steps: "sample"}
    return ends.get(number, f"step {number}")


def find_limits(values):
    """Return limits of an axis that show all but the outermost points."""
    low, high = np.nanquantile(values, [OUTERMOST, 1 - OUTERMOST])
    margin = 0.05 * (high - low)
    return low - margin, high + margin
