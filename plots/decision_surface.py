"""Where in the plane a network changes its answer."""

import numpy as np

from plots import style

MOST_COLUMNS = 3  # panels side by side
LOOKS = (
    {"marker": "o", "color": style.BLUE},
    {"marker": "^", "color": style.VERMILION},
)  # class 0, class 1


def decision_surfaces(x1, x2, probabilities, points, labels, titles):
    """Probability of class 1 over the plane, a panel for each network, with the contour at one half and the data.

    Args:
        x1: `(m,)`.
        x2: `(n,)`.
        probabilities: list of `(n, m)` on `np.meshgrid(x1, x2)`.
        points: `(rows, 2)`.
        labels: `(rows,)` of 0 and 1.
        titles: a text for each panel.

    Returns:
        A Figure.
    """
    points, labels = np.asarray(points), np.ravel(labels)
    lines = -(-len(probabilities) // MOST_COLUMNS)
    columns = -(-len(probabilities) // lines)

    figure = style.figure(height=1.4 + lines * 5.2 / columns)
    grid = figure.subplots(lines, columns, sharey=True, squeeze=False)
    for axes in grid.flat[len(probabilities) :]:
        axes.axis("off")
    for axes, probability, title in zip(grid.flat, probabilities, titles, strict=False):
        # Pale colours, as the points on top carry the strong ones.
        picture = axes.contourf(
            x1, x2, probability, levels=np.linspace(0, 1, 11), cmap=style.DIVERGING, alpha=0.6
        )
        if np.nanmin(probability) < 0.5 < np.nanmax(probability):
            axes.contour(x1, x2, probability, levels=[0.5], colors=style.BLACK)
        for value, look in enumerate(LOOKS):
            chosen = points[labels == value]
            axes.plot(
                *chosen.T,
                linestyle="",
                markersize=5,
                markeredgecolor="white",
                label=f"class {value}",
                **look,
            )
        axes.set_xlabel("x1")
        axes.set_title(style.wrap(title, 60 // columns), fontsize=10)
    for axes in grid[:, 0]:
        axes.set_ylabel("x2")
    figure.colorbar(picture, ax=grid, label="probability of class 1")
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.suptitle("Decision surfaces")
    figure.legend(handles, names, loc="outside lower center", ncols=2)
    return figure
