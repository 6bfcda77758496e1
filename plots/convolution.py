"""Convolution: pictures that kernels make of a photograph, and layers on shifted pictures."""

import numpy as np

from plots import style


def plot_filtered(photograph, filtered):
    """Plot a photograph and what each kernel makes of it.

    Args:
        photograph: `(height, width)`.
        filtered: `{name: (picture, kernel)}`, with the kernel written into the title.

    Returns: a Figure; answers of both signs are red and blue around white.
    """
    figure = style.create_figure(height=5.0)
    grid = figure.subplots(2, 3)
    grid.flat[0].imshow(photograph, cmap="gray")
    grid.flat[0].set_title("photograph", fontsize=10)
    for axes, (name, (picture, kernel)) in zip(grid.flat[1:], filtered.items(), strict=True):
        if np.sum(kernel) > 0.5:  # keeps the brightness
            axes.imshow(picture, cmap="gray", vmin=photograph.min(), vmax=photograph.max())
        else:
            most = np.quantile(np.abs(picture), 0.99)
            axes.imshow(picture, cmap=style.DIVERGING, vmin=-most, vmax=most)
        title = f"{name}\n{write_kernel(kernel)}"
        axes.set_title(title, fontsize=style.SMALL)
    for axes in grid.flat:
        axes.axis("off")
    return figure


def write_kernel(kernel):
    """Return a small kernel as text, row by row, or its size."""
    if len(kernel) > 3:
        return f"{len(kernel)} x {len(kernel[0])}, sum {np.sum(kernel):g}"
    return "; ".join(" ".join(f"{value:g}" for value in row) for row in kernel)


def plot_shifts(shifts, differences, accuracies):
    """Plot the error of translation equivariance, and accuracies on shifted pictures.

    Args:
        shifts: numbers of pixels, `(n,)`.
        differences: `{layer: relative differences (n,)}`.
        accuracies: `{network: (n,)}`.
    """
    figure = style.create_figure(height=4.2)
    left, right = figure.subplots(1, 2)
    panels = (left, differences, "relative difference"), (right, accuracies, "accuracy")
    for axes, lines, label in panels:
        for (name, values), colour, marker, dashes in zip(
            lines.items(), style.COLOURS, style.MARKERS, style.DASHES * 2, strict=False
        ):
            line = {"color": colour, "marker": marker, "linestyle": dashes}
            axes.plot(shifts, values, label=name, linewidth=1.6, **line)
        axes.set_xlabel("shift [pixels]")
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
    left.set_title("layer of the shifted picture\nagainst shifted layer", fontsize=10)
    right.set_title("trained on digits in the centre,\ntested on shifted ones", fontsize=10)
    right.set_ylim(0, 1.02)
    left.set_ylim(top=1.45 * max(1.0, *map(np.max, differences.values())))
    left.legend(fontsize=style.SMALL, loc="upper left")
    right.legend(fontsize=style.SMALL, loc="center right")
    return figure
