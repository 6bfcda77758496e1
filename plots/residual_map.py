"""Residual of an equation over its domain, with the collocation points."""

import numpy as np

from plots import maps, style


def plot_residual_map(coordinates, residuals, points=None, title="Residual of the equation"):
    """Plot the absolute residual of each equation on a logarithmic scale.

    Args:
        coordinates: `{name: (m,)}` of one coordinate, or of two with `(m,)` and `(n,)` values.
        residuals: `{equation as text: residual}`, each `(m,)`, or `(n, m)` on `np.meshgrid` of the
            coordinates.
        points: collocation points, `(k,)` or `(k, coordinates)`.
        title: title of the figure.

    Returns: a Figure with a map per equation, or, over one coordinate, a curve per equation and the
    points as marks on the axis.
    """
    if len(coordinates) == 1:
        ((name, x),) = coordinates.items()
        return _plot_residual_curves(name, x, residuals, points, title)
    (x_name, x), (y_name, y) = coordinates.items()
    panels = []
    for text, residual in residuals.items():
        sizes = np.abs(np.asarray(residual, dtype=float))
        colours = maps.choose_size_colours(sizes, log=True)
        panels.append(maps.Panel(f"|{text}|", sizes, colours, True))
    return maps.plot_maps(x, y, x_name, y_name, panels, title, points)


def _plot_residual_curves(name, x, residuals, points, title):
    columns = 1 if max(map(len, residuals)) > 25 else 2
    figure = style.create_figure(height=4 + 0.2 * (len(residuals) // columns))
    axes = figure.add_subplot()
    several = len(residuals) > 1
    lines = style.list_line_styles(len(residuals)) if several else [{"color": style.BLUE}]
    sizes = [style.mask_nonpositive(np.abs(residual)) for residual in residuals.values()]
    for text, size, line in zip(style.cut_uniquely(residuals, 60), sizes, lines, strict=True):
        axes.plot(x, size, label=f"|{text}|", **line)
    style.set_log_axis(axes, sizes)
    if points is not None:
        # At the bottom of the panel, whatever the scale of the residual.
        mark = {"color": style.BLACK, "markersize": 10, "alpha": 0.5}
        mark |= {"transform": axes.get_xaxis_transform()}
        label = f"{np.size(points)} collocation points"
        axes.plot(np.ravel(points), np.full(np.size(points), 0.02), "|", label=label, **mark)
    axes.set_xlim(np.min(x), np.max(x))
    axes.set_xlabel(style.wrap(name, 55))
    axes.set_ylabel("|residual|")
    axes.set_title(style.wrap(title, 55))
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns)
    return figure
