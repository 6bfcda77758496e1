"""Reconstructed pictures beside each other, and how well each method does."""

import numpy as np

from plots import style


def plot_reconstructions(sinograms, pictures, scores, title, labels=()):
    """Plot a row for each picture: its sinogram, the truth, and what each method makes of it.

    Args:
        sinograms: `(rows, angles, detectors)`.
        pictures: `{method: (rows, size, size)}`, the truth first.
        scores: `{method: (rows,)}`, PSNR in dB; not for the truth.
        title: title of the figure.
        labels: what each row is; () if all are alike.

    Returns: a Figure; the pictures of a row share one scale, from the truth's least to its largest.
    """
    rows, columns = len(sinograms), len(pictures) + 1
    figure = style.create_figure(1.75 * columns, 0.75 + 1.95 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    truth = next(iter(pictures.values()))
    for row, axes in enumerate(grid):
        axes[0].imshow(sinograms[row], cmap="gray", aspect="auto", interpolation="nearest")
        axes[0].set_ylabel(f"{labels[row]}\n\nangle" if labels else "angle")
        axes[0].set_xlabel("detector")
        low, high = truth[row].min(), truth[row].max()
        for place, (name, shown) in zip(axes[1:], pictures.items(), strict=True):
            place.imshow(shown[row], cmap="gray", vmin=low, vmax=high, interpolation="nearest")
            if name in scores:
                place.set_xlabel(f"{scores[name][row]:.1f} dB")
        for place in axes:
            place.set_xticks([])
            place.set_yticks([])
    for place, name in zip(grid[0], ("sinogram", *pictures), strict=True):
        place.set_title(style.wrap(name, 16), fontsize=style.SMALL)
    figure.suptitle(title)
    return figure


def plot_scores(scores):
    """Plot the PSNR of each test picture, sorted for each method.

    Args:
        scores: `{method: (pictures,)}` in dB.

    Returns: a Figure.
    """
    figure = style.create_figure()
    axes = figure.subplots()
    for name, line in style.assign_line_styles(scores).items():
        values = np.sort(scores[name])
        axes.plot(np.linspace(0, 100, len(values)), values, label=name, **line)
    axes.set_xlabel("share of the test pictures that are worse [%]")
    axes.set_ylabel("PSNR [dB]")
    axes.grid(alpha=0.3)
    figure.suptitle("Quality of the reconstructed test pictures")
    style.add_legend(figure, columns=2)
    return figure
