"""How well networks approximate functions: the error by size, and the curves."""

import numpy as np

from plots import style


def error_by_size(panels, floors, title=""):
    """Error against the size of the network, a panel for each way to make it larger.

    Args:
        panels: `{what grows: {target: (sizes, errors)}}`, `(n,)` and `(n, seeds)`.
        floors: `{target: error of the best straight line}`.
        title: what the networks are.

    Returns:
        A Figure: medians as lines, least to largest of the seeds as bands, straight lines' errors dotted.
    """
    figure = style.figure(width=9.0, height=4.4)
    for axes, (what, lines) in zip(
        figure.subplots(1, len(panels), sharey=True, squeeze=False)[0], panels.items(), strict=True
    ):
        for (target, (sizes, errors)), colour, marker in zip(
            lines.items(), style.COLOURS, "os^vDP", strict=False
        ):
            errors = style.positive(errors)
            name = style.cut(target, 28)
            axes.fill_between(
                sizes, errors.min(axis=1), errors.max(axis=1), color=colour, alpha=0.2, linewidth=0
            )
            axes.plot(
                sizes,
                np.median(errors, axis=1),
                color=colour,
                marker=marker,
                linewidth=1.5,
                label=name,
            )
            axes.axhline(
                floors[target],
                color=colour,
                linestyle=":",
                linewidth=1.5,
                label=f"straight line to {name}",
            )
        if max(sizes) > 4 * min(sizes):
            axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel(what)
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("root mean square error")
    figure.suptitle(style.wrap(title, 80), fontsize=11)
    style.legend_once(figure, columns=3)
    return figure


def approximations(x, panels, title=""):
    """Functions and their approximations, a panel each.

    Args:
        x: `(n,)`.
        panels: `{target: {name: (n,)}}`; the truth is called "truth".
        title: what approximates.

    Returns:
        A Figure.
    """
    rows, columns = style.grid(len(panels))
    figure = style.figure(width=9.6, height=1.0 + 3.0 * rows)
    for axes, (target, lines) in zip(
        figure.subplots(rows, columns, squeeze=False).flat, panels.items(), strict=False
    ):
        for (name, values), look in zip(lines.items(), style.looks(lines).values(), strict=True):
            axes.plot(x, values, label=name, **look)
        axes.set_ylim(*style.limits(lines["truth"]))
        axes.set_title(style.wrap(style.cut(target, 60), 30), fontsize=10)
        axes.set_xlabel("x")
        axes.grid(alpha=0.3)
    for axes in figure.axes[len(panels) :]:
        axes.remove()
    figure.suptitle(style.wrap(title, 80), fontsize=11)
    style.legend_once(figure, columns=4)
    return figure
