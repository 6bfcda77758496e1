"""Series in time: by class with the mistakes, coloured by what decided, and the gates of a cell."""

import numpy as np
from matplotlib.collections import LineCollection

from plots import style

MAX_PANELS = 9
MAX_LINES = 30  # of a class


def plot_series_by_class(series, true, predicted, classes, title="Test series by class"):
    """Plot the series of each class, those that are predicted wrongly above the others.

    Args:
        series: list of `(steps,)`.
        true, predicted: true and predicted classes, `(rows,)`.
        classes: all classes in their order; the first nine are shown.
        title: title of the figure.

    Returns: a Figure.
    """
    true, predicted = np.asarray(true), np.asarray(predicted)
    shown = classes[:MAX_PANELS]
    rows, columns = style.arrange_panels(len(shown))
    figure = style.create_figure(height=1.2 + 1.9 * rows)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
    for axes in grid[len(shown) :]:
        axes.axis("off")
    right_line = {"color": style.SKY, "linewidth": 0.7, "label": "predicted rightly"}
    wrong_line = {"color": style.VERMILION, "linewidth": 1.5, "label": "predicted wrongly"}
    for axes, label in zip(grid, shown, strict=False):
        is_class, is_right = true == label, true == predicted
        for row in np.flatnonzero(is_class & is_right)[:MAX_LINES]:
            axes.plot(np.arange(1, len(series[row]) + 1), series[row], **right_line)
        for row in np.flatnonzero(is_class & ~is_right)[:MAX_LINES]:
            axes.plot(np.arange(1, len(series[row]) + 1), series[row], **wrong_line)
        wrong = int((is_class & ~is_right).sum())
        text = f"{style.cut(label, 20)}\n{wrong} of {int(is_class.sum())} wrong"
        axes.set_title(text, fontsize=style.SMALL)
    for axes in grid[(rows - 1) * columns : len(shown)]:
        axes.set_xlabel("step")
    figure.suptitle(title)
    style.add_legend(figure)
    return figure


def plot_activation_maps(series, maps, names):
    """Plot series coloured by how much each step speaks for the predicted class.

    Args:
        series: list of `(steps,)`.
        maps: list of `(steps,)`: what each step adds to the score of the class.
        names: title of each panel.

    Returns: a Figure.
    """
    rows, columns = style.arrange_panels(len(series))
    figure = style.create_figure(height=0.9 + 2.0 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(series) :]:
        axes.axis("off")
    largest = max(np.abs(values).max() for values in maps) or 1.0
    for axes, y, values, name in zip(grid, series, maps, names, strict=False):
        t = np.arange(1, len(y) + 1)
        points = np.stack([t, y], axis=1)  # (steps, 2)
        segments = np.stack([points[:-1], points[1:]], axis=1)
        lines = LineCollection(segments, cmap=style.DIVERGING, linewidth=2.5)
        lines.set_array((values[:-1] + values[1:]) / 2)
        lines.set_clim(-largest, largest)
        axes.plot(t, y, color=style.GREY, linewidth=0.6)
        axes.add_collection(lines)
        axes.set_title(style.cut(name, 24), fontsize=style.SMALL)
    figure.colorbar(lines, ax=list(grid), label="speaks for the class", shrink=0.8)
    figure.supxlabel("step")
    figure.suptitle("Which steps decided")
    return figure


def plot_gates(series, gates, title="The gates of a recurrent network"):
    """Plot one series, and what each unit of the gates does at each step.

    Args:
        series: `(steps, channels)`.
        gates: `{name: (steps, units)}`: numbers from 0 to 1, or from -1 to 1 for the candidate, the
            memory (which may be larger) and the hidden state. The first one orders the units.

    Returns: a Figure.
    """
    figure = style.create_figure(height=1.6 + 1.2 * len(gates))
    heights = [1.2] + [1.0] * len(gates)
    grid = figure.subplots(len(gates) + 1, 1, sharex=True, height_ratios=heights)
    steps = len(series)
    grid[0].plot(np.arange(1, steps + 1), series, color=style.BLACK, linewidth=1.2)
    grid[0].set_ylabel("series")
    order = np.argsort(next(iter(gates.values())).mean(axis=0))
    for axes, (name, values) in zip(grid[1:], gates.items(), strict=True):
        values = np.asarray(values, float)
        is_gate = values.min() >= 0
        largest = np.abs(values).max() or 1.0
        limits = (0, 1) if is_gate else (-largest, largest)
        image = axes.imshow(
            values[:, order].T,
            aspect="auto",
            interpolation="nearest",
            cmap=style.SEQUENTIAL if is_gate else style.DIVERGING,
            vmin=limits[0],
            vmax=limits[1],
            extent=(0.5, steps + 0.5, values.shape[1] + 0.5, 0.5),
        )
        axes.set_ylabel(name)
        axes.set_yticks([])
        figure.colorbar(image, ax=axes, pad=0.01)
    grid[-1].set_xlabel("step")
    figure.suptitle(title)
    return figure
