"""Samples of a generative model beside the data, and maps of a log density."""

import numpy as np
from matplotlib.colors import Normalize

from plots import style
from plots.maps import MAX_ASPECT, MIN_ASPECT, Panel, plot_maps

DEPTH = 10  # nats below the highest log density at which a map has the lightest colour
BINS = 40
MARGIN = 0.1  # of the data's range
OUTERMOST = 0.005  # share of the samples at each end that need not be shown


def plot_samples(real, drawn, names, columns=None):
    """Data beside samples: histograms of one column, points of two, and more columns in pairs.

    Args:
        real, drawn: `(rows, columns)`.
        names: names of the columns with their units, for the axes.
        columns: number of columns of the data, if not all of them are shown.
    """
    names = [style.wrap(style.cut(name, 40), 20) for name in names]
    limits = [find_limits(*columns) for columns in zip(real.T, drawn.T, strict=True)]
    looks = (
        (f"data, test rows ({len(real)})", real, style.BLACK),
        (f"samples ({len(drawn)}{count_outside(drawn, limits)})", drawn, style.VERMILION),
    )
    plot = plot_two_columns if len(names) == 2 else plot_pairs
    figure = plot(looks, names, limits)
    more = "" if columns in (None, len(names)) else f": {len(names)} of {columns} columns"
    figure.suptitle(f"Data and samples{more}")
    return figure


def plot_two_columns(looks, names, limits):
    """Data in the left panel and samples in the right one, with the same limits."""
    aspect = np.clip(np.ptp(limits[1]) / np.ptp(limits[0]), MIN_ASPECT, MAX_ASPECT)
    figure = style.create_figure(height=1.0 + 2.8 * aspect)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    for axes, (title, points, colour) in zip(panels, looks, strict=True):
        axes.scatter(*points.T, s=3, color=colour, linewidths=0, alpha=0.6)
        axes.set_title(title, fontsize=10)
        axes.set_box_aspect(aspect)
        axes.set_xlabel(names[0])
    panels[0].set(xlim=limits[0], ylim=limits[1], ylabel=names[1])
    return figure


def plot_pairs(looks, names, limits):
    """Histograms of the columns on the diagonal and points of each pair below, data and samples."""
    count = len(names)
    figure = style.create_figure(height=3.6 if count == 1 else 1.7 * count)
    grid = figure.subplots(count, count, squeeze=False)
    for row, column in np.ndindex(count, count):
        axes = grid[row, column]
        if column > row:
            axes.remove()
            continue
        for label, points, colour in reversed(looks):  # the data on top
            if row == column:
                edges = np.linspace(*limits[column], BINS)
                line = {"density": True, "histtype": "step", "linewidth": 1.3, "color": colour}
                axes.hist(points[:, row], edges, label=label, **line)
            else:
                size = {"s": 2, "linewidths": 0, "alpha": 0.5, "color": colour}
                axes.scatter(points[:, column], points[:, row], **size)
                axes.set_ylim(limits[row])
        axes.set_xlim(limits[column])
        axes.locator_params(nbins=4)
        axes.tick_params(labelbottom=row == count - 1)
        if row == count - 1:
            axes.set_xlabel(names[column])
        if row == column:
            axes.set_yticks([])  # of a density, whose height says nothing
        elif column == 0:
            axes.set_ylabel(names[row])
        else:
            axes.tick_params(labelleft=False)
    grid[0, 0].set_ylabel("density")
    style.add_legend(figure, columns=2)
    return figure


def find_limits(real, drawn):
    """Return limits of an axis: the data with a margin, and all but the outermost samples.

    A few samples far away would shrink everything else; their number stands in the title.
    """
    margin = MARGIN * (real.max() - real.min())
    outer = np.nanquantile(drawn, [OUTERMOST, 1 - OUTERMOST])
    return min(real.min() - margin, outer[0]), max(real.max() + margin, outer[1])


def count_outside(drawn, limits):
    """Return ", 3 of them outside" if samples lie beyond the limits of a column, or ""."""
    inside = [(low <= x) & (x <= high) for x, (low, high) in zip(drawn.T, limits, strict=True)]
    outside = int(np.sum(~np.all(inside, axis=0)))
    return f", {outside} outside" if outside else ""


def plot_log_densities(x, y, x_name, y_name, maps):
    """Maps of log densities on the same colour scale.

    Args:
        x, y: coordinates, `(m,)` and `(n,)`.
        x_name, y_name: names of the columns with their units.
        maps: `{method: (n, m)}`, log densities in nats.
    """
    highest = max(values[np.isfinite(values)].max() for values in maps.values())
    colours = {"norm": Normalize(highest - DEPTH, highest), "cmap": style.SEQUENTIAL}
    panels = [
        Panel(name, np.maximum(values, highest - 2 * DEPTH), colours, dotted=False)
        for name, values in maps.items()
    ]
    return plot_maps(x, y, x_name, y_name, panels, title="Log density [nats]")
