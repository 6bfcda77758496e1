"""Decision surfaces of many learners, and their scores against their time."""

import numpy as np

from plots import style

COLOURS = ((style.BLUE, "o"), (style.VERMILION, "^"))


def plot_surfaces(line, surfaces, points, accuracies):
    """Plot what each learner predicts in the plane, a row per dataset, a column per learner.

    Args:
        line: positions along each axis, `(n,)`.
        surfaces: `{dataset: {learner: (n, n)}}`, probabilities of class 1.
        points: `{dataset: (points, classes)}`.
        accuracies: `{dataset: {learner: accuracy}}`, written below each panel.
    """
    learners = list(next(iter(surfaces.values())))
    figure = style.create_figure(
        width=0.6 + 1.15 * len(learners), height=0.5 + 1.36 * len(surfaces)
    )
    grid = figure.subplots(len(surfaces), len(learners), squeeze=False)
    levels = np.linspace(0, 1, 11)
    for row, (name, by_learner) in zip(grid, surfaces.items(), strict=True):
        x, y = points[name]
        for axes, learner in zip(row, learners, strict=True):
            surface = by_learner[learner]
            axes.contourf(line, line, surface, levels=levels, cmap=style.DIVERGING, alpha=0.7)
            if surface.min() < 0.5 < surface.max():
                axes.contour(line, line, surface, levels=[0.5], colors="black", linewidths=1)
            for label, (colour, marker) in enumerate(COLOURS):
                chosen = x[y == label][:40]
                axes.plot(*chosen.T, marker, color=colour, markersize=1.8)
            axes.set_xlim(line[0], line[-1])
            axes.set_ylim(line[0], line[-1])
            axes.set_xticks([])
            axes.set_yticks([])
            axes.set_xlabel(f"{accuracies[name][learner]:.2f}", fontsize=style.SMALL, labelpad=2)
        row[0].set_ylabel(name, fontsize=10)
    for axes, learner in zip(grid[0], learners, strict=True):
        axes.set_title(learner, fontsize=10)
    return figure


def plot_scores_against_time(results):
    """Plot the accuracy of each learner against its time, a panel per table.

    Args:
        results: `{table: {learner: (accuracies of the folds, seconds)}}`.
    """
    rows, columns = style.arrange_panels(len(results))
    figure = style.create_figure(height=1.0 + 2.7 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(results) :]:
        axes.remove()
    for axes, (table, learners) in zip(grid.flat, results.items(), strict=False):
        for (name, (accuracies, seconds)), colour, marker in zip(
            learners.items(), style.COLOURS, style.MARKERS, strict=False
        ):
            mean, error = np.mean(accuracies), np.std(accuracies) / len(accuracies) ** 0.5
            point = {"color": colour, "marker": marker, "linestyle": "", "capsize": 3}
            axes.errorbar([seconds], [mean], [error], label=name, markersize=7, **point)
        axes.set_xscale("log")
        axes.set_xlabel("seconds for all folds")
        axes.set_title(table, fontsize=11)
        axes.grid(alpha=0.3)
        axes.margins(0.12)
    for axes in grid[:, 0]:
        axes.set_ylabel("accuracy")
    style.add_legend(figure, columns=4)
    return figure
