"""Validation loss of several trainings against the time they took."""

import numpy as np

from plots import style


def plot_loss_against_time(runs, unit):
    """Plot a line for each training, with a point at the end of each epoch.

    Args:
        runs: `{name: (seconds, losses)}`, each `(epochs,)`.
        unit: what the loss is, with its unit.
    """
    figure = style.create_figure()
    axes = figure.add_subplot()
    looks = zip(style.COLOURS * len(runs), style.MARKERS * len(runs), strict=False)
    for (name, (seconds, losses)), (colour, marker) in zip(runs.items(), looks, strict=False):
        label = f"{style.cut(name, 30)}: {np.nanmin(losses):.3f}"
        axes.plot(seconds, losses, color=colour, marker=marker, markersize=4, label=label)
    axes.set_xlabel("time of training [s]")
    axes.set_ylabel(unit)
    axes.set_xlim(left=0)
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=2, title="lowest value")
    return figure
