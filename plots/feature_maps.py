"""What a convolutional network looks for, and what it finds."""

import numpy as np

from plots import style

MOST_FILTERS = 32
MOST_CHANNELS = 4  # input channels of a filter
MOST_MAPS = 8  # of a layer


def filters(kernel):
    """Weights of a convolution: a small image for each filter, its input channels side by side.

    Args:
        kernel: `(height, width, channels in, channels out)`.

    Returns:
        A Figure with at most 32 filters of at most 4 input channels. White is zero, in all images alike.
    """
    kernel = np.asarray(kernel, dtype=float)
    channels, number = min(kernel.shape[2], MOST_CHANNELS), min(kernel.shape[3], MOST_FILTERS)
    columns = min(number, 8 if channels == 1 else 4)
    lines = -(-number // columns)
    largest = np.nanmax(np.abs(kernel)) or 1.0  # colours are symmetric, so that white is zero

    figure = style.figure(height=max(2.0, 0.5 + lines * 6.0 / (columns * channels + 1)))
    figure.set_layout_engine("compressed")  # no gaps between square images
    grid = figure.subplots(lines, columns, squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for index, axes in enumerate(grid.flat[:number]):
        image = np.concatenate(
            [kernel[:, :, channel, index] for channel in range(channels)], axis=1
        )
        picture = axes.imshow(image, cmap=style.DIVERGING, vmin=-largest, vmax=largest)
        for channel in range(1, channels):
            axes.axvline(channel * kernel.shape[1] - 0.5, color=style.BLACK, linewidth=1)
    figure.colorbar(picture, ax=grid, label="weight")
    height, width, inputs, outputs = kernel.shape
    figure.suptitle(
        f"{number} of {outputs} filters, {height} × {width} pixels, input channels: {inputs}"
    )
    return figure


def feature_maps(image, maps):
    """An image and the answers of some layers to it, a row of maps for each layer.

    Args:
        image: `(height, width, channels)`, in any range of values.
        maps: dict of layer name to `(height, width, channels)`; the first eight channels are shown.

    Returns:
        A Figure. Each map has its own grey scale, from its smallest value in black to its largest in white.
    """
    image = np.asarray(image, dtype=float)
    if image.ndim == 3 and image.shape[-1] != 3:
        image = image.mean(axis=-1)  # (height, width): only red, green and blue make a colour
    image = (image - image.min()) / (np.ptp(image) or 1)

    figure = style.figure(height=max(2.4, 0.4 + 0.9 * len(maps)))
    figure.suptitle("Feature maps of one image")
    left, right = figure.subfigures(1, 2, width_ratios=(1, 4))
    axes = left.add_subplot()
    axes.imshow(image, cmap="gray", vmin=0, vmax=1)
    axes.set_title("input", fontsize=style.SMALL)
    axes.axis("off")
    lines = right.subfigures(len(maps), 1, squeeze=False)[:, 0]
    for line, (name, layer) in zip(lines, maps.items(), strict=True):
        size = " × ".join(map(str, layer.shape))
        line.suptitle(f"{style.cut(name, 30)}, {size}", fontsize=style.SMALL)
        grid = line.subplots(1, MOST_MAPS)
        for axes in grid:
            axes.axis("off")
        for channel, axes in enumerate(grid[: layer.shape[-1]]):
            axes.imshow(layer[:, :, channel], cmap="gray")
    return figure
