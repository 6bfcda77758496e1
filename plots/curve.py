"""Functions of one or two variables: the truth and what was fitted to it, inside and outside the training data."""

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from plots import style


def curve(x, lines, points=None, interval=None, x_label="x", y_label="y", title=""):
    """Functions of one variable.

    Args:
        x: `(n,)`.
        lines: dict of name to `(n,)` values; the first, the truth, sets the limits of the picture.
        points: `(x, y)` of the training data, each `(rows,)`.
        interval: `(low, high)` where the training data lie.
        x_label: what x is, with its unit.
        y_label: what y is, with its unit.
        title: what the picture shows.

    Returns:
        A Figure.
    """
    figure = style.figure()
    axes = figure.add_subplot()
    if interval is not None:
        axes.axvspan(*interval, color=style.GREY, alpha=0.2, linewidth=0, label="training interval")
    if points is not None:
        axes.plot(*points, "o", color=style.GREY, markersize=3, alpha=0.4, label="training data")
    colours = (style.BLACK, style.VERMILION, style.BLUE, style.GREEN, style.PINK, style.ORANGE)
    for number, (name, values) in enumerate(lines.items()):
        look = {"color": colours[number % 6], "linestyle": style.LINE_STYLES[number % 4]}
        axes.plot(x, values, linewidth=2, label=style.cut(name, 30), **look)
    truth, *others = lines.values()
    axes.set_ylim(
        *style.limits(truth if points is None else np.concatenate([truth, points[1]]), others)
    )
    axes.set_xlabel(style.wrap(x_label, 55))
    axes.set_ylabel(style.wrap(y_label))
    axes.set_title(style.wrap(title, 55))
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def surface(x, y, values, interval, x_label, y_label):
    """Functions of two variables: the truth, the network and its error side by side.

    Args:
        x: `(m,)`.
        y: `(n,)`.
        values: dict of two names, the truth's and the network's, to `(n, m)` values on `np.meshgrid(x, y)`.
        interval: `(x_low, x_high, y_low, y_high)` of the training data; outlined.
        x_label: what x is, with its unit.
        y_label: what y is, with its unit.

    Returns:
        A Figure. The colours of the first two panels span the range of the truth; values outside take the end colour.
    """
    (truth_name, truth), (network_name, network) = values.items()
    error = np.abs(np.asarray(network, dtype=float) - truth)
    largest = np.nanmax(error) or 1.0
    error = np.maximum(error, 1e-6 * largest)  # a logarithmic scale has no zero
    truth_limits = {"vmin": np.nanmin(truth), "vmax": np.nanmax(truth), "cmap": "viridis"}
    # Logarithmic, since outside the box the error is larger by orders of magnitude.
    error_limits = {
        "norm": LogNorm(max(np.nanmin(error), 1e-4 * largest), largest),
        "cmap": style.SEQUENTIAL,
    }
    panels = [
        (truth_name, truth, truth_limits),
        (network_name, network, truth_limits),
        (f"|{network_name} − {truth_name}|", error, error_limits),
    ]

    figure = style.figure(height=3.8)
    grid = figure.subplots(1, 3, sharex=True, sharey=True)
    pictures = []
    for axes, (name, panel, look) in zip(grid, panels, strict=True):
        pictures.append(axes.pcolormesh(x, y, panel, shading="nearest", **look))
        _outline(axes, *interval)
        axes.set_title(style.wrap(name, 18), fontsize=10)
        axes.set_xlabel(style.wrap(x_label, 22))
    grid[0].set_ylabel(style.wrap(y_label, 30))
    # Pointed ends say that values beyond the truth's range have the colour of the end.
    figure.colorbar(
        pictures[1],
        ax=grid[:2],
        location="bottom",
        extend="both",
        label="value",
        ticks=MaxNLocator(5),
    )
    figure.colorbar(pictures[2], ax=grid[2], location="bottom", label="error")
    figure.suptitle("Dashed box: where the training data lie")
    return figure


def _outline(axes, x_low, x_high, y_low, y_high):
    """Box of the training data, black on white, so that it is seen on any colour."""
    for colour, style_of_line in (("white", "-"), ("black", "--")):
        look = {"fill": False, "edgecolor": colour, "linestyle": style_of_line, "linewidth": 1.5}
        axes.add_patch(Rectangle((x_low, y_low), x_high - x_low, y_high - y_low, **look))
