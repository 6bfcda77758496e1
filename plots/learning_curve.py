"""Scores against the number of training rows."""

import numpy as np

from plots import style

MOST = 4  # panels


def plot_learning_curve(table):
    """Plot each score on training and on validation rows against the number of training rows.

    Args:
        table: `{column: (sizes,)}` with "rows", and scores in pairs such as "loss", "val_loss".

    Returns: a Figure with a panel for each of the first four scores.
    """
    table = {name: np.asarray(values, "float64") for name, values in table.items()}
    names = [name for name in table if f"val_{name}" in table][:MOST]
    rows, columns = (len(names) + 1) // 2, min(len(names), 2)
    figure = style.create_figure(height=1.1 + 2.6 * rows)
    for number, name in enumerate(names, start=1):
        axes = figure.add_subplot(rows, columns, number)
        line = {"marker": "o", "markersize": 5}
        axes.plot(table["rows"], table[name], color=style.BLUE, label="training rows", **line)
        label = {"color": style.VERMILION, "label": "validation rows"}
        axes.plot(table["rows"], table[f"val_{name}"], "--", **label, **line)
        axes.set_xscale("log", base=2)
        axes.set_xticks(table["rows"], [f"{count:.0f}" for count in table["rows"]])
        axes.minorticks_off()
        axes.set_xlabel("training rows")
        axes.set_ylabel(style.cut(name.replace("_", " "), 28))
        axes.grid(alpha=0.3)
    style.add_legend(figure)
    figure.suptitle("Learning curve: would more rows help?")
    return figure
