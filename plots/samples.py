"""Samples of a generative model beside the data, and maps of a log density."""

import numpy as np
from matplotlib.colors import Normalize

from plots import style
from plots.maps import Panel, plot_maps

DEPTH = 10  # nats below the highest log density at which a map has the lightest colour
BINS = 40


def plot_samples(real, drawn, names):
    """Data beside samples: histograms of one column, points of two, and more columns in pairs.

    Args:
        real, drawn: `(rows, columns)`.
        names: names of the columns with their units, for the axes.
    """
    names = [style.wrap(style.cut(name, 40), 20) for name in names]
    if len(names) == 2:
        return plot_two_columns(real, drawn, names)
    return plot_pairs(real, drawn, names)


def plot_two_columns(real, drawn, names):
    """Data in the left panel, samples in the right one, with the same limits."""
    figure = style.create_figure(height=3.6)
    panels = figure.subplots(1, 2, sharex=True, sharey=True)
    parts = (("data, test rows", real, style.BLACK), ("samples", drawn, style.VERMILION))
    for axes, (title, points, colour) in zip(panels, parts, strict=True):
        axes.scatter(*points.T, s=3, color=colour, linewidths=0, alpha=0.6)
        axes.set_title(f"{title} ({len(points)})")
        axes.set_xlabel(names[0])
        set_limits(axes.set_xlim, real[:, 0], drawn[:, 0])
        set_limits(axes.set_ylim, real[:, 1], drawn[:, 1])
    panels[0].set_ylabel(names[1])
    figure.suptitle("Data and samples")
    return figure


def plot_pairs(real, drawn, names):
    """Histograms of the columns on the diagonal and points of each pair below, data and samples."""
    count = len(names)
    figure = style.create_figure(height=3.6 if count == 1 else 1.7 * count)
    looks = (("data, test rows", real, style.BLACK), ("samples", drawn, style.VERMILION))
    for row in range(count):
        for column in range(row + 1):
            axes = figure.add_subplot(count, count, row * count + column + 1)
            limits = set_limits(axes.set_xlim, real[:, column], drawn[:, column])
            for name, points, colour in looks:
                label = f"{name} ({len(points)})"
                if row == column:
                    edges = np.linspace(*limits, BINS)
                    style_of = {"density": True, "histtype": "step", "color": colour}
                    axes.hist(points[:, row], edges, label=label, **style_of)
                else:
                    size = {"s": 2, "linewidths": 0, "alpha": 0.5, "color": colour}
                    axes.scatter(points[:, column], points[:, row], **size)
            if row != column:
                set_limits(axes.set_ylim, real[:, row], drawn[:, row])
            axes.locator_params(nbins=4)
            if row == count - 1:
                axes.set_xlabel(names[column])
            else:
                axes.tick_params(labelbottom=False)
            if row == column:
                axes.set_ylabel("density")
            elif column == 0:
                axes.set_ylabel(names[row])
            else:
                axes.tick_params(labelleft=False)
    figure.suptitle("Data and samples")
    style.add_legend(figure, columns=2)
    return figure


def set_limits(setter, real, drawn):
    """Set the limits of an axis to the data's and what the samples do not exceed absurdly."""
    low, high = style.find_limits(real, [drawn])
    setter(low, high)
    return low, high


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
