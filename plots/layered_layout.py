"""Where to draw the nodes of a graph without circles: in columns from left to right, with few crossings.

By Graphviz' `dot` where that program is installed, else by Sugiyama's method in a few lines: columns by the longest path, order
within a column by the mean of the neighbours, places by the same mean with a distance between the boxes.
"""

import shutil
import subprocess

import numpy as np

SWEEPS = 20


def layered_layout(nodes, edges, width, height):
    """Places of the nodes and curves of the edges, in inches.

    Args:
        nodes: names in topological order.
        edges: `(from, to)` names.
        width, height: of a node's box.

    Returns: `{node: (x, y)}`, and `{edge: (3 * pieces + 1, 2)}`, the control points of a Bezier curve.
    """
    edges = list(dict.fromkeys(edges))
    if program := shutil.which("dot"):
        try:
            return by_dot(program, nodes, edges, width, height)
        except (OSError, subprocess.SubprocessError):  # it is there and does not run
            pass
    return by_columns(nodes, edges, width, height)


def by_dot(program, nodes, edges, width, height):
    number = {node: place for place, node in enumerate(nodes)}
    boxes = f'node [shape=box fixedsize=true width={width} height={height} label=""]'
    shape = f"rankdir=LR nodesep=0.3 ranksep=0.5 {boxes} edge [arrowhead=none]"
    lines = [
        *(f"{place}" for place in number.values()),
        *(f"{number[a]} -> {number[b]}" for a, b in edges),
    ]
    text = f"digraph {{ {shape} {'; '.join(lines)} }}"
    answer = subprocess.run(
        [program, "-Tplain"], input=text, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    places, curves = {}, {}
    for kind, *words in map(str.split, answer.splitlines()):
        if kind == "node":
            places[nodes[int(words[0])]] = (float(words[1]), float(words[2]))
        elif kind == "edge":
            points = np.array(words[3 : 3 + 2 * int(words[2])], "float64").reshape(-1, 2)
            curves[nodes[int(words[0])], nodes[int(words[1])]] = points
    return places, curves


def by_columns(nodes, edges, width, height):
    column = columns(nodes, edges)
    # An edge over several columns takes a place in each of them, so that it does not run through boxes.
    chains = {}
    for a, b in edges:
        chains[a, b] = [a, *((a, b, between) for between in range(column[a] + 1, column[b])), b]
        column |= {link: link[2] for link in chains[a, b][1:-1]}
    layers = [
        [name for name in column if column[name] == place]
        for place in range(max(column.values()) + 1)
    ]
    links = [link for chain in chains.values() for link in zip(chain, chain[1:], strict=False)]
    before, after = ({name: [] for name in column} for _ in range(2))
    for a, b in links:
        after[a].append(b)
        before[b].append(a)

    y = {name: float(place) for layer in layers for place, name in enumerate(layer)}
    for sweep in range(SWEEPS):
        neighbours, order = (before, layers) if sweep % 2 == 0 else (after, layers[::-1])
        for layer in order:
            wanted = {
                name: np.mean([y[other] for other in neighbours[name]] or [y[name]])
                for name in layer
            }
            layer.sort(key=wanted.get)
            y |= dict(zip(layer, apart([wanted[name] for name in layer]), strict=True))

    places = {name: (column[name] * (width + 0.7), y[name] * (height + 0.3)) for name in column}
    curves = {
        edge: np.array(curve([places[link] for link in chain], width))
        for edge, chain in chains.items()
    }
    return {node: places[node] for node in nodes}, curves


def columns(nodes, edges):
    """The column of each node: one after its last operand; what has no operands stands right before its first use."""
    column = {}
    for node in nodes:
        column[node] = max((column[a] + 1 for a, b in edges if b == node), default=0)
    for node in nodes:
        if not any(b == node for _, b in edges):
            column[node] = min((column[b] - 1 for a, b in edges if a == node), default=0)
    return column


def apart(wanted):
    """The values nearest to sorted ones that are 1 or more apart: pools of neighbours keep the mean of what they want."""
    pools = []  # (sum, count) of wanted values minus their place
    for place, value in enumerate(wanted):
        pools.append((value - place, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1] = (pools[-1][0] + total, pools[-1][1] + count)
    level = [total / count for total, count in pools for _ in range(count)]
    return [value + place for place, value in enumerate(level)]


def curve(points, width):
    """From the right side of the first box to the left side of the last, level where it passes a column."""
    control = [(points[0][0] + width / 2, points[0][1])]
    for number, (x, y) in enumerate(points[1:], start=2):
        start, end = control[-1], (x - width / 2, y)
        middle = (start[0] + end[0]) / 2
        control += [(middle, start[1]), (middle, y), end]
        if number < len(points):
            control += [end, (x + width / 2, y), (x + width / 2, y)]
    return control
