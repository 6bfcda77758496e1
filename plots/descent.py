"""Ways down: paths on a surface, and losses against what they cost."""

import numpy as np

from plots import style

LEVELS = 25


def descent_paths(x, y, values, panels, points, labels=("x", "y"), title=""):
    """Paths of descents over the contours of what they lower.

    Args:
        x, y: `(m,)` and `(n,)`.
        values: `(n, m)` on `np.meshgrid(x, y)`.
        panels: `{title: {name: (steps, 2)}}`; all paths begin at the same place.
        points: `{"minimum": [(x, y), ...], "saddle": ..., "maximum": ...}`, where the gradient is zero.
        labels: of the axes.
        title: what the surface is.

    Returns:
        A Figure. A path that leaves the picture ends at its frame.
    """
    figure = style.figure(width=9.6, height=4.8)
    levels = np.unique(np.quantile(values[np.isfinite(values)], np.linspace(0, 1, LEVELS)))
    for axes, (name, paths) in zip(
        figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True
    ):
        if len(levels) > 1:
            axes.contourf(x, y, values, levels=levels, cmap="Greys_r", alpha=0.55)
        for (way, path), colour, marker in zip(paths.items(), style.COLOURS, "os^vD", strict=False):
            look = {"color": colour, "marker": marker, "markersize": 3.5, "linewidth": 1.3}
            axes.plot(path[:, 0], path[:, 1], label=way, **look)
        axes.plot(
            *next(iter(paths.values()))[0],
            "o",
            zorder=4,
            color=style.BLACK,
            markersize=8,
            label="start",
        )
        for kind, marker in (("minimum", "*"), ("saddle", "X"), ("maximum", "P")):
            if points.get(kind):
                look = {
                    "color": "white",
                    "markeredgecolor": style.BLACK,
                    "markersize": 13,
                    "linestyle": "",
                    "zorder": 4,
                }
                axes.plot(*np.transpose(points[kind]), marker=marker, label=kind, **look)
        axes.set_xlim(x[0], x[-1])
        axes.set_ylim(y[0], y[-1])
        axes.set_xlabel(labels[0])
        axes.set_ylabel(labels[1])
        axes.set_title(name, fontsize=11)
    figure.suptitle(style.wrap(style.cut(title, 150), 80), fontsize=11)
    style.legend_once(figure, columns=4)
    return figure


def loss_against_cost(panels, loss_name):
    """Losses of several descents against what they have cost so far, a panel for each comparison.

    Args:
        panels: `{title: (what x is, {name: (cost, loss)})}`, cost and loss `(n,)`.
        loss_name: what the loss is.

    Returns:
        A Figure with logarithmic axes.
    """
    rows, columns = style.grid(len(panels))
    figure = style.figure(width=9.0, height=1.0 + 3.3 * rows)
    for axes, (title, (x_label, lines)) in zip(
        figure.subplots(rows, columns, squeeze=False).flat, panels.items(), strict=False
    ):
        for (name, (cost, loss)), colour, line in zip(
            lines.items(), style.COLOURS, style.LINE_STYLES * 2, strict=False
        ):
            axes.plot(
                cost, style.positive(loss), color=colour, linestyle=line, linewidth=1.6, label=name
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        losses = [
            loss[np.isfinite(loss)] for loss in (style.positive(loss) for _, loss in lines.values())
        ]
        losses = [loss for loss in losses if loss.size]
        if losses:
            high = max(loss[0] for loss in losses)
            low = max(min(loss.min() for loss in losses), 1e-12 * high)
            axes.set_ylim(
                low / 20, 20 * high
            )  # room for the legend; what diverges leaves the picture
        axes.set_xlabel(x_label)
        axes.set_ylabel(style.wrap(loss_name, 30))
        axes.set_title(title, fontsize=11)
        axes.grid(alpha=0.3)
        axes.legend(fontsize=style.SMALL, loc="lower left")
    return figure
