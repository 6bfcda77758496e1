"""Solutions of an equation over two coordinates, as maps: the network's, the reference's, and the error."""

import numpy as np

from plots import maps, style


def field(
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
    """Maps of one or several fields over two coordinates; time `t` lies on the horizontal axis.

    Args:
        x: `(m,)`.
        y: `(n,)`.
        values: dict of name to `(n, m)` values on `np.meshgrid(x, y)`, such as "network", "reference" and "error". What is
            called "error", or "error of ...", is drawn as its absolute value on a scale of its own, a logarithmic one
            where it spans decades.
        x_name: name of the first coordinate.
        y_name: name of the second coordinate.
        title: what the picture shows, with the unknown.
        points: `(k, 2)`, drawn as dots upon what is neither reference nor error.
        same_scale: whether the colours of all that is no error mean the same values, those of the reference where there
            is one; False for maps of different quantities.
        points_name: what the points are.

    Returns:
        A Figure with a panel and a colour bar for each name.
    """
    values = {name: np.asarray(panel, dtype=float) for name, panel in values.items()}
    fields = {name: panel for name, panel in values.items() if not _is_error(name)}
    references = [panel for name, panel in fields.items() if name in style.REFERENCES]
    shared = np.concatenate(
        [panel.ravel() for panel in references or fields.values()] or [np.zeros(0)]
    )

    panels = []
    for name, panel in values.items():
        if _is_error(name):
            sizes = np.abs(panel)
            panels.append(
                maps.Panel(
                    f"|{name}|", sizes, maps.sizes_look(sizes, maps.spans_decades(sizes)), False
                )
            )
        else:
            look = maps.values_look(shared if same_scale else panel)
            panels.append(maps.Panel(name, panel, look, name not in style.REFERENCES))
    return maps.draw(x, y, x_name, y_name, panels, title, points, points_name)


def _is_error(name):
    return name.split()[0] == "error"
