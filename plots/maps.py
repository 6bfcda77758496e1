"""Maps over two coordinates: panels, colours and points of fields and residuals."""

from typing import NamedTuple

import numpy as np
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import LogLocator, MaxNLocator

from plots import style

TIME = "t"
MAX_POINTS = 1000  # across the width of a figure; more points would hide the map
DECADES = 4  # of a logarithmic colour scale; lower values have the lightest colour
# Height of a panel over its width: between these limits, lengths in space are drawn to scale.
MIN_ASPECT, MAX_ASPECT = 0.3, 1.4


class Panel(NamedTuple):
    """One map.

    Args:
        name: title of the panel.
        values: `(n, m)` on `np.meshgrid(x, y)`.
        colours: keywords of `pcolormesh`, from `choose_value_colours` or `choose_size_colours`.
        dotted: whether to draw the points on it.
    """

    name: str
    values: np.ndarray
    colours: dict
    dotted: bool


def plot_maps(
    x, y, x_name, y_name, panels, title="", points=None, points_name="collocation points"
):
    """Plot maps side by side, each with a colour bar; time `t` is the horizontal axis.

    Args:
        x: first coordinate, `(m,)`.
        y: second coordinate, `(n,)`.
        x_name: name of the first coordinate.
        y_name: name of the second coordinate.
        panels: list of `Panel`.
        title: title of the figure.
        points: points `(k, 2)` to draw; of many points a random subset is drawn.
        points_name: name of the points in the legend.

    Returns: a Figure.
    """
    turn = y_name == TIME
    if turn:
        x, y, x_name, y_name = y, x, y_name, x_name
    rows, columns = style.arrange_panels(len(panels))
    aspect = 0.6 if x_name == TIME else np.clip(np.ptp(y) / np.ptp(x), MIN_ASPECT, MAX_ASPECT)
    names = [style.wrap(style.cut(panel.name, 60), 54 // columns) for panel in panels]
    title, points = style.wrap(title, 60), () if points is None else np.asarray(points)
    lines = title.count("\n") + rows * max(name.count("\n") for name in names)
    width = 6.0 / columns - 0.4  # inches of a panel
    figure = style.create_figure(
        height=0.6 + 0.3 * (len(points) > 0) + 0.18 * lines + rows * (1.1 + aspect * width)
    )
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    for axes, panel, name in zip(grid.flat, panels, names, strict=False):
        values = np.ma.masked_invalid(np.asarray(panel.values, dtype=float))
        values = values.T if turn else values
        mesh = axes.pcolormesh(x, y, values, shading="nearest", **panel.colours)
        _add_colour_bar(figure, axes, mesh, columns)
        if panel.dotted and len(points):
            turned = points[:, ::-1] if turn else points
            _draw_points(axes, turned, MAX_POINTS // columns, points_name)
        axes.set_title(name, fontsize=10)
        axes.set_box_aspect(aspect)
        # The domain, without the half cells around the outermost points.
        axes.set_xlim(np.min(x), np.max(x))
        axes.set_ylim(np.min(y), np.max(y))
        axes.locator_params(nbins=5)
        axes.tick_params(labelbottom=True)
        axes.set_xlabel(style.wrap(x_name, 54 // columns))
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(y_name, 18))
    figure.suptitle(title)
    style.add_legend(figure, markerscale=3)
    return figure


def choose_value_colours(values):
    """Choose colours that span the values: diverging if both signs matter, else sequential."""
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    if min(-low, high) > 0.2 * max(-low, high):
        largest = max(-low, high)
        return {"norm": Normalize(-largest, largest), "cmap": style.DIVERGING}
    if high - low <= 1e-9 * max(abs(low), abs(high)):  # constant up to rounding errors
        low, high = style.find_limits(values)
    return {"norm": Normalize(low, high), "cmap": "viridis"}


def choose_size_colours(sizes, log):
    """Choose colours of sizes such as |error|, light for small ones.

    Args:
        sizes: array of any shape.
        log: whether to prefer a logarithmic scale.
    """
    sizes = style.mask_nonpositive(sizes)
    largest = np.nanmax(sizes) if np.isfinite(sizes).any() else 1.0
    smallest = max(np.nanmin(sizes, initial=largest), largest / 10**DECADES)
    # With a range below two decades, a logarithmic colour bar has too few ticks to read.
    log = log and smallest < largest / 100
    norm = LogNorm(smallest, largest) if log else Normalize(0.0, largest)
    return {"norm": norm, "cmap": style.SEQUENTIAL}


def spans_decades(sizes):
    """Whether 5 % of the sizes are smaller than the largest by more than a factor of 100."""
    sizes = style.mask_nonpositive(sizes)
    sizes = sizes[np.isfinite(sizes)]
    return sizes.size > 0 and sizes.max() > 100 * np.quantile(sizes, 0.05)


def _add_colour_bar(figure, axes, mesh, columns):
    """Add a colour bar below a panel; its ends are pointed if values lie beyond the scale."""
    values, norm = mesh.get_array(), mesh.norm
    beyond = bool(values.min() < norm.vmin), bool(values.max() > norm.vmax)
    extend = {(True, False): "min", (False, True): "max", (True, True): "both"}
    logarithmic = isinstance(norm, LogNorm)
    bar = figure.colorbar(
        mesh,
        ax=axes,
        ticks=LogLocator(numticks=9 // columns) if logarithmic else MaxNLocator(10 // columns),
        location="bottom",
        extend=extend.get(beyond, "neither"),
        aspect=40 / columns,
        pad=0.03,
    )
    if not logarithmic:
        bar.formatter.set_powerlimits((-2, 3))


def _draw_points(axes, points, max_count, name):
    """Draw at most `max_count` points, small and black, with a white rim for dark colours."""
    label, chosen = f"{len(points)} {name}", points
    if len(points) > max_count:
        # Random, since every n-th point of a low-discrepancy sequence may lie in one corner.
        chosen = np.random.default_rng(0).choice(points, max_count, replace=False)
        label += f" ({max_count} drawn)"
    marker = {"markersize": 2, "markeredgecolor": "white", "markeredgewidth": 0.25}
    axes.plot(*chosen.T, "o", color=style.BLACK, label=label, **marker)
