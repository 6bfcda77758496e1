"""Gradients by layer: difference between two ways to compute them, and their size."""

import numpy as np

from plots import style

MAX_NAMES = 8  # of layers on an axis


def plot_difference_by_layer(differences, limit, title=""):
    """Plot the largest relative difference between two computed gradients in each layer.

    Args:
        differences: `{layer: difference}` from the first to the last layer; 0 is drawn as 1e-17.
        limit: difference that rounding can cause, drawn as a line.
        title: title of the figure.

    Returns: a Figure.
    """
    figure = style.create_figure(height=3.6)
    axes = figure.add_subplot()
    values = np.maximum(list(differences.values()), 1e-17)
    axes.plot(range(len(values)), values, "o", color=style.BLUE, markersize=8)
    axes.axhline(limit, color=style.GREY, linestyle="--", label="rounding error of float64")
    axes.set_yscale("log")
    axes.set_ylim(3e-18, 10 * max(limit, *values))
    names = list(differences)
    named = range(0, len(names), -(-len(names) // MAX_NAMES))
    axes.set_xticks(named, [names[index] for index in named], fontsize=style.SMALL)
    axes.set_ylabel("largest relative difference")
    axes.set_title(style.wrap(title, 60), fontsize=11)
    axes.grid(alpha=0.3)
    style.add_legend(figure)
    return figure


def plot_gradient_by_layer(sizes, title=""):
    """Plot the size of the gradient in each layer of a deep network.

    Args:
        sizes: `{activation: (seeds, layers)}`, sizes at many random initial weights.
        title: title of the figure.

    Returns: a Figure with the median over the seeds as a line and the quartiles as a band.
    """
    figure = style.create_figure(height=4.4)
    axes = figure.add_subplot()
    for (name, values), colour, marker in zip(
        sizes.items(), style.COLOURS, style.MARKERS, strict=False
    ):
        layers = np.arange(1, values.shape[1] + 1)
        low, median, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
        axes.fill_between(layers, low, high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(layers, median, marker=marker, color=colour, linewidth=1.5, label=name)
    axes.set_yscale("log")
    axes.set_xticks(layers[:: -(-len(layers) // 20)])
    axes.set_xlabel("layer, from input to output")
    axes.set_ylabel("root mean square gradient of the weights")
    axes.set_title(style.wrap(title, 60), fontsize=11)
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=3)
    return figure
