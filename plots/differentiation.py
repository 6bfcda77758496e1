"""Differentiation: a calculation graph with values and adjoints, and errors of differences."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from plots import style
from plots.layered_layout import lay_out_graph

HEIGHT = 0.78  # of a box, in inches
MARGIN = 0.3
MIN_WIDTH = 6.4  # the title and the legend need this width


def plot_calculation_graph(labels, edges, values, adjoints, title=""):
    """Plot a calculation graph from left to right.

    Args:
        labels: `{node: label, as text or a formula}` in topological order; the last node is the
            result.
        edges: `(from, to)` of nodes.
        values: `{node: value}`.
        adjoints: `{node: derivative of the result by the node}`.
        title: title of the figure.

    Returns: a Figure, as large as the graph needs; one unit of its axes is one inch.
    """
    texts = {
        node: (label, f"value  {values[node]:.5g}", f"adjoint  {adjoints[node]:.5g}")
        for node, label in labels.items()
    }
    lines = [line for texts_of_node in texts.values() for line in texts_of_node]
    width = 0.3 + max(TextPath((0, 0), line, size=10).get_extents().width for line in lines) / 72
    positions, curves = lay_out_graph(list(labels), edges, width, HEIGHT)
    x, y = np.array(list(positions.values())).T
    y = np.concatenate([y, *(points[:, 1] for points in curves.values())])
    low = np.array([x.min() - width / 2 - MARGIN, y.min() - 1.0])
    high = np.array([x.max() + width / 2 + MARGIN, y.max() + 1.05])
    middle, total_width = (low[0] + high[0]) / 2, max(high[0] - low[0], MIN_WIDTH)
    low[0], high[0] = middle - total_width / 2, middle + total_width / 2

    figure = style.create_figure(*(high - low))
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.axis("off")
    arrow = {"arrowstyle": "-|>", "mutation_scale": 12, "color": style.GREY, "linewidth": 1.2}
    for points in curves.values():
        path = Path(points, [Path.MOVETO] + [Path.CURVE4] * (len(points) - 1))
        axes.add_patch(FancyArrowPatch(path=path, **arrow))
    computed = {node for _, node in edges}
    *_, result = labels
    colours = (style.BLACK, style.BLUE, style.VERMILION)
    centred = {"ha": "center", "va": "center"}
    for node, (x, y) in positions.items():
        box = {
            "boxstyle": "round,pad=0,rounding_size=0.08",
            "facecolor": "white" if node in computed else "#eeeeee",
            "linewidth": 2 if node == result else 1,
        }
        corner = (x - width / 2, y - HEIGHT / 2)
        axes.add_patch(FancyBboxPatch(corner, width, HEIGHT, **box))
        for line, colour, offset in zip(texts[node], colours, (0.22, 0.0, -0.22), strict=True):
            axes.text(x, y + offset, line, color=colour, fontsize=10, **centred)
    title = style.cut(title, int(10 * total_width))
    axes.text(middle, high[1] - 0.35, title, fontsize=12, **centred)
    bottom = low[1] + 0.3
    forward, backward = "forward: values, left to right", "backward: adjoints, right to left"
    axes.text(middle - 0.1, bottom, forward, color=style.BLUE, ha="right", va="center")
    axes.text(middle + 0.1, bottom, backward, color=style.VERMILION, va="center")
    return figure


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
