"""Gradient descent: paths on a surface, and losses against their cost."""

import numpy as np

from plots import style

LEVELS = 25


def plot_descent_paths(x, y, values, panels, points, labels=("x", "y"), title=""):
    """Plot paths of gradient descent over the contours of a surface.

    Args:
        x, y: positions, `(m,)` and `(n,)`.
        values: heights, `(n, m)` on `np.meshgrid(x, y)`.
        panels: `{title: {name: (steps, 2)}}`; all paths begin at the same point.
        points: `{"minimum": [(x, y), ...], "saddle": ..., "maximum": ...}`, the stationary points.
        labels: labels of the axes.
        title: title of the figure.

    Returns: a Figure. A path that leaves the surface ends at the frame.
    """
    figure = style.create_figure(height=1.9 + 5.6 / len(panels))
    levels = np.unique(np.quantile(values[np.isfinite(values)], np.linspace(0, 1, LEVELS)))
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    names = list(dict.fromkeys(name for paths in panels.values() for name in paths))
    colours = dict(zip(names, style.COLOURS * len(names), strict=False))
    markers = dict(zip(names, style.MARKERS * len(names), strict=False))
    black = {"color": style.BLACK, "markersize": 8, "zorder": 4}
    white = {"color": "white", "markeredgecolor": style.BLACK, "markersize": 13, "zorder": 4}
    for axes, (heading, paths) in zip(grid, panels.items(), strict=True):
        if len(levels) > 1:
            axes.contourf(x, y, values, levels=levels, cmap="Greys_r", alpha=0.55)
        for label, path in paths.items():
            line = {"color": colours[label], "marker": markers[label], "linewidth": 1.3}
            axes.plot(path[:, 0], path[:, 1], markersize=3.5, label=label, **line)
        axes.plot(*next(iter(paths.values()))[0], "o", label="start", **black)
        for kind, marker in (("minimum", "*"), ("saddle", "X"), ("maximum", "P")):
            if points.get(kind):
                axes.plot(*np.transpose(points[kind]), marker, label=kind, **white)
        axes.set_xlim(x[0], x[-1])
        axes.set_ylim(y[0], y[-1])
        axes.set_xlabel(labels[0])
        axes.set_title(heading, fontsize=11)
    grid[0].set_ylabel(labels[1])
    figure.suptitle(style.wrap(style.cut(title, 150), 60), fontsize=11)
    style.add_legend(figure, columns=3)
    return figure


def plot_loss_against_cost(panels, loss_name):
    """Plot the losses of several descents against their cost, one panel per comparison.

    Args:
        panels: `{title: (label of the x axis, {name: (cost, loss)})}`, cost and loss `(n,)`.
        loss_name: label of the y axis.

    Returns: a Figure with logarithmic axes.
    """
    rows, columns = style.arrange_panels(len(panels))
    figure = style.create_figure(height=0.4 + 3.1 * rows)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    for axes, (title, (x_label, lines)) in zip(grid.flat, panels.items(), strict=False):
        lines = {name: (cost, style.mask_nonpositive(loss)) for name, (cost, loss) in lines.items()}
        for (name, (cost, loss)), colour, dashes in zip(
            lines.items(), style.COLOURS, style.DASHES * 2, strict=False
        ):
            axes.plot(cost, loss, color=colour, linestyle=dashes, linewidth=1.6, label=name)
        style.set_log_x_axis(axes)
        axes.set_yscale("log")
        losses = [loss[np.isfinite(loss)] for _, loss in lines.values()]
        losses = [loss for loss in losses if loss.size]
        if losses:
            high = max(loss[0] for loss in losses)
            low = max(min(loss.min() for loss in losses), 1e-12 * high)
            # Room for the legend below; a diverging loss leaves the panel above.
            axes.set_ylim(low / 20, 20 * high)
        axes.set_xlabel(x_label)
        axes.set_title(title, fontsize=11)
        axes.grid(alpha=0.3)
        axes.legend(fontsize=style.SMALL, loc="lower left")
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(loss_name, 30))
    return figure
