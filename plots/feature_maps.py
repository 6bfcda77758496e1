"""Filters of a convolutional network, and its feature maps of one image."""

import numpy as np

from plots import style

MAX_FILTERS = 32
MAX_CHANNELS = 4  # input channels per filter
MAX_MAPS = 8  # per layer


def plot_filters(kernel):
    """Plot the weights of a convolution, one image per filter with its input channels in a row.

    Args:
        kernel: weights, `(height, width, input channels, filters)`.

    Returns: a Figure with at most 32 filters of at most 4 input channels. Zero is white in all
    images.
    """
    kernel = np.asarray(kernel, dtype=float)
    channels, number = min(kernel.shape[2], MAX_CHANNELS), min(kernel.shape[3], MAX_FILTERS)
    columns = min(number, 8 if channels == 1 else 4)
    rows = -(-number // columns)
    largest = np.nanmax(np.abs(kernel)) or 1.0  # a symmetric colour scale makes zero white

    figure = style.create_figure(height=max(2.0, 0.5 + rows * 6.0 / (columns * channels + 1)))
    figure.set_layout_engine("compressed")  # no gaps between square images
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for index, axes in enumerate(grid.flat[:number]):
        image = np.concatenate(
            [kernel[:, :, channel, index] for channel in range(channels)], axis=1
        )
        drawn = axes.imshow(image, cmap=style.DIVERGING, vmin=-largest, vmax=largest)
        for channel in range(1, channels):
            axes.axvline(channel * kernel.shape[1] - 0.5, color=style.BLACK, linewidth=1)
    figure.colorbar(drawn, ax=grid, label="weight")
    height, width, inputs, outputs = kernel.shape
    figure.suptitle(
        f"{number} of {outputs} filters, {height} × {width} pixels, "
        f"{inputs} input channel{'s' * (inputs > 1)}"
    )
    return figure


def plot_feature_maps(image, maps):
    """Plot an image and the feature maps of several layers, one row per layer.

    Args:
        image: `(height, width, channels)`, with any range of values.
        maps: `{layer name: (height, width, channels)}`; the first eight channels are shown.

    Returns: a Figure. Each map has its own grey scale, from its lowest value in black to its
    highest value in white.
    """
    image = np.asarray(image, dtype=float)
    if image.ndim == 3 and image.shape[-1] != 3:
        image = image.mean(axis=-1)  # (height, width): only three channels are a colour image
    image = (image - image.min()) / (np.ptp(image) or 1)

    figure = style.create_figure(height=max(2.4, 0.4 + 0.9 * len(maps)))
    figure.suptitle("Feature maps of one image")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 4))
    axes = left.add_subplot()
    axes.imshow(image, cmap="gray", vmin=0, vmax=1)
    axes.set_title("input", fontsize=style.SMALL)
    axes.axis("off")
    rows = right.subfigures(len(maps), 1, squeeze=False)[:, 0]
    for row, (name, layer) in zip(rows, maps.items(), strict=True):
        size = " × ".join(map(str, layer.shape))
        row.suptitle(f"{style.cut(name, 30)}, {size}", fontsize=style.SMALL)
        grid = row.subplots(1, MAX_MAPS)
        for axes in grid:
            axes.axis("off")
        for channel, axes in enumerate(grid[: layer.shape[-1]]):
            axes.imshow(layer[:, :, channel], cmap="gray")
    return figure
