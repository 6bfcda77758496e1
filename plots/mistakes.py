"""The rows a classifier is most certain about, and wrong."""

import numpy as np

from plots import style

COLUMNS = 4  # images side by side; the caption of a narrower one would not fit
MOST_INPUTS = 5  # columns of a table; more don't fit on a page
CELL = 10  # letters in a cell of a table, as many as -1.234e-05 has


def mistakes(images, true, predicted, confidence, most=16):
    """Images that are classified wrong with the highest confidence, the worst first.

    Args:
        images: `(rows, height, width)` or `(rows, height, width, channels)`, in any range of values.
        true: `(rows,)` classes.
        predicted: `(rows,)` classes.
        confidence: `(rows,)` probability of the predicted class.
        most: number of images.

    Returns:
        A Figure.
    """
    images, true, predicted, confidence = map(np.asarray, (images, true, predicted, confidence))
    worst, title = _worst(true, predicted, confidence, most)
    if len(worst) == 0:
        return _no_mistakes(len(true))

    shown = images[worst].astype(float)
    if shown.ndim == 4 and shown.shape[-1] != 3:
        shown = shown.mean(axis=-1)  # (rows, height, width): only red, green and blue make a colour
    low, high = np.nanmin(shown), np.nanmax(shown)
    shown = (shown - low) / ((high - low) or 1)

    lines = -(-len(worst) // COLUMNS)
    figure = style.figure(height=0.5 + 2.0 * lines)
    grid = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, image, row in zip(grid, shown, worst, strict=False):
        axes.imshow(image, cmap="gray", vmin=0, vmax=1)
        caption = (
            f"true {style.cut(true[row])}, said {style.cut(predicted[row])} ({confidence[row]:.2f})"
        )
        axes.set_title(style.wrap(caption, 22), fontsize=style.SMALL)
    figure.suptitle(title)
    return figure


def mistakes_table(rows, true, predicted, confidence, most=10):
    """Rows of a table that are classified wrong with the highest confidence, the worst first.

    Args:
        rows: dict of column name to `(rows,)` array, the inputs; the first five are shown.
        true: `(rows,)` classes.
        predicted: `(rows,)` classes.
        confidence: `(rows,)` probability of the predicted class.
        most: number of rows.

    Returns:
        A Figure.
    """
    true, predicted, confidence = map(np.asarray, (true, predicted, confidence))
    worst, title = _worst(true, predicted, confidence, most)
    if len(worst) == 0:
        return _no_mistakes(len(true))

    shown = dict(list(rows.items())[:MOST_INPUTS])
    shown |= {"true": true, "said": predicted, "confidence": confidence}
    names = [style.wrap(style.cut(name.replace("_", " "), 2 * CELL), CELL) for name in shown]
    columns = [[_cell(value) for value in np.asarray(column)[worst]] for column in shown.values()]
    # In letters, two of them margin, and enough for the longest line of the name.
    widths = [
        max(map(len, [*name.split("\n"), *column])) + 2
        for name, column in zip(names, columns, strict=True)
    ]

    figure = style.figure(height=1.2 + 0.25 * len(worst))
    figure.suptitle(title)
    axes = figure.add_subplot()
    axes.axis("off")
    table = axes.table(
        np.transpose(columns),
        colLabels=names,
        colWidths=widths,
        bbox=(0, 0, 1, 1),
        cellLoc="center",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(style.SMALL)
    for (line, _), cell in table.get_celld().items():
        cell.set_height(2.5 if line == 0 else 1)  # relative; names take up to three lines
        cell.set_facecolor("#E8E8E8" if line == 0 else "white")
    return figure


def _worst(true, predicted, confidence, most):
    """Indices of the wrong rows, the most confident first, and a title that counts them."""
    wrong = np.flatnonzero(true != predicted)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    return worst, f"Most confident mistakes, {len(worst)} of {len(wrong)} in {len(true)} rows"


def _no_mistakes(rows):
    """Figure for a classifier that made no mistake."""
    figure = style.figure(height=1.6)
    figure.suptitle("Most confident mistakes")
    figure.text(
        0.5,
        0.4,
        f"No mistakes: all {rows} rows are classified correctly.",
        ha="center",
        va="center",
    )
    return figure


def _cell(value):
    """A number with four significant digits, or a text short enough for a cell."""
    return f"{value:.4g}" if isinstance(value, (float, np.floating)) else style.cut(value, CELL)
