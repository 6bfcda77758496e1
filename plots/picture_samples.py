"""Sampled pictures beside the data's, and beside the training pictures that are nearest."""

import numpy as np

from plots import style

SIDE = 8  # pictures in a row


def plot_picture_samples(real, drawn, max_pixel):
    """Plot pictures of the data on the left and samples on the right, in two squares.

    Args:
        real, drawn: `(pictures, height, width, channels)`.
        max_pixel: pixel value that is drawn black, or white of a coloured picture.
    """
    figure = style.create_figure(height=3.6)
    titles = f"data, the first {len(real)} test pictures", f"the first {len(drawn)} samples"
    for place, (title, pictures) in enumerate(zip(titles, (real, drawn), strict=True), start=1):
        axes = figure.add_subplot(1, 2, place)
        show(axes, join_pictures(pictures, max_pixel))
        axes.set_title(title, fontsize=10)
    figure.suptitle("Data and samples")
    return figure


def plot_nearest_pictures(drawn, nearest, max_pixel):
    """Plot samples above the training pictures that are nearest to them.

    Args:
        drawn, nearest: `(pictures, height, width, channels)`.
        max_pixel: as in `plot_picture_samples`.
    """
    figure = style.create_figure(height=1.9)
    for row, (title, pictures) in enumerate((("sample", drawn), ("training", nearest))):
        axes = figure.add_subplot(2, 1, row + 1)
        show(axes, join_pictures(pictures, max_pixel, len(pictures)))
        axes.set_ylabel(title)
    figure.suptitle("Samples and the nearest training pictures")
    return figure


def join_pictures(pictures, max_pixel, side=SIDE):
    """Return pictures as one, `(height, width, channels)`, `side` in a row with gaps between."""
    scaled = np.clip(np.asarray(pictures, "float64") / max_pixel, 0, 1)
    count, height, width, channels = scaled.shape
    rows = -(-count // side)
    gap = max(1, height // 8)
    paper = 1.0 if channels == 3 else 0.0  # drawn white
    joined = np.full((rows * (height + gap) - gap, side * (width + gap) - gap, channels), paper)
    for number, picture in enumerate(scaled):
        top, left = (number // side) * (height + gap), (number % side) * (width + gap)
        joined[top : top + height, left : left + width] = picture
    return joined


def show(axes, picture):
    axes.imshow(picture.squeeze(), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    axes.set_xticks([])
    axes.set_yticks([])
