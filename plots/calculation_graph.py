"""A calculation graph with the value of each node (forward) and its adjoint (backward)."""

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
