"""Where a network violates its equation: the size of the residual over the domain, and the collocation points."""

import numpy as np

from plots import maps, style


def residual_map(coordinates, residuals, points=None, title="Residual of the equation"):
    """Size of each equation's residual on a logarithmic scale, with the collocation points.

    Args:
        coordinates: dict of one name to `(m,)`, or of two names to `(m,)` and `(n,)`.
        residuals: dict of the equation's text to `(m,)`, or to `(n, m)` values on `np.meshgrid` of the coordinates.
        points: `(k,)` or `(k, number of coordinates)` collocation points.
        title: what the picture shows.

    Returns:
        A Figure: a map for each equation, or, over one coordinate, a curve for each and the points as a rug.
    """
    if len(coordinates) == 1:
        ((name, x),) = coordinates.items()
        return _curves(name, x, residuals, points, title)
    (x_name, x), (y_name, y) = coordinates.items()
    panels = []
    for text, residual in residuals.items():
        sizes = np.abs(np.asarray(residual, dtype=float))
        panels.append(maps.Panel(f"|{text}|", sizes, maps.sizes_look(sizes, log=True), True))
    return maps.draw(x, y, x_name, y_name, panels, title, points)


def _curves(name, x, residuals, points, title):
    columns = 1 if max(map(len, residuals)) > 25 else 2
    figure = style.figure(height=4 + 0.2 * (len(residuals) // columns))
    axes = figure.add_subplot()
    looks = style.other_looks(len(residuals)) if len(residuals) > 1 else [{"color": style.BLUE}]
    sizes = [style.positive(np.abs(residual)) for residual in residuals.values()]
    for text, size, look in zip(style.short(residuals, 60), sizes, looks, strict=True):
        axes.plot(x, size, label=f"|{text}|", **look)
    style.log_axis(axes, sizes)
    if points is not None:
        label = f"{np.size(points)} collocation points"
        # At the bottom of the picture, whatever the scale of the residual.
        look = {
            "color": style.BLACK,
            "markersize": 10,
            "alpha": 0.5,
            "transform": axes.get_xaxis_transform(),
        }
        axes.plot(np.ravel(points), np.full(np.size(points), 0.02), "|", label=label, **look)
    axes.set_xlim(np.min(x), np.max(x))
    axes.set_xlabel(style.wrap(name, 55))
    axes.set_ylabel("|residual|")
    axes.set_title(style.wrap(title, 55))
    axes.grid(alpha=0.3)
    style.legend_once(figure, columns)
    return figure
