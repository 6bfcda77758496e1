"""Solutions of an equation at a few times: curves over the first coordinate, as in Raissi et al."""

import numpy as np

from plots import style

MOST = 9  # panels


def slices(x, values, places, x_name="x", place_name="t", u_name="u", title=""):
    """Curves of u over one coordinate, a panel for each value of the other.

    Args:
        x: `(n,)`.
        values: dict of name to `(s, n)` values, such as "network" and "reference".
        places: `(s,)` values of the coordinate that is held fixed; of more than nine, nine are drawn, first and last included.
        x_name: name of the coordinate on the horizontal axis.
        place_name: name of the coordinate that is held fixed.
        u_name: name of the unknown.
        title: what the picture shows.

    Returns:
        A Figure.

    Source: M. Raissi, P. Perdikaris, G. Karniadakis, Physics Informed Deep Learning, arXiv:1711.10561, figure 1.
    """
    chosen = np.unique(np.linspace(0, len(places) - 1, MOST).astype(int))
    values = {name: np.asarray(lines, dtype=float)[chosen] for name, lines in values.items()}
    truth = next(
        (lines for name, lines in values.items() if name in style.REFERENCES), list(values.values())
    )
    low, high = style.limits(truth, values.values())

    rows, columns = style.grid(len(chosen))
    figure = style.figure(height=1.1 + rows * (0.7 + 4.5 / (columns + 1)))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(chosen) :]:
        axes.remove()
    for number, (axes, place) in enumerate(
        zip(grid.flat, np.asarray(places)[chosen], strict=False)
    ):
        for (name, lines), look in zip(values.items(), style.looks(values).values(), strict=True):
            axes.plot(x, lines[number], label=style.cut(name, 30), **look)
        axes.set_title(f"{place_name} = {place:.4g}", fontsize=10)
        axes.set_xlabel(style.wrap(x_name, 54 // columns))
        axes.tick_params(labelbottom=True)
        axes.grid(alpha=0.3)
    axes.set_xlim(np.min(x), np.max(x))
    axes.set_ylim(low, high)
    axes.locator_params(nbins=5)
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(u_name, 20))
    figure.suptitle(style.wrap(title, 60))
    style.legend_once(figure)
    return figure
