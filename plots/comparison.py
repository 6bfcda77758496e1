"""Networks compared over many trainings, each from different random weights."""

import numpy as np

from plots import style

BEST_LINE = 0.75  # a straight line can classify three of the four corners of XOR correctly


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
