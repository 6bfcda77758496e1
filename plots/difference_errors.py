"""Errors of difference quotients against the step size: truncation and round-off."""

import numpy as np

from plots import style


def plot_difference_errors(steps, errors, orders, levels, title=""):
    """Plot the errors of finite differences against the step size.

    Args:
        steps: step sizes h, `(n,)`.
        errors: `{quotient: errors (n,)}`.
        orders: `{quotient: power of h in its truncation error}`.
        levels: `{name: error}` of derivatives without a step size.
        title: title of the figure.

    Returns: a Figure with logarithmic axes. Zero is drawn as 2e-16, the smallest relative
    difference of two float64 numbers; errors that are not finite are left out.
    """
    smallest = np.finfo("float64").eps
    largest = 1e-2
    figure = style.create_figure(height=4.6)
    axes = figure.add_subplot()
    for (name, values), colour, marker in zip(
        errors.items(), style.COLOURS, style.MARKERS, strict=False
    ):
        values = np.where(np.isfinite(values), np.maximum(values, smallest), np.nan)
        largest = max(largest, np.max(values, initial=0.0, where=np.isfinite(values)))
        line = {"color": colour, "marker": marker, "markersize": 5}
        axes.loglog(steps, values, label=name, **line)
        order, first = orders[name], np.argmax(np.isfinite(values))
        slope = values[first] * (steps / steps[first]) ** order
        visible = slope > smallest
        label = "slope of h" if order == 1 else f"slope of h$^{order}$"
        thin = {"color": colour, "linestyle": ":", "linewidth": 1}
        axes.loglog(steps[visible], slope[visible], label=label, **thin)
    for (name, value), dashes in zip(levels.items(), style.DASHES, strict=False):
        line = {"color": style.BLACK, "linestyle": dashes, "linewidth": 1.5}
        axes.axhline(max(value, smallest), label=name, **line)
    thin = {"color": style.GREY, "linestyle": "--", "linewidth": 1}
    axes.loglog(steps, smallest / steps, label="round-off, 2e-16 / h", **thin)
    axes.set_ylim(smallest / 5, largest * 5)
    axes.set_xlabel("step size h")
    axes.set_ylabel("relative error of the derivative")
    axes.set_title(style.wrap(style.cut(title, 150), 60), fontsize=11)
    axes.grid(alpha=0.3)
    style.add_legend(figure, columns=3)
    return figure
