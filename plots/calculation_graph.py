"""A calculation graph with what each node is, its value on the way forward and its adjoint on the way back."""

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from plots import style
from plots.layered_layout import layered_layout

HEIGHT = 0.78  # of a box, in inches
MARGIN = 0.3


def calculation_graph(labels, edges, values, adjoints, title=""):
    """The graph from left to right, drawn in inches.

    Args:
        labels: `{node: what it is, as text or a formula}` in topological order; the last is the result.
        edges: `(from, to)` of nodes.
        values: `{node: number}`.
        adjoints: `{node: derivative of the result by the node}`.
        title: what the graph calculates.

    Returns:
        A Figure, as large as the graph needs.
    """
    texts = {
        node: (label, f"value  {values[node]:.5g}", f"adjoint  {adjoints[node]:.5g}")
        for node, label in labels.items()
    }
    width = (
        max(
            TextPath((0, 0), line, size=10).get_extents().width
            for lines in texts.values()
            for line in lines
        )
        / 72
        + 0.3
    )
    places, curves = layered_layout(list(labels), edges, width, HEIGHT)
    x, y = np.array(list(places.values())).T
    y = np.concatenate([y, *(points[:, 1] for points in curves.values())])
    low = np.array([x.min() - width / 2 - MARGIN, y.min() - 1.0])
    high = np.array([x.max() + width / 2 + MARGIN, y.max() + 1.05])
    middle = (low[0] + high[0]) / 2
    spread = max(high[0] - low[0], 6.4)  # the title and the legend need that
    low[0], high[0] = middle - spread / 2, middle + spread / 2

    figure = style.figure(*(high - low))
    figure.set_layout_engine("none")  # a unit of the axes is an inch of the paper
    axes = figure.add_axes((0, 0, 1, 1), xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    axes.axis("off")
    for points in curves.values():
        path = Path(points, [Path.MOVETO] + [Path.CURVE4] * (len(points) - 1))
        axes.add_patch(
            FancyArrowPatch(
                path=path, arrowstyle="-|>", mutation_scale=12, color=style.GREY, linewidth=1.2
            )
        )
    used = {node for _, node in edges}
    *_, result = labels
    for node, (x, y) in places.items():
        look = {
            "facecolor": "white" if node in used else "#eeeeee",
            "linewidth": 2 if node == result else 1,
        }
        corner = (x - width / 2, y - HEIGHT / 2)
        axes.add_patch(
            FancyBboxPatch(corner, width, HEIGHT, boxstyle="round,pad=0,rounding_size=0.08", **look)
        )
        colours = (style.BLACK, style.BLUE, style.VERMILION)
        for line, colour, height in zip(texts[node], colours, (0.22, 0.0, -0.22), strict=True):
            axes.text(x, y + height, line, color=colour, ha="center", va="center", fontsize=10)
    axes.text(
        middle,
        high[1] - 0.35,
        style.cut(title, int(10 * spread)),
        ha="center",
        va="center",
        fontsize=12,
    )
    below = low[1] + 0.3
    axes.text(
        middle - 0.1,
        below,
        "forward: values, left to right",
        color=style.BLUE,
        ha="right",
        va="center",
    )
    axes.text(
        middle + 0.1, below, "back: adjoints, right to left", color=style.VERMILION, va="center"
    )
    return figure
