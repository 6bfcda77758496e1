"""Solutions of an equation over two coordinates, as maps: network, reference and error."""

import numpy as np

from plots import maps, style


def plot_fields(
    x,
    y,
    values,
    x_name,
    y_name,
    title,
    points=None,
    same_scale=True,
    points_name="collocation points",
):
    """Plot one or several fields over two coordinates; time `t` is the horizontal axis.

    Args:
        x: first coordinate, `(m,)`.
        y: second coordinate, `(n,)`.
        values: `{name: (n, m)}` on `np.meshgrid(x, y)`, such as "network", "reference" and "error".
            A field called "error" or "error of ..." is drawn as its absolute value on its own
            scale, a logarithmic one if it spans decades.
        x_name: name of the first coordinate.
        y_name: name of the second coordinate.
        title: title of the figure, with the name of the unknown.
        points: points `(k, 2)` to draw on all fields except reference and error.
        same_scale: whether all fields except errors share one colour scale, that of the reference
            if there is one; False for different quantities.
        points_name: name of the points in the legend.

    Returns: a Figure with one panel and one colour bar per field.
    """
    values = {name: np.asarray(panel, dtype=float) for name, panel in values.items()}
    fields = {name: panel for name, panel in values.items() if not _is_error(name)}
    references = [panel for name, panel in fields.items() if name in style.REFERENCES]
    scaled = references or list(fields.values()) or [np.zeros(0)]
    shared = np.concatenate([panel.ravel() for panel in scaled])

    panels = []
    for name, panel in values.items():
        if _is_error(name):
            sizes = np.abs(panel)
            colours = maps.choose_size_colours(sizes, maps.spans_decades(sizes))
            panels.append(maps.Panel(f"|{name}|", sizes, colours, False))
        else:
            colours = maps.choose_value_colours(shared if same_scale else panel)
            panels.append(maps.Panel(name, panel, colours, name not in style.REFERENCES))
    return maps.plot_maps(x, y, x_name, y_name, panels, title, points, points_name)


def _is_error(name):
    return name.split()[0] == "error"
