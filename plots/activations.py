"""Activation functions and their derivatives."""

import numpy as np

from plots import style


def plot_activations(z, panels):
    """Plot activation functions and their derivatives, one panel per function.

    Args:
        z: inputs, `(n,)`.
        panels: `{title: (value, derivative, formula, slope, kinks)}` with curves `(n,)`, formulas
            of the value and the derivative in TeX, and positions of kinks.

    Returns: a Figure. Curves have a gap where they jump.
    """
    columns = 3
    rows = -(-len(panels) // columns)
    figure = style.create_figure(height=1.95 * rows + 0.6)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    value_style = {"color": style.BLUE, "linewidth": 2, "label": "f"}
    derivative_style = {"color": style.VERMILION, "linestyle": "--", "label": "df/dz"}
    for axes, (title, (value, derivative, formula, slope, kinks)) in zip(
        grid.flat, panels.items(), strict=False
    ):
        axes.plot(*break_at_jumps(z, value, kinks), **value_style)
        axes.plot(*break_at_jumps(z, derivative, kinks), linewidth=1.8, **derivative_style)
        axes.set_title(f"{title}\nf = ${formula}$\nf′ = ${slope}$", fontsize=style.SMALL)
        axes.axhline(0, color=style.GREY, linewidth=0.6)
        axes.axvline(0, color=style.GREY, linewidth=0.6)
        axes.set_ylim(-1.9, 2.4)
        axes.tick_params(labelbottom=True, labelsize=style.SMALL)
        axes.grid(alpha=0.3)
    for axes in grid.flat[len(panels) - columns : len(panels)]:
        axes.set_xlabel("z")
    style.add_legend(figure, columns=2)
    return figure


def break_at_jumps(z, curve, kinks):
    """Return the curve with NaN at each kink where it jumps."""
    for kink in kinks:
        index = np.searchsorted(z, kink, side="right")
        if 0 < index < len(z) and abs(curve[index] - curve[index - 1]) > 0.05:
            z, curve = np.insert(z, index, kink), np.insert(curve, index, np.nan)
    return z, curve
