"""Layout of an acyclic graph in columns from left to right, with few crossings.

It uses Graphviz' `dot` if that program is installed, otherwise a short version of Sugiyama's
method: columns by the longest path, order within a column by the mean of the neighbours, and
positions by the same mean with a minimum distance between boxes.
"""

import shutil
import subprocess

import numpy as np

SWEEPS = 20


def lay_out_graph(nodes, edges, width, height):
    """Find positions of the nodes and curves of the edges.

    Args:
        nodes: names in topological order.
        edges: `(from, to)` names.
        width, height: size of a node's box in inches.

    Returns: `{node: (x, y)}`, and `{edge: (3 * pieces + 1, 2)}`, the control points of a Bezier
    curve; both in inches.
    """
    edges = list(dict.fromkeys(edges))
    if program := shutil.which("dot"):
        try:
            return lay_out_by_dot(program, nodes, edges, width, height)
        except (OSError, subprocess.SubprocessError):  # it is installed but does not run
            pass
    return lay_out_in_columns(nodes, edges, width, height)


def lay_out_by_dot(program, nodes, edges, width, height):
    """Lay out a graph with Graphviz; arguments and results as in `lay_out_graph`."""
    number = {node: index for index, node in enumerate(nodes)}
    boxes = f'node [shape=box fixedsize=true width={width} height={height} label=""]'
    shape = f"rankdir=LR nodesep=0.3 ranksep=0.5 {boxes} edge [arrowhead=none]"
    lines = [
        *(f"{index}" for index in number.values()),
        *(f"{number[a]} -> {number[b]}" for a, b in edges),
    ]
    text = f"digraph {{ {shape} {'; '.join(lines)} }}"
    output = subprocess.run(
        [program, "-Tplain"], input=text, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    positions, curves = {}, {}
    for kind, *words in map(str.split, output.splitlines()):
        if kind == "node":
            positions[nodes[int(words[0])]] = (float(words[1]), float(words[2]))
        elif kind == "edge":
            points = np.array(words[3 : 3 + 2 * int(words[2])], "float64").reshape(-1, 2)
            curves[nodes[int(words[0])], nodes[int(words[1])]] = points
    return positions, curves


def lay_out_in_columns(nodes, edges, width, height):
    """Lay out a graph by Sugiyama's method; arguments and results as in `lay_out_graph`."""
    column = assign_columns(nodes, edges)
    # An edge over several columns has a slot in each of them, so that it avoids the boxes.
    chains = {}
    for a, b in edges:
        chains[a, b] = [a, *((a, b, between) for between in range(column[a] + 1, column[b])), b]
        column |= {slot: slot[2] for slot in chains[a, b][1:-1]}
    layers = [
        [name for name in column if column[name] == index]
        for index in range(max(column.values()) + 1)
    ]
    links = [link for chain in chains.values() for link in zip(chain, chain[1:], strict=False)]
    before, after = ({name: [] for name in column} for _ in range(2))
    for a, b in links:
        after[a].append(b)
        before[b].append(a)

    y = {name: float(index) for layer in layers for index, name in enumerate(layer)}
    for sweep in range(SWEEPS):
        neighbours, order = (before, layers) if sweep % 2 == 0 else (after, layers[::-1])
        for layer in order:
            means = {
                name: np.mean([y[other] for other in neighbours[name]] or [y[name]])
                for name in layer
            }
            layer.sort(key=means.get)
            y |= dict(zip(layer, separate([means[name] for name in layer]), strict=True))

    positions = {name: (column[name] * (width + 0.7), y[name] * (height + 0.3)) for name in column}
    curves = {
        edge: np.array(draw_edge([positions[name] for name in chain], width))
        for edge, chain in chains.items()
    }
    return {node: positions[node] for node in nodes}, curves


def assign_columns(nodes, edges):
    """Assign each node to the column after its last operand.

    A node without operands is placed in the column before its first use.
    """
    column = {}
    for node in nodes:
        column[node] = max((column[a] + 1 for a, b in edges if b == node), default=0)
    for node in nodes:
        if not any(b == node for _, b in edges):
            column[node] = min((column[b] - 1 for a, b in edges if a == node), default=0)
    return column


def separate(values):
    """Return the closest values, by least squares, that are at least 1 apart.

    Args:
        values: sorted numbers. Those that are too close form a pool, which keeps their mean.
    """
    pools = []  # (sum, count) of values minus their index
    for index, value in enumerate(values):
        pools.append((value - index, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1] = (pools[-1][0] + total, pools[-1][1] + count)
    means = [total / count for total, count in pools for _ in range(count)]
    return [value + index for index, value in enumerate(means)]


def draw_edge(points, width):
    """Return control points from the right side of the first box to the left side of the last.

    The curve is horizontal where it passes a column.
    """
    control = [(points[0][0] + width / 2, points[0][1])]
    for number, (x, y) in enumerate(points[1:], start=2):
        start, end = control[-1], (x - width / 2, y)
        middle = (start[0] + end[0]) / 2
        control += [(middle, start[1]), (middle, y), end]
        if number < len(points):
            control += [end, (x + width / 2, y), (x + width / 2, y)]
    return control
