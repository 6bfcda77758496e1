"""Which classes are taken for which."""

import numpy as np
from sklearn.metrics import confusion_matrix

from plots import style

MOST_WITH_TEXT = 15  # classes; with more, numbers don't fit into the cells
MOST_NAMES = 30  # along an axis; with more classes, only every second, third, ... is named


def confusion(true, predicted, classes, title):
    """Confusion matrix: counts as numbers, shares of the true class as colour.

    Args:
        true: `(rows,)` members of classes.
        predicted: `(rows,)` members of classes.
        classes: all classes, in the order of the axes.
        title: what the picture shows.

    Returns:
        A Figure.
    """
    counts = confusion_matrix(true, predicted, labels=classes)  # (true classes, predicted classes)
    # A class that never occurs has a row of zeros, and stays white.
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    figure = style.figure(height=5.6)
    axes = figure.add_subplot()
    picture = axes.imshow(shares, cmap=style.SEQUENTIAL, vmin=0, vmax=1)
    figure.colorbar(picture, label="share of the true class", shrink=0.8)
    if len(classes) <= MOST_WITH_TEXT:
        for (row, column), count in np.ndenumerate(counts):
            # The dark half of the colours needs white letters.
            colour = "white" if shares[row, column] > 0.5 else "black"
            text = _short(count) if len(classes) > 8 else str(count)
            axes.text(
                column, row, text, ha="center", va="center", color=colour, fontsize=style.SMALL
            )

    named = range(0, len(classes), -(-len(classes) // MOST_NAMES))
    names = [style.cut(classes[index], 16) for index in named]
    crowded = (
        sum(len(name) + 2 for name in names) > 50
    )  # letters that fit side by side under the matrix
    turned = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if crowded else {}
    axes.set_xticks(named, names, fontsize=style.SMALL, **turned)
    axes.set_yticks(named, names, fontsize=style.SMALL)
    axes.set_xlabel("predicted class")
    axes.set_ylabel("true class")
    axes.set_title(style.wrap(title, 55))
    return figure


def _short(count):
    """A count in at most four letters, for narrow cells."""
    return str(count) if count < 10_000 else f"{count / 1000:.0f}k"
