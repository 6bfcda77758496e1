"""Operators: input functions, what a network answers, the truth, and the error."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from plots import style

FAR = 5  # sizes of the truth, up to which the network is shown beyond it
SLACK = 0.05  # share of a range, by which values may be beyond a colour bar without a mark
NARROW = 0.01  # smallest range of an axis, relative to the values


def plot_examples(rows, inputs, outputs, names):
    """Plot pairs of functions of one coordinate: a column for each, with its error below.

    Args:
        rows: `{title: {"input": (m,), "truth": (n,), "network": (n,)}}`.
        inputs: coordinates of the inputs, `(m, coordinates)`; of several the values are drawn by
            their number.
        outputs: coordinates of the outputs, `(n, coordinates)`.
        names: names of the input and of the output function.

    Returns: a Figure.
    """
    figure = style.create_figure(width=7.6, height=4.6)
    grid = figure.subplots(3, len(rows), squeeze=False, sharex="col", height_ratios=[2, 2, 1])
    lines = style.assign_line_styles(["truth", "network"])
    for column, (title, row) in enumerate(rows.items()):
        above, middle, below = grid[:, column]
        above.plot(*sort_points(inputs, row["input"]), color=style.BLUE, linewidth=1.2)
        for name, line in lines.items():
            middle.plot(*sort_points(outputs, row[name]), label=name, **line)
        low, high = find_range(row["truth"], row["network"])
        middle.set_ylim(low, high)
        if row["network"].min() < low or row["network"].max() > high:
            middle.set_title("the network goes beyond", fontsize=style.SMALL)
        error = np.abs(row["network"] - row["truth"])
        below.plot(*sort_points(outputs, error), color=style.VERMILION, linewidth=1.2)
        below.ticklabel_format(axis="y", scilimits=(-2, 3))
        above.set_title(title, fontsize=style.SMALL)
        below.set_xlabel("x" if outputs.shape[1] == 1 else "number of the point")
        for axes in (above, middle, below):
            axes.grid(alpha=0.3)
    for axes, name, kind in zip(grid[:2, 0], names, ("input", "output"), strict=True):
        axes.set_ylabel(name if name.startswith(kind) else f"{kind} {name}")
    grid[2, 0].set_ylabel("|error|")
    figure.suptitle("Test functions: input, output and error")
    style.add_legend(figure, columns=2)
    return figure


def find_range(truth, found):
    """Return limits of an axis; a function that is nearly constant is not magnified without end."""
    span = FAR * max(np.ptp(truth), np.abs(truth).max())
    found = np.clip(found, truth.min() - span, truth.max() + span)
    low, high = style.find_limits(np.concatenate([np.ravel(truth), np.ravel(found)]))
    half = max(high - low, NARROW * np.abs(truth).max()) / 2
    return (low + high) / 2 - half, (low + high) / 2 + half


def sort_points(points, values):
    """Return one coordinate and values in its order; of several coordinates the numbers."""
    x = points[:, 0] if points.shape[1] == 1 else np.arange(len(points))
    order = np.argsort(x)
    return x[order], np.ravel(values)[order]


def plot_medium_examples(rows, inputs, outputs, names):
    """Draw pairs of functions of two coordinates as maps: a row for each.

    Args:
        rows: as for `plot_examples`, `(x, y)` arrays, or `(points,)` of scattered points.
        inputs, outputs: both axes of a grid, a pair of arrays; or scattered points, `(points, 2)`.
        names: names of the input and of the output function.

    Returns: a Figure.
    """
    figure = style.create_figure(width=8.4, height=0.7 + 2.0 * len(rows))
    grid = figure.subplots(len(rows), 4, squeeze=False)
    for line, (title, row) in enumerate(rows.items()):
        error = np.abs(row["network"] - row["truth"])
        maps = {f"input {names[0]}": row["input"], f"{names[1]}, truth": row["truth"],
                f"{names[1]}, network": row["network"], "|error|": error}  # fmt: skip
        limits = row["truth"].min(), row["truth"].max()
        for number, (axes, (name, values)) in enumerate(zip(grid[line], maps.items(), strict=True)):
            low, high = limits if number in (1, 2) else (values.min(), values.max())
            colours = {"cmap": style.SEQUENTIAL if number else "Greys", "vmin": low, "vmax": high}
            image = draw_map(axes, inputs if number == 0 else outputs, values, colours)
            slack = SLACK * (high - low)
            beyond = 2 * bool(values.max() > high + slack) + bool(values.min() < low - slack)
            bar = figure.colorbar(
                image, ax=axes, fraction=0.08, shrink=0.74, ticks=MaxNLocator(3),
                extend=("neither", "min", "max", "both")[beyond],
            )  # fmt: skip
            bar.formatter.set_powerlimits((-2, 3))
            bar.ax.tick_params(labelsize=8)
            bar.ax.yaxis.get_offset_text().set_fontsize(8)
            axes.set_aspect("equal" if values.ndim == 2 else "auto")  # of points in any units
            axes.set_xticks([])
            axes.set_yticks([])
            if line == 0:
                axes.set_title(name, fontsize=style.SMALL)
        grid[line, 0].set_ylabel(title.replace(": ", "\n"), fontsize=style.SMALL)
    figure.suptitle("Test functions: input, output and error")
    return figure


def draw_map(axes, places, values, colours):
    """Draw a function on a grid as a map, at scattered points as dots. Returns the artist."""
    if values.ndim == 2:
        return axes.pcolormesh(*places, values.T, shading="nearest", rasterized=True, **colours)
    size = min(30, 2000 / len(values))
    edges = {"edgecolors": style.GREY, "linewidths": 0.3}
    return axes.scatter(*places.T, c=values, s=size, **edges, **colours)


def plot_rollout_errors(errors):
    """Plot the mean error of each method against the number of steps.

    Args:
        errors: `{method: [error after 1, 2, ... steps]}`.

    Returns: a Figure.
    """
    figure = style.create_figure(height=3.6)
    axes, lines = figure.add_subplot(), []
    for number, (name, line) in enumerate(style.assign_line_styles(errors).items()):
        y = style.mask_nonpositive(errors[name])
        axes.plot(np.arange(1, len(y) + 1), y, marker=style.MARKERS[number], label=name, **line)
        lines.append(y)
    style.set_log_axis(axes, lines)
    axes.set_xticks(np.arange(1, len(y) + 1))
    axes.set_xlabel("number of steps")
    axes.set_ylabel("relative L2 error, mean")
    axes.set_title("Rollouts: each answer is the next input")
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=3)
    return figure
