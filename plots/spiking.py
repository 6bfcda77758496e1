"""A raster of spikes: which neuron fires when, and the potentials that make it fire."""

import numpy as np

from plots import style

MAX_NEURONS = 120  # of a layer
RATES = ("fires rarely", "at a medium rate", "often")  # neurons whose potentials are drawn
DRAWN = len(RATES)


def plot_raster(picture, spikes, potentials, title="Spikes of one picture"):
    """Plot a picture, and beside it the spikes and some potentials of each layer over time.

    Args:
        picture: `(height, width, channels)`.
        spikes: `{layer: (steps, ...)}`, 0 or 1; of a large layer the neurons that are shown are
            spread over the layer.
        potentials: `{layer: (steps, ...)}` before the reset; three neurons that fire are
            shown: the one that fires most rarely, the median one and the one that fires most often.

    Returns: a Figure.
    """
    figure = style.create_figure(width=7.2, height=1.0 + 2.0 * len(spikes))
    grid = figure.subplots(len(spikes), 3, width_ratios=(1, 2, 2), squeeze=False)
    for axes in grid[:, 0]:
        axes.axis("off")
    image = np.asarray(picture, float)
    grid[0, 0].imshow(image if image.shape[-1] == 3 else image.mean(axis=-1), cmap="gray")
    grid[0, 0].set_title("input current", fontsize=style.SMALL)
    for (_, raster, lines), (name, fired) in zip(grid, spikes.items(), strict=True):
        steps = len(fired)
        fired = fired.reshape(steps, -1)  # (steps, neurons)
        t, chosen = np.arange(1, steps + 1), choose_spread(fired.shape[1], MAX_NEURONS)
        extent = (0.5, steps + 0.5, len(chosen) - 0.5, -0.5)
        raster.imshow(
            fired[:, chosen].T, cmap=style.SEQUENTIAL, vmin=0, vmax=1, aspect="auto",
            interpolation="nearest", extent=extent,
        )  # fmt: skip
        shown = f"{len(chosen)} of {fired.shape[1]} neurons"
        raster.set_title(f"{style.cut(name, 14)}: {shown}", fontsize=style.SMALL)
        raster.set_ylabel("neuron (dark: spike)")
        raster.set_yticks([])
        order = np.argsort(fired.sum(axis=0), kind="stable")
        active = order[np.searchsorted(fired.sum(axis=0)[order], 1) :]
        active = active if len(active) else order
        picked = active[np.linspace(0, len(active) - 1, DRAWN).astype(int)]
        values = potentials[name].reshape(steps, -1)
        looks = zip(picked, RATES, style.list_line_styles(DRAWN), strict=True)
        for neuron, rate, look in looks:
            lines.plot(t, values[:, neuron], marker=".", label=rate, **look)
        lines.axhline(1.0, color=style.BLACK, linewidth=1, label="threshold")
        lines.set_title("potentials of three neurons that fire", fontsize=style.SMALL)
        lines.set_ylabel("potential")
        lines.set_xlim(0.5, steps + 0.5)
    for axes in grid[-1, 1:]:
        axes.set_xlabel("step")
    figure.suptitle(title)
    style.add_legend(figure, columns=DRAWN + 1)
    return figure


def choose_spread(count, most):
    """Return up to `most` numbers below `count`, equally spread."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int))
