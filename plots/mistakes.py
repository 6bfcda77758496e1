"""The most confident mistakes of a classifier of pictures."""

import numpy as np

from plots import style

COLUMNS = 4  # images side by side; captions of narrower images would not fit


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
