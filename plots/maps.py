"""Maps over two coordinates: the panels, colours and dots that fields and residuals share."""

from typing import NamedTuple

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import LogLocator, MaxNLocator

from plots import style

TIME = "t"
MOST_DOTS = 1000  # of a picture's width; more points would hide the map
DECADES = 4  # of a logarithmic scale: what is smaller by more than this has the lightest colour
FLATTEST, STEEPEST = (
    0.3,
    1.4,
)  # of a panel, height over width: between these lengths in space are drawn to scale


class Panel(NamedTuple):
    name: str
    values: np.ndarray  # (n, m) on np.meshgrid(x, y)
    look: dict  # keywords of pcolormesh, from one of the functions below
    dotted: bool  # whether the collocation points are drawn upon it


def draw(x, y, x_name, y_name, panels, title="", points=None, points_name="collocation points"):
    """Maps side by side, each with its colour bar; the time `t` lies on the horizontal axis, as in the PINN papers.

    Args:
        x: `(m,)`.
        y: `(n,)`.
        x_name: name of the first coordinate.
        y_name: name of the second coordinate.
        panels: list of Panels.
        title: what the picture shows.
        points: `(k, 2)`; about 2000 of them are drawn.
        points_name: what they are.

    Returns:
        A Figure.
    """
    turn = y_name == TIME
    if turn:
        x, y, x_name, y_name = y, x, y_name, x_name
    rows, columns = style.grid(len(panels))
    shape = 0.6 if x_name == TIME else np.clip(np.ptp(y) / np.ptp(x), FLATTEST, STEEPEST)
    names = [style.wrap(style.cut(panel.name, 60), 54 // columns) for panel in panels]
    title, points = style.wrap(title, 60), () if points is None else np.asarray(points)
    lines = title.count("\n") + rows * max(name.count("\n") for name in names)
    width = 6.0 / columns - 0.4  # inches of a panel
    figure = style.figure(
        height=0.6 + 0.3 * (len(points) > 0) + 0.18 * lines + rows * (1.1 + shape * width)
    )
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    for axes, panel, name in zip(grid.flat, panels, names, strict=False):
        values = np.ma.masked_invalid(np.asarray(panel.values, dtype=float))
        picture = axes.pcolormesh(
            x, y, values.T if turn else values, shading="nearest", **panel.look
        )
        _colour_bar(figure, axes, picture, columns)
        if panel.dotted and len(points):
            _dots(axes, points[:, ::-1] if turn else points, MOST_DOTS // columns, points_name)
        axes.set_title(name, fontsize=10)
        axes.set_box_aspect(shape)
        axes.set_xlim(
            np.min(x), np.max(x)
        )  # the domain: without the half cells around the outermost points
        axes.set_ylim(np.min(y), np.max(y))
        axes.locator_params(nbins=5)
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(style.wrap(x_name, 54 // columns))
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(y_name, 18))
    figure.suptitle(title)
    style.legend_once(figure, markerscale=3)
    return figure


def values_look(values):
    """Colours that span the values: diverging about zero where both signs matter, else sequential."""
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    if min(-low, high) > 0.2 * max(-low, high):
        return {"norm": Normalize(-max(-low, high), max(-low, high)), "cmap": style.DIVERGING}
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # a constant, up to rounding
        low, high = style.limits(values)
    return {"norm": Normalize(low, high), "cmap": "viridis"}


def sizes_look(sizes, log):
    """Colours of sizes such as |error|, light for small ones, on a linear or a logarithmic scale."""
    sizes = style.positive(sizes)
    largest = np.nanmax(sizes) if np.isfinite(sizes).any() else 1.0
    smallest = max(np.nanmin(sizes, initial=largest), largest / 10**DECADES)
    # Between fewer than two powers of ten a logarithmic colour bar has no ticks to read.
    norm = (
        LogNorm(smallest, largest) if log and smallest < largest / 100 else Normalize(0.0, largest)
    )
    return {"norm": norm, "cmap": style.SEQUENTIAL}


def spans_decades(sizes):
    """Whether a twentieth of the sizes is smaller than the largest by more than a factor of 100."""
    sizes = style.positive(sizes)
    sizes = sizes[np.isfinite(sizes)]
    return sizes.size > 0 and sizes.max() > 100 * np.quantile(sizes, 0.05)


def _colour_bar(figure, axes, picture, columns):
    """Below the panel; pointed ends say that values beyond the scale have the colour of the end."""
    values, norm = picture.get_array(), picture.norm
    beyond = bool(values.min() < norm.vmin), bool(values.max() > norm.vmax)
    extend = {(True, False): "min", (False, True): "max", (True, True): "both"}.get(
        beyond, "neither"
    )
    ticks = (
        LogLocator(numticks=9 // columns)
        if isinstance(norm, LogNorm)
        else MaxNLocator(10 // columns)
    )
    look = {"location": "bottom", "extend": extend, "aspect": 40 / columns, "pad": 0.03}
    bar = figure.colorbar(picture, ax=axes, ticks=ticks, **look)
    if not isinstance(norm, LogNorm):
        bar.formatter.set_powerlimits((-2, 3))


def _dots(axes, points, most, name):
    """Points, no more than `most` of them, small and black, on dark colours seen by their white rim."""
    chosen = points[:: -(-len(points) // most) or 1]
    label = f"{len(points)} {name}" + f" ({len(chosen)} drawn)" * (len(chosen) < len(points))
    rim = {"markeredgecolor": "white", "markeredgewidth": 0.25}
    axes.plot(*chosen.T, "o", color=style.BLACK, markersize=2, label=label, **rim)
