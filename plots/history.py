"""How a training went, epoch by epoch."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from plots import style

MOST_METRICS = (
    4  # networks with several outputs report a metric for each; more panels than this can't be read
)


def history(table):
    """Loss, metrics and learning rate against the epoch, the epoch of the lowest validation loss marked.

    Args:
        table: dict of column name to `(epochs,)` array: "epoch", "loss" and, where known, "val_loss", "learning_rate",
            "seconds", and metrics as pairs such as "accuracy" and "val_accuracy".

    Returns:
        A Figure with a panel for the loss, one for each of the first four metrics, and one for the learning rate.
    """
    table = {name: np.asarray(column, dtype=float) for name, column in table.items()}
    epochs = table["epoch"] - table["epoch"][0] + 1  # loggers may count from 0, people count from 1
    others = ("epoch", "loss", "learning_rate", "seconds")
    metrics = [name for name in table if name not in others and not name.startswith("val_")][
        :MOST_METRICS
    ]
    panels = ["loss", *metrics] + ["learning_rate"] * ("learning_rate" in table)

    rows, columns = (len(panels) + 1) // 2, min(len(panels), 2)
    figure = style.figure(height=0.9 + 2.3 * rows)
    for place, name in enumerate(panels, start=1):
        axes = figure.add_subplot(rows, columns, place)
        _lines(axes, epochs, table, name)
        _best(axes, epochs, table)

    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    figure.suptitle(f"Training history, {len(epochs)} epoch{'s' * (len(epochs) > 1)}")
    return figure


def _lines(axes, epochs, table, name):
    """One quantity in training and, where there is such a column, in validation."""
    marker = "o" if len(epochs) < 20 else None  # a single epoch has no line to show
    axes.plot(epochs, table[name], color=style.BLUE, marker=marker, markersize=4, label="training")
    shown = [table[name]]
    if f"val_{name}" in table:
        shown.append(table[f"val_{name}"])
        axes.plot(
            epochs,
            shown[1],
            "--",
            color=style.VERMILION,
            marker=marker,
            markersize=4,
            label="validation",
        )
    if name in ("loss", "learning_rate"):
        axes.set_yscale(_scale(np.concatenate(shown)))
    axes.set_xlabel("epoch")
    axes.set_ylabel(style.cut(name.replace("_", " "), 28))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    axes.set_xlim(epochs[0] - 0.5, epochs[-1] + 0.5)
    axes.grid(alpha=0.3)


def _scale(values):
    """Log scale where it can be had: the likelihood of a narrow Gaussian makes a loss negative."""
    values = values[np.isfinite(values)]
    if values.size == 0:
        return "linear"
    if values.min() > 0:
        return "log"
    return "symlog" if np.ptp(values) > 100 else "linear"


def _best(axes, epochs, table):
    """Vertical line at the epoch of the lowest validation loss, if there is a finite one."""
    validation = table.get("val_loss", np.array([]))
    if np.isfinite(validation).any():
        best = int(epochs[np.nanargmin(validation)])
        axes.axvline(
            best,
            color=style.GREY,
            linestyle=":",
            linewidth=2,
            label=f"lowest validation loss: epoch {best}",
        )
