"""Activations and their derivatives, a panel each."""

import numpy as np

from plots import style


def activations(z, panels):
    """The table of activations as curves.

    Args:
        z: `(n,)`.
        panels: `{title: (value, derivative, formula, slope, kinks)}`, curves `(n,)`, formulas in TeX, kinks as numbers.

    Returns:
        A Figure. Where a derivative, or a step, jumps, no line joins the sides.
    """
    columns = 3
    rows = -(-len(panels) // columns)
    figure = style.figure(width=8.4, height=2.3 * rows + 0.5)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    for axes, (title, (value, derivative, formula, slope, kinks)) in zip(
        grid.flat, panels.items(), strict=False
    ):
        for curve, look in (
            (value, {"color": style.BLUE, "linewidth": 2, "label": "f"}),
            (
                derivative,
                {"color": style.VERMILION, "linewidth": 1.8, "linestyle": "--", "label": "df/dz"},
            ),
        ):
            axes.plot(*broken(z, curve, kinks), **look)
        axes.set_title(f"{title}\nf = ${formula}$\nf′ = ${slope}$", fontsize=style.SMALL)
        axes.axhline(0, color=style.GREY, linewidth=0.6)
        axes.axvline(0, color=style.GREY, linewidth=0.6)
        axes.set_ylim(-1.9, 2.4)
        axes.tick_params(labelbottom=True, labelsize=style.SMALL)
        axes.grid(alpha=0.3)
    for axes in grid.flat[len(panels) - columns : len(panels)]:
        axes.set_xlabel("z")
    style.legend_once(figure, columns=2)
    return figure


def broken(z, curve, kinks):
    """The curve with a gap at each kink where it jumps."""
    for kink in kinks:
        place = np.searchsorted(z, kink, side="right")
        if 0 < place < len(z) and abs(curve[place] - curve[place - 1]) > 0.05:
            z, curve = np.insert(z, place, kink), np.insert(curve, place, np.nan)
    return z, curve
