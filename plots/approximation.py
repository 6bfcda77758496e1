"""How well networks approximate functions: errors by network size, and the curves themselves."""

import numpy as np

from plots import style


def plot_error_by_size(panels, floors, title=""):
    """Plot the error against the size of the network, one panel per way to enlarge it.

    Args:
        panels: `{size: {target: (sizes, errors)}}`, where `size` names what is varied; arrays of
            shape `(n,)` and `(n, seeds)`.
        floors: `{target: error of the best straight line}`.
        title: title of the figure.

    Returns: a Figure with the median over the seeds as a line, their range as a band, and the error
    of the straight line as a dotted line.
    """
    figure = style.create_figure()
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (name, lines) in zip(grid, panels.items(), strict=True):
        for (target, (sizes, errors)), colour, marker in zip(
            lines.items(), style.COLOURS, style.MARKERS, strict=False
        ):
            errors = style.mask_nonpositive(errors)
            label = style.cut(target, 28)
            low, median, high = errors.min(axis=1), np.median(errors, axis=1), errors.max(axis=1)
            axes.fill_between(sizes, low, high, color=colour, alpha=0.2, linewidth=0)
            axes.plot(sizes, median, color=colour, marker=marker, linewidth=1.5, label=label)
            floor = {"color": colour, "linestyle": ":", "linewidth": 1.5}
            axes.axhline(floors[target], label=f"best line, {label}", **floor)
        if max(sizes) > 4 * min(sizes):
            axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        axes.set_xticks(sizes, [str(size) for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel(name)
        axes.grid(alpha=0.3)
    figure.axes[0].set_ylabel("root mean square error")
    figure.suptitle(style.wrap(title, 60), fontsize=11)
    style.add_legend(figure, columns=2)
    return figure


def plot_approximations(x, panels, title=""):
    """Plot functions and their approximations, one panel per function.

    Args:
        x: positions, `(n,)`.
        panels: `{target: {name: (n,)}}`; the name of the target's own values is "truth".
        title: title of the figure.

    Returns: a Figure.
    """
    rows, columns = style.arrange_panels(len(panels))
    figure = style.create_figure(height=1.3 + 2.4 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    for axes, (target, lines) in zip(grid.flat, panels.items(), strict=False):
        line_styles = style.assign_line_styles(lines)
        for name, values in lines.items():
            axes.plot(x, values, label=name, **line_styles[name])
        axes.set_ylim(*style.find_limits(lines["truth"]))
        axes.set_title(style.wrap(style.cut(target, 60), 60 // columns), fontsize=10)
        axes.set_xlabel("x")
        axes.grid(alpha=0.3)
    figure.suptitle(style.wrap(title, 60), fontsize=11)
    style.add_legend(figure, columns=3)
    return figure
