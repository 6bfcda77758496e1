"""The most confident mistakes of a classifier."""

import numpy as np

from plots import style

COLUMNS = 4  # images side by side; captions of narrower images would not fit
MAX_INPUTS = 5  # columns of a table that fit on a page
CELL = 10  # characters in a cell of a table; -1.234e-05 has ten


def plot_mistakes(images, true, predicted, confidence, max_count=16):
    """Plot the misclassified images with the highest confidence, the most confident first.

    Args:
        images: `(rows, height, width)` or `(rows, height, width, channels)`, with any range of
            values.
        true: true classes, `(rows,)`.
        predicted: predicted classes, `(rows,)`.
        confidence: probabilities of the predicted classes, `(rows,)`.
        max_count: maximum number of images.

    Returns: a Figure.
    """
    images, true, predicted, confidence = map(np.asarray, (images, true, predicted, confidence))
    worst, title = _find_worst(true, predicted, confidence, max_count)
    if len(worst) == 0:
        return _report_no_mistakes(len(true))

    images = images[worst].astype(float)
    if images.ndim == 4 and images.shape[-1] != 3:
        images = images.mean(axis=-1)  # (rows, height, width): only three channels are a colour
    low, high = np.nanmin(images), np.nanmax(images)
    images = (images - low) / ((high - low) or 1)

    rows = -(-len(worst) // COLUMNS)
    figure = style.create_figure(height=0.5 + 2.0 * rows)
    grid = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, image, row in zip(grid, images, worst, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        lines = (
            f"true: {style.cut(true[row], 16)}",
            f"predicted: {style.cut(predicted[row], 11)}",
            f"confidence: {confidence[row]:.2f}",
        )
        axes.set_title("\n".join(lines), fontsize=style.SMALL)
    figure.suptitle(title)
    return figure


def plot_mistakes_table(rows, true, predicted, confidence, max_count=10):
    """Plot a table of the misclassified rows with the highest confidence.

    Args:
        rows: inputs, `{column: (rows,)}`; the first five are shown.
        true: true classes, `(rows,)`.
        predicted: predicted classes, `(rows,)`.
        confidence: probabilities of the predicted classes, `(rows,)`.
        max_count: maximum number of rows.

    Returns: a Figure, with the most confident mistake first.
    """
    true, predicted, confidence = map(np.asarray, (true, predicted, confidence))
    worst, title = _find_worst(true, predicted, confidence, max_count)
    if len(worst) == 0:
        return _report_no_mistakes(len(true))

    columns = dict(list(rows.items())[:MAX_INPUTS])
    columns |= {"true": true, "predicted": predicted, "confidence": confidence}
    names = [style.wrap(style.cut(name.replace("_", " "), 2 * CELL), CELL) for name in columns]
    cells = [
        [_format_cell(value) for value in np.asarray(column)[worst]] for column in columns.values()
    ]
    # In characters: the longest line of a column, and a margin of two.
    widths = [
        max(map(len, [*name.split("\n"), *column])) + 2
        for name, column in zip(names, cells, strict=True)
    ]

    figure = style.create_figure(height=1.2 + 0.25 * len(worst))
    figure.suptitle(title)
    axes = figure.add_subplot()
    axes.axis("off")
    table = axes.table(
        np.transpose(cells), colLabels=names, colWidths=widths, bbox=(0, 0, 1, 1), cellLoc="center"
    )
    table.auto_set_font_size(False)
    table.set_fontsize(style.SMALL)
    for (row, _), cell in table.get_celld().items():
        cell.set_height(2.5 if row == 0 else 1)  # relative; names have up to three lines
        cell.set_facecolor("#E8E8E8" if row == 0 else "white")
    return figure


def _find_worst(true, predicted, confidence, max_count):
    """Return the indices of the wrong rows, the most confident first, and a title."""
    wrong = np.flatnonzero(true != predicted)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:max_count]
    return worst, f"Most confident mistakes, {len(worst)} of {len(wrong)} in {len(true)} rows"


def _report_no_mistakes(rows):
    """Return a Figure for a classifier without mistakes."""
    figure = style.create_figure(height=1.6)
    figure.suptitle("Most confident mistakes")
    text = f"No mistakes: all {rows} rows are classified correctly."
    figure.text(0.5, 0.4, text, ha="center", va="center")
    return figure


def _format_cell(value):
    """Format a number with four significant digits, or cut a text to the width of a cell."""
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else style.cut(value, CELL)
