"""Solutions of an equation at several times, as curves over the first coordinate."""

import numpy as np

from plots import style

MAX_PANELS = 9


def plot_slices(x, values, positions, x_name="x", position_name="t", u_name="u", title=""):
    """Plot u over one coordinate, one panel per value of the other coordinate.

    Args:
        x: first coordinate, `(n,)`.
        values: `{name: (s, n)}`, such as "network" and "reference".
        positions: fixed values of the other coordinate, `(s,)`; at most nine of them are drawn,
            including the first and the last.
        x_name: name of the coordinate on the horizontal axis.
        position_name: name of the fixed coordinate.
        u_name: name of the unknown.
        title: title of the figure.

    Returns: a Figure.

    Source: M. Raissi, P. Perdikaris, G. Karniadakis, Physics Informed Deep Learning,
    arXiv:1711.10561, figure 1.
    """
    chosen = np.unique(np.linspace(0, len(positions) - 1, MAX_PANELS).astype(int))
    values = {name: np.asarray(lines, dtype=float)[chosen] for name, lines in values.items()}
    references = (lines for name, lines in values.items() if name in style.REFERENCES)
    low, high = style.find_limits(next(references, list(values.values())), values.values())

    rows, columns = style.arrange_panels(len(chosen))
    figure = style.create_figure(height=1.1 + rows * (0.7 + 4.5 / (columns + 1)))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(chosen) :]:
        axes.remove()
    line_styles = style.assign_line_styles(values)
    for number, (axes, position) in enumerate(
        zip(grid.flat, np.asarray(positions)[chosen], strict=False)
    ):
        for name, lines in values.items():
            axes.plot(x, lines[number], label=style.cut(name, 30), **line_styles[name])
        axes.set_title(f"{position_name} = {position:.4g}", fontsize=10)
        axes.set_xlabel(style.wrap(x_name, 54 // columns))
        axes.tick_params(labelbottom=True)
        axes.grid(alpha=0.3)
    axes.set_xlim(np.min(x), np.max(x))
    axes.set_ylim(low, high)
    axes.locator_params(nbins=5)
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(u_name, 20))
    figure.suptitle(style.wrap(title, 60))
    style.add_legend(figure)
    return figure
