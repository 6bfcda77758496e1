"""Pictures that a decoder makes of the codes in a plane."""

import numpy as np

from plots import style
from plots.picture_samples import join_pictures

TICKS = 5


def plot_latent_map(pictures, quantiles, units, max_pixel):
    """Plot the pictures of a grid of codes, side by side.

    Args:
        pictures: `(vertical, horizontal, height, width, channels)`, the largest code on top.
        quantiles: values of the codes along each axis, ascending, `(horizontal,)`.
        units: numbers of the two latent units, for the axes.
        max_pixel: pixel value that is drawn black, or white of a coloured picture.
    """
    count, _, height, width, channels = pictures.shape
    flat = pictures.reshape(-1, height, width, channels)
    figure = style.create_figure(width=5.6, height=5.8)
    axes = figure.add_subplot()
    joined = join_pictures(flat, max_pixel, side=count)
    axes.imshow(joined.squeeze(), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    chosen = np.linspace(0, count - 1, TICKS).astype(int)
    labels = [f"{quantiles[number]:.2g}" for number in chosen]
    across, down = ((size + 1) / count for size in (joined.shape[1], joined.shape[0]))
    axes.set_xticks((chosen + 0.5) * across - 0.5, labels)
    axes.set_yticks((count - chosen - 0.5) * down - 0.5, labels)
    axes.set_xlabel(f"latent unit {units[0]}, normal quantiles")
    axes.set_ylabel(f"latent unit {units[1]}, normal quantiles")
    figure.suptitle("Pictures of the codes in a plane")
    return figure
