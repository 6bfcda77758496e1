"""Functions of one or two variables and their fits, inside and outside the training data."""

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from plots import style


def plot_curves(x, lines, points=None, interval=None, x_label="x", y_label="y", title=""):
    """Plot functions of one variable.

    Args:
        x: positions, `(n,)`.
        lines: `{name: (n,)}`; the first line, the truth, sets the limits of the y axis.
        points: training data `(x, y)`, each `(rows,)`.
        interval: training interval `(low, high)`.
        x_label: name of the variable, with its unit.
        y_label: name of the values, with their unit.
        title: title of the figure.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    if interval is not None:
        axes.axvspan(*interval, color=style.GREY, alpha=0.2, linewidth=0, label="training interval")
    if points is not None:
        axes.plot(*points, "o", color=style.GREY, markersize=3, alpha=0.4, label="training data")
    colours = (style.BLACK, style.VERMILION, style.BLUE, style.GREEN, style.PINK, style.ORANGE)
    for number, (name, values) in enumerate(lines.items()):
        line = {"color": colours[number % 6], "linestyle": style.DASHES[number % 4], "linewidth": 2}
        axes.plot(x, values, label=style.cut(name, 30), **line)
    truth, *others = lines.values()
    data = truth if points is None else np.concatenate([truth, points[1]])
    axes.set_ylim(*style.find_limits(data, others))
    axes.set_xlabel(style.wrap(x_label, 55))
    axes.set_ylabel(style.wrap(y_label))
    axes.set_title(style.wrap(title, 55))
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=3)
    return figure


def plot_surfaces(x, y, values, interval, x_label, y_label):
    """Plot a function of two variables, the network and its error as maps side by side.

    Args:
        x: positions, `(m,)`.
        y: positions, `(n,)`.
        values: `{name: (n, m)}` of two names, the truth and the network, on `np.meshgrid(x, y)`.
        interval: box of the training data, `(x_low, x_high, y_low, y_high)`; it is outlined.
        x_label: name of x, with its unit.
        y_label: name of y, with its unit.

    Returns: a Figure. The colours of the first two panels span the range of the truth; values
    beyond it have the colour of the end.
    """
    (truth_name, truth), (network_name, network) = values.items()
    error = np.abs(np.asarray(network, dtype=float) - truth)
    largest = np.nanmax(error) or 1.0
    error = np.maximum(error, 1e-6 * largest)  # a logarithmic scale has no zero
    value_colours = {"vmin": np.nanmin(truth), "vmax": np.nanmax(truth), "cmap": "viridis"}
    # Logarithmic, since outside the box the error is larger by orders of magnitude.
    error_norm = LogNorm(max(np.nanmin(error), 1e-4 * largest), largest)
    error_colours = {"norm": error_norm, "cmap": style.SEQUENTIAL}
    panels = [
        (truth_name, truth, value_colours),
        (network_name, network, value_colours),
        (f"|{network_name} − {truth_name}|", error, error_colours),
    ]

    figure = style.create_figure(height=3.8)
    grid = figure.subplots(1, 3, sharex=True, sharey=True)
    images = []
    for axes, (name, panel, colours) in zip(grid, panels, strict=True):
        images.append(axes.pcolormesh(x, y, panel, shading="nearest", **colours))
        _outline_box(axes, *interval)
        axes.set_title(style.wrap(name, 18), fontsize=10)
        axes.set_xlabel(style.wrap(x_label, 22))
    grid[0].set_ylabel(style.wrap(y_label, 30))
    below = {"location": "bottom"}
    # Pointed ends: values beyond the range of the truth have the colour of the end.
    ticks = MaxNLocator(5)
    figure.colorbar(images[1], ax=grid[:2], extend="both", label="value", ticks=ticks, **below)
    figure.colorbar(images[2], ax=grid[2], label="error", **below)
    figure.suptitle("Inside and outside the training data (dashed box)")
    return figure


def _outline_box(axes, x_low, x_high, y_low, y_high):
    """Outline a box in black on white, visible on any colour."""
    for colour, dashes in (("white", "-"), ("black", "--")):
        line = {"fill": False, "edgecolor": colour, "linestyle": dashes, "linewidth": 1.5}
        axes.add_patch(Rectangle((x_low, y_low), x_high - x_low, y_high - y_low, **line))
