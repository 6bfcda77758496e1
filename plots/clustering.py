"""Clusters: rows in a plane, pictures at the centres, and agreement against their number."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from plots import style

PALETTE = (*style.COLOURS, "#882255", "#44AA99", "#999933", style.GREY)
MOST_POINTS = 5000
COLUMNS = 10  # pictures side by side


def plot_clusters(plane, names, colourings, heading=""):
    """Rows in a plane, coloured by cluster, and beside it by label.

    Args:
        plane: `(rows, 2)`.
        names: names of both axes.
        colourings: `{title: (rows,)}`, e.g. of "cluster" and of a label.
        heading: title of the figure; "" for one that counts the rows.

    Returns: a Figure with a panel a colouring.
    """
    figure = style.create_figure(height=4.4 if len(colourings) > 1 else 5)
    panels = figure.subplots(1, len(colourings), squeeze=False, sharex=True, sharey=True)[0]
    plane = plane[:MOST_POINTS]
    for axes, (title, values) in zip(panels, colourings.items(), strict=True):
        values = np.asarray(values)[:MOST_POINTS]
        found = np.unique(values)
        size = 12 if len(plane) < 1000 else 4
        for number, value in enumerate(found):
            # Colours repeat after eleven, with a different marker.
            look = {"color": PALETTE[number % len(PALETTE)], "linewidths": 0, "alpha": 0.8}
            look["marker"] = "o^sDvP*X"[number // len(PALETTE) % 8]
            axes.scatter(*plane[values == value].T, s=size, label=style.cut(value, 12), **look)
        axes.set_title(style.cut(title, 24))
        axes.set_xlabel(style.wrap(names[0], 32))
        if len(found) <= 2 * len(PALETTE):
            axes.legend(
                loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4, fontsize=style.SMALL,
                handletextpad=0.1, columnspacing=0.8, markerscale=2 if size == 4 else 1.2,
            )  # fmt: skip
    panels[0].set_ylabel(style.wrap(names[1], 32))
    figure.suptitle(heading or f"Clusters of {len(plane)} test rows")
    return figure


def plot_centroids(pictures, counts):
    """Pictures at the centres of the clusters, each with its number and its test rows.

    Args:
        pictures: `(clusters, height, width, channels)`.
        counts: test rows of each cluster; clusters at the end without any may be missing.
    """
    pictures = np.asarray(pictures, "float64")
    counts = np.pad(counts, (0, max(0, len(pictures) - len(counts))))
    columns = min(COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    figure = style.create_figure(height=0.4 + 0.95 * rows)
    low, high = pictures.min(), pictures.max()
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for k, (axes, picture) in enumerate(zip(grid, pictures, strict=False)):
        scaled = (picture - low) / ((high - low) or 1.0)
        shown = scaled if scaled.shape[-1] == 3 else scaled.mean(axis=-1)
        axes.imshow(shown, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(f"{k}\n{counts[k]} rows", fontsize=style.SMALL)
    figure.suptitle("Centres of the clusters")
    return figure


def plot_agreement(clusters, agreement, chosen):
    """Agreement of networks of different seeds against the number of clusters.

    Args:
        clusters, agreement: numbers of clusters and the mean adjusted Rand index of all pairs.
        chosen: number of clusters that was chosen.
    """
    figure = style.create_figure(height=3.4)
    axes = figure.add_subplot()
    axes.plot(clusters, agreement, "o-", color=style.BLUE, label="mean of all pairs of networks")
    line = {"color": style.VERMILION, "linestyle": "--"}
    axes.axvline(chosen, label=f"chosen: {chosen} clusters", **line)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("number of clusters")
    axes.set_ylabel("adjusted Rand index\nbetween seeds")
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    figure.suptitle("Agreement of seeds, validation rows")
    return figure
