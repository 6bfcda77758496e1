"""A latent space: originals beside reconstructions, the plane of codes, and error against width."""

import numpy as np

from plots import style


def plot_reconstructions(originals, restored):
    """Originals above their reconstructions.

    Args:
        originals, restored: `(pictures, height, width, channels)`.
    """
    low, high = float(originals.min()), float(originals.max())
    rows = {"original": originals - low, "restored": restored - low}
    return plot_rows_of_pictures(rows, (high - low) or 1.0, "Test pictures and reconstructions")


def plot_rows_of_pictures(rows, max_pixel, title="Test pictures, noisy and restored"):
    """The same pictures in several rows, one below the other.

    Args:
        rows: `{name: (pictures, height, width, channels)}`.
        max_pixel: pixel value that is drawn black, or white of a coloured picture.
        title: title of the figure.
    """
    figure = style.create_figure(height=0.4 + 0.75 * len(rows))
    panels = figure.subplots(len(rows), len(next(iter(rows.values()))), squeeze=False)
    for row, (name, pictures) in zip(panels, rows.items(), strict=True):
        for axes, picture in zip(row, pictures, strict=True):
            scaled = np.clip(picture / max_pixel, 0, 1).squeeze()
            axes.imshow(scaled, cmap="gray_r", vmin=0, vmax=1)
            axes.set_xticks([])
            axes.set_yticks([])
        row[0].set_ylabel(style.wrap(name, 8))
    figure.suptitle(title)
    return figure


def plot_latent_plane(planes, labels=None, name=""):
    """Codes of the test rows in the plane of their two largest components, coloured by label.

    Args:
        planes: `{method: (rows, 2)}`.
        labels: `(rows,)`, or None.
        name: name of the label.
    """
    figure = style.create_figure(height=4)
    classes = [] if labels is None else np.unique(labels)
    few = 0 < len(classes) <= len(style.COLOURS) + 3
    for number, (method, plane) in enumerate(planes.items(), start=1):
        axes = figure.add_subplot(1, len(planes), number)
        if few:
            colours = [*style.COLOURS, "#882255", "#44AA99", "#999933"]
            for label, colour in zip(classes, colours, strict=False):
                chosen = labels == label
                axes.scatter(*plane[chosen].T, s=12, color=colour, label=str(label))
        else:
            axes.scatter(*plane.T, s=12, color=style.BLUE)
        axes.set_title(method)
        axes.set_xlabel("first component")
        if number == 1:
            axes.set_ylabel("second component")
    if few:
        handles, names = figure.axes[0].get_legend_handles_labels()
        figure.legend(
            handles, names, loc="outside lower center", ncols=11, title=name,
            handletextpad=0, columnspacing=0.6,
        )  # fmt: skip
    figure.suptitle("Latent space, test rows")
    return figure


def plot_error_by_width(curves, noise=0.0):
    """Mean squared error against the width of the latent space.

    Args:
        curves: `{method: (widths, errors)}`.
        noise: standard deviation of the noise of the rows that are restored.
    """
    figure = style.create_figure(height=3.6)
    axes = figure.add_subplot()
    looks = {"autoencoder": (style.VERMILION, "o-"), "PCA": (style.BLUE, "--")}
    for method, (widths, errors) in curves.items():
        colour, marks = looks.get(method, (style.GREEN, "-."))
        axes.plot(widths, errors, marks, color=colour, label=method)
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("width of the latent space")
    axes.set_ylabel("mean squared error, validation rows")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.suptitle("Error against width" + (f", from rows with noise {noise:g}" if noise else ""))
    return figure
