"""One number a layer: how far two calculations of its gradient differ, or how large its gradient is."""

import numpy as np

from plots import style


def difference_by_layer(differences, limit, title=""):
    """Two ways to the same gradients: the largest relative difference in each layer.

    Args:
        differences: `{layer: number}` from the first to the last; 0 is drawn at 1e-17.
        limit: what rounding explains; a line.
        title: what is compared.

    Returns:
        A Figure.
    """
    figure = style.figure(height=3.6)
    axes = figure.add_subplot()
    axes.plot(
        range(len(differences)),
        np.maximum(list(differences.values()), 1e-17),
        "o",
        color=style.BLUE,
        markersize=8,
    )
    axes.axhline(limit, color=style.GREY, linestyle="--", label="what rounding to float64 explains")
    axes.set_yscale("log")
    axes.set_ylim(3e-18, 10 * max(limit, *differences.values()))
    _layers(axes, list(differences))
    axes.set_ylabel("largest relative difference")
    axes.set_title(style.wrap(title, 60), fontsize=11)
    figure.legend(loc="outside lower center")
    return figure


def gradient_by_layer(sizes, title=""):
    """How large the gradient is in each layer of a deep network, for several activations and many first weights.

    Args:
        sizes: `{activation: (seeds, layers)}`.
        title: which network.

    Returns:
        A Figure: the median over the seeds as a line, the middle half of them as a band.
    """
    figure = style.figure(height=4.4)
    axes = figure.add_subplot()
    for (name, values), colour, marker in zip(sizes.items(), style.COLOURS, "os^vD", strict=False):
        layers = np.arange(1, values.shape[1] + 1)
        low, median, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
        axes.fill_between(layers, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(layers, median, marker=marker, color=colour, linewidth=1.5, label=name)
    axes.set_yscale("log")
    axes.set_xticks(layers)
    axes.set_xlabel("layer, from the input to the output")
    axes.set_ylabel("gradient of its weights, root mean square")
    axes.set_title(style.wrap(title, 60), fontsize=11)
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def _layers(axes, names):
    """As many names as fit."""
    shown = range(0, len(names), -(-len(names) // 8))
    axes.set_xticks(list(shown), [names[place] for place in shown], fontsize=style.SMALL)
    axes.grid(alpha=0.3)
