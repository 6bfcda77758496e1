"""Cross-validation: estimates by number of folds, the choice of a penalty, and the best of many."""

import numpy as np

from plots import style


def plot_folds(ratios, penalties, errors, chosen):
    """Plot estimates over the true error by number of folds, and errors by penalty.

    Args:
        ratios: `{folds: estimates over the true error}`.
        penalties: `(n,)`.
        errors: cross-validated errors, `(repeats, n)`.
        chosen: chosen penalty.
    """
    figure = style.create_figure(height=3.9)
    left, right = figure.subplots(1, 2)
    boxes = left.boxplot(
        list(ratios.values()), tick_labels=list(map(str, ratios)), whis=(5, 95), showfliers=False
    )
    for line in boxes["medians"]:
        line.set(color=style.VERMILION, linewidth=2)
    left.axhline(1, color=style.BLACK, linestyle="--", linewidth=1)
    left.set_xlabel("folds")
    left.set_ylabel("estimate over true error")
    left.set_title("a score has a spread", fontsize=11)
    low, middle, high = errors.min(axis=0), np.median(errors, axis=0), errors.max(axis=0)
    right.fill_between(penalties, low, high, color=style.BLUE, alpha=0.25, label="all repeats")
    right.plot(penalties, middle, color=style.BLUE, linewidth=2, label="median")
    right.axvline(chosen, color=style.VERMILION, linestyle="--", label="chosen")
    right.set_xscale("log")
    right.set_xlabel("lambda of ridge regression")
    right.set_ylabel("cross-validated RMSE")
    right.set_title("a choice by cross-validation", fontsize=11)
    right.legend(fontsize=style.SMALL)
    for axes in (left, right):
        axes.grid(alpha=0.3)
    return figure


def plot_best_of_many(counts, lines, rows):
    """Plot how much too high the best score on a test set is, against the number of models.

    Args:
        counts: numbers of models, `(n,)`.
        lines: `{name: (measured, formula)}`, `(n,)` each.
        rows: number of test rows.
    """
    figure = style.create_figure(height=4.2)
    axes = figure.add_subplot()
    colours = style.BLUE, style.VERMILION
    for (name, (measured, formula)), colour, marker in zip(
        lines.items(), colours, style.MARKERS, strict=False
    ):
        point = {"color": colour, "marker": marker, "linestyle": "", "markersize": 7}
        axes.plot(counts, measured, label=f"{name}, measured", **point)
        label = f"{name}, if independent"
        axes.plot(counts, formula, "--", color=colour, label=label, linewidth=1.6)
    axes.axhline(0, color=style.BLACK, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xticks(counts, map(str, counts))
    axes.minorticks_off()
    axes.set_xlabel("number of models, of which the best on the test rows is chosen")
    axes.set_ylabel("accuracy above the true one")
    axes.set_title(f"The best of many on {rows} test rows", fontsize=11)
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=2)
    return figure
