"""Training history: loss and metrics of each epoch."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from plots import style

MAX_METRICS = 4  # networks with several outputs report metrics for each of them


def plot_history(table, finished=None):
    """Plot loss, metrics and learning rate against the epoch, and mark the best epoch.

    Args:
        table: `{column: (epochs,)}`, such as the columns of history.csv: "epoch", "loss" and, if
            known, "val_loss", "learning_rate", "seconds", and metrics in pairs such as "accuracy"
            and "val_accuracy".
        finished: validation loss after what followed the last epoch; None if nothing did.

    Returns: a Figure with one panel for the loss, for each of the first four metrics, and for the
    learning rate.
    """
    table = {name: np.asarray(column, dtype=float) for name, column in table.items()}
    labels = {"loss": "generator loss"} if "discriminator_loss" in table else {}
    epochs = table["epoch"] - table["epoch"][0] + 1  # loggers may count from 0
    others = ("epoch", "loss", "learning_rate", "seconds")
    names = [name.removeprefix("val_") for name in table]  # some are validated only
    metrics = [name for name in dict.fromkeys(names) if name not in others]
    panels = ["loss", *metrics[:MAX_METRICS]] + ["learning_rate"] * ("learning_rate" in table)

    rows, columns = (len(panels) + 1) // 2, min(len(panels), 2)
    figure = style.create_figure(height=0.9 + 2.3 * rows)
    for number, name in enumerate(panels, start=1):
        axes = figure.add_subplot(rows, columns, number)
        _plot_quantity(axes, epochs, table, name, labels.get(name, name))
        _mark_best_epoch(axes, epochs, table)
        if name == "loss" and finished is not None:
            line = {"color": style.GREEN, "linestyle": "-.", "linewidth": 2}
            axes.axhline(finished, label="last layer by least squares, validation", **line)

    style.add_legend(figure, columns=3 if finished is None else 2)
    figure.suptitle(f"Training history, {len(epochs)} epoch{'s' * (len(epochs) > 1)}")
    return figure


def _plot_quantity(axes, epochs, table, name, label):
    """Plot one quantity in training and, if it was measured, in validation."""
    marker = "o" if len(epochs) < 20 else None  # a single epoch has no line
    line = {"marker": marker, "markersize": 4}
    values = []
    if name in table:
        values.append(table[name])
        axes.plot(epochs, values[-1], color=style.BLUE, label="training", **line)
    if f"val_{name}" in table:
        values.append(table[f"val_{name}"])
        axes.plot(epochs, values[-1], "--", color=style.VERMILION, label="validation", **line)
    if name in ("loss", "learning_rate", "distance"):
        axes.set_yscale(_choose_scale(np.concatenate(values)))
    axes.set_xlabel("epoch")
    axes.set_ylabel(style.cut(label.replace("_", " "), 28))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    axes.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
    axes.grid(alpha=0.3)


def _choose_scale(values):
    """Choose a logarithmic scale if possible; a Gaussian likelihood may have a negative loss."""
    values = values[np.isfinite(values)]
    if values.size == 0:
        return "linear"
    if values.min() > 0:
        return "log"
    return "symlog" if np.ptp(values) > 100 else "linear"


def _mark_best_epoch(axes, epochs, table):
    """Draw a vertical line at the epoch of the lowest finite validation loss, if there is one."""
    validation = table.get("val_loss", np.array([]))
    if np.isfinite(validation).any():
        best = int(epochs[np.nanargmin(validation)])
        line = {"color": style.GREY, "linestyle": ":", "linewidth": 2}
        axes.axvline(best, label=f"lowest validation loss: epoch {best}", **line)
