"""Networks beside each other, each trained many times from other random weights."""

import numpy as np

from plots import style

BEST_LINE = 0.75  # a straight line can have three of the four corners of XOR right


def accuracy_by_seed(accuracies):
    """Accuracy of each network on XOR, a point for each seed, and the median.

    Args:
        accuracies: dict of the network's name to `(seeds,)` accuracies between 0 and 1.

    Returns:
        A Figure. Seeds whose accuracy is not finite have no point; the number under a name counts those that have.
    """
    figure = style.figure()
    axes = figure.add_subplot()
    names = []
    for place, (name, values) in enumerate(accuracies.items()):
        values = np.sort(np.asarray(values, dtype=float))
        values = values[np.isfinite(values)]
        # Side by side instead of at random: equal accuracies, which are many, stay countable.
        sideways = place + (
            np.linspace(-0.3, 0.3, len(values)) if len(values) > 1 else np.zeros(len(values))
        )
        axes.plot(
            sideways, values, "o", color=style.BLUE, markersize=5, alpha=0.6, label="one seed"
        )
        if len(values):
            median = np.median(values)
            axes.plot(
                [place - 0.35, place + 0.35],
                [median, median],
                color=style.VERMILION,
                linewidth=2,
                label="median",
            )
        names.append(f"{style.wrap(name, 60 // len(accuracies))}\n({len(values)} seeds)")
    axes.axhline(BEST_LINE, linestyle="--", color=style.BLACK, label="best of any straight line")

    axes.set_xticks(range(len(names)), names, fontsize=style.SMALL)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(top=1.02)
    axes.set_ylabel("accuracy [share of rows]")
    axes.set_title("Accuracy on XOR, each network trained from many seeds")
    handles, labels = axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))  # a label a network would repeat itself
    figure.legend(once.values(), once.keys(), loc="outside lower center", ncols=3)
    return figure
