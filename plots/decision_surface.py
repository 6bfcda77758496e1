"""Decision surfaces of binary classifiers with two inputs."""

import numpy as np

from plots import style

MAX_COLUMNS = 3  # panels side by side
CLASS_STYLES = ({"marker": "o", "color": style.BLUE}, {"marker": "^", "color": style.VERMILION})


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
