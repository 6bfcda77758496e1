"""Confusion matrix: which classes are mistaken for each other."""

import numpy as np
from sklearn.metrics import confusion_matrix

from plots import style

MAX_WITH_COUNTS = 15  # classes; with more, the counts do not fit into the cells
MAX_NAMES = 30  # along an axis; with more classes, only every second, third, ... is named


def plot_confusion_matrix(true, predicted, classes, title):
    """Plot a confusion matrix with counts as numbers and fractions of the true class as colour.

    Args:
        true: true classes, `(rows,)`.
        predicted: predicted classes, `(rows,)`.
        classes: all classes, in the order of the axes.
        title: title of the figure.

    Returns: a Figure.
    """
    counts = confusion_matrix(true, predicted, labels=classes)  # (true classes, predicted classes)
    # A class that never occurs has a row of zeros and stays white.
    fractions = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    figure = style.create_figure(height=5.6)
    axes = figure.add_subplot()
    image = axes.imshow(fractions, cmap=style.SEQUENTIAL, vmin=0, vmax=1)
    figure.colorbar(image, label="fraction of the true class", shrink=0.8)
    if len(classes) <= MAX_WITH_COUNTS:
        centred = {"ha": "center", "va": "center", "fontsize": style.SMALL}
        for (row, column), count in np.ndenumerate(counts):
            colour = "white" if fractions[row, column] > 0.5 else "black"  # on dark and light cells
            text = _format_count(count) if len(classes) > 8 else str(count)
            axes.text(column, row, text, color=colour, **centred)

    named = range(0, len(classes), -(-len(classes) // MAX_NAMES))
    names = [style.cut(classes[index], 16) for index in named]
    crowded = sum(len(name) + 2 for name in names) > 50  # characters that fit below the matrix
    rotation = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if crowded else {}
    axes.set_xticks(named, names, fontsize=style.SMALL, **rotation)
    axes.set_yticks(named, names, fontsize=style.SMALL)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(style.wrap(title, 55))
    return figure


def _format_count(count):
    """Format a count in at most four characters, for narrow cells."""
    return str(count) if count < 10_000 else f"{count / 1000:.0f}k"
