"""Networks on XOR: accuracies over random seeds, and decision surfaces."""

import numpy as np

from plots import style

BEST_LINE = 0.75  # a straight line can classify three of the four corners of XOR correctly
MAX_COLUMNS = 3  # panels side by side
CLASS_STYLES = ({"marker": "o", "color": style.BLUE}, {"marker": "^", "color": style.VERMILION})


def plot_accuracy_by_seed(accuracies):
    """Plot the accuracy of each network on XOR, one point per seed, and the median.

    Args:
        accuracies: `{name of the network: (seeds,)}`, accuracies between 0 and 1.

    Returns: a Figure. Values that are not finite are left out; the number below each name counts
    the others.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    names = []
    for index, (name, values) in enumerate(accuracies.items()):
        values = np.sort(np.asarray(values, dtype=float))
        values = values[np.isfinite(values)]
        # Side by side, so that many equal accuracies can be counted.
        offsets = np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else np.zeros(len(values))
        point = {"color": style.BLUE, "markersize": 5, "alpha": 0.6}
        axes.plot(index + offsets, values, "o", label="one seed", **point)
        if len(values):
            ends, median = [index - 0.35, index + 0.35], np.median(values)
            axes.plot(ends, [median] * 2, color=style.VERMILION, linewidth=2, label="median")
        names.append(f"{style.wrap(name, 60 // len(accuracies))}\n({len(values)} seeds)")
    axes.axhline(BEST_LINE, linestyle="--", color=style.BLACK, label="best straight line")

    axes.set_xticks(range(len(names)), names, fontsize=style.SMALL)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(top=1.02)
    axes.set_ylabel("accuracy")
    axes.set_title("Accuracy on XOR over random seeds")
    style.add_legend(figure)
    return figure


def plot_decision_surfaces(x1, x2, probabilities, points, labels, titles):
    """Plot the probability of class 1 over the plane, one panel per network.

    Args:
        x1: positions, `(m,)`.
        x2: positions, `(n,)`.
        probabilities: list of `(n, m)` on `np.meshgrid(x1, x2)`.
        points: data points, `(rows, 2)`.
        labels: classes of the points, `(rows,)` of 0 and 1.
        titles: titles of the panels.

    Returns: a Figure with the contour of probability one half and the data points.
    """
    points, labels = np.asarray(points), np.ravel(labels)
    rows = -(-len(probabilities) // MAX_COLUMNS)
    columns = -(-len(probabilities) // rows)

    figure = style.create_figure(height=1.4 + rows * 5.2 / columns)
    grid = figure.subplots(rows, columns, sharey=True, squeeze=False)
    for axes in grid.flat[len(probabilities) :]:
        axes.axis("off")
    # Pale colours, since the points on top have strong ones.
    filling = {"levels": np.linspace(0, 1, 11), "cmap": style.DIVERGING, "alpha": 0.6}
    marker = {"linestyle": "", "markersize": 8, "markeredgecolor": "white"}
    for axes, probability, title in zip(grid.flat, probabilities, titles, strict=False):
        contours = axes.contourf(x1, x2, probability, **filling)
        if np.nanmin(probability) < 0.5 < np.nanmax(probability):
            axes.contour(x1, x2, probability, levels=[0.5], colors=style.BLACK)
        for label, class_style in enumerate(CLASS_STYLES):
            chosen = points[labels == label]
            axes.plot(*chosen.T, label=f"class {label}", **marker, **class_style)
        axes.set_xlabel("x1")
        axes.set_title(style.wrap(title, 60 // columns), fontsize=10)
    for axes in grid[:, 0]:
        axes.set_ylabel("x2")
    figure.colorbar(contours, ax=grid, label="probability of class 1")
    figure.suptitle("Decision surfaces")
    style.add_legend(figure)
    return figure
