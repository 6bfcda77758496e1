"""Pictures that a decoder makes of the codes in a plane."""

import numpy as np

from plots import style

TICKS = 5


def plot_latent_map(pictures, quantiles, units, max_pixel):
    """Plot the pictures of a grid of codes, side by side without gaps.

    Args:
        pictures: `(vertical, horizontal, height, width, channels)`, the largest code on top.
        quantiles: values of the codes along each axis, ascending, `(horizontal,)`.
        units: numbers of the two latent units, for the axes.
        max_pixel: pixel value that is drawn black, or white of a coloured picture.
    """
    count, _, height, width, channels = pictures.shape
    joined = pictures.transpose(0, 2, 1, 3, 4).reshape(count * height, count * width, channels)
    scaled = np.clip(joined / max_pixel, 0, 1)
    figure = style.create_figure(width=5.6, height=5.8)
    axes = figure.add_subplot()
    axes.imshow(scaled.squeeze(), cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
    chosen = np.linspace(0, count - 1, TICKS).astype(int)
    labels = [f"{quantiles[number]:.2g}" for number in chosen]
    axes.set_xticks((chosen + 0.5) * width - 0.5, labels)
    axes.set_yticks((count - chosen - 0.5) * height - 0.5, labels)
    axes.set_xlabel(f"latent unit {units[0]}")
    axes.set_ylabel(f"latent unit {units[1]}")
    figure.suptitle("Pictures of the codes in a plane")
    return figure
