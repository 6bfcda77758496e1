"""Methods against overfitting: scores of each, and learning curves."""

import numpy as np

from plots import style


def plot_methods(methods, scores, title):
    """Plot test errors of each method, a point for each seed.

    Args:
        methods: names.
        scores: `{((method, rows, units), state, split): (losses, accuracies)}`; the first of each
            method are drawn.
        title: title of the figure.
    """
    figure = style.create_figure(height=1.4 + 0.34 * len(methods))
    axes = figure.add_subplot()
    kinds = list(dict.fromkeys(network for network, _, _ in scores))[: len(methods)]
    states = ("at_the_end", "weights at the end", style.BLUE, "o", -0.16), (
        "early_stopping", "early stopping", style.VERMILION, "D", 0.16,
    )  # fmt: skip
    for state, label, colour, marker, offset in states:
        for place, kind in enumerate(kinds):
            errors = 1 - scores[kind, state, "test"][1]
            heights = np.full(len(errors), place + offset)
            point = {"color": colour, "marker": marker, "linestyle": ""}
            axes.plot(errors, heights, markersize=4, alpha=0.5, **point)
            axes.plot([np.median(errors)], heights[:1], markersize=8, label=label, **point)
    axes.set_yticks(range(len(methods)), methods)
    axes.invert_yaxis()
    axes.set_xlabel("error on the test rows (small: one seed, large: their median)")
    axes.set_title(title, fontsize=11)
    axes.grid(axis="x", alpha=0.3)
    style.add_legend(figure, columns=2)
    return figure


def plot_learning_curves(by_step, by_rows, by_units):
    """Plot losses during the training, and errors by the number of rows and of units.

    Args:
        by_step: `{method: (examples seen, training loss, validation loss)}`.
        by_rows: `{method: (rows, training error, test error)}`.
        by_units: `(units, training error, test error)`.
    """
    figure = style.create_figure(height=3.9)
    grid = figure.subplots(1, 3)
    colours = (style.BLUE, style.VERMILION)
    for (method, (steps, *losses)), colour in zip(by_step.items(), colours, strict=True):
        for loss, dashes, part in zip(losses, ("--", "-"), ("training", "new rows"), strict=True):
            label = f"{method}, {part}"
            grid[0].plot(steps, loss, dashes, color=colour, label=label, linewidth=1.6)
    for (_, (rows, *errors)), colour in zip(by_rows.items(), colours, strict=True):
        for error, dashes in zip(errors, ("--", "-"), strict=True):
            grid[1].plot(rows, error, dashes, color=colour, marker="o", markersize=4)
    units, *errors = by_units
    for error, dashes in zip(errors, ("--", "-"), strict=True):
        grid[2].plot(units, error, dashes, color=colours[0], marker="o", markersize=4)
    grid[0].set_yscale("log")
    grid[0].set_ylabel("loss")
    grid[1].set_ylabel("error")
    names = "examples seen", "training rows", "units a layer"
    for axes, name in zip(grid, names, strict=True):
        axes.set_xlabel(name)
        axes.grid(alpha=0.3)
    for axes, ticks in ((grid[1], (25, 100, 600)), (grid[2], (1, 4, 16, 64))):
        axes.set_xscale("log")
        axes.set_xticks(ticks, map(str, ticks))
        axes.minorticks_off()
        axes.set_ylim(bottom=-0.01)
    grid[0].locator_params(axis="x", nbins=3)
    titles = "overfitting in time", "more rows", "more units"
    for axes, title in zip(grid, titles, strict=True):
        axes.set_title(title, fontsize=11)
    style.add_legend(figure, columns=2)
    return figure
