"""Small graphs: their nodes and edges, and how well graphs of each size are predicted."""

import networkx as nx
import numpy as np

from plots import style

COLUMNS = 4  # graphs side by side
FEW_NODES = 40  # with more of them, nodes are drawn as dots
MAX_SIZES = 8  # bars; more sizes are joined


def plot_graphs(graphs, captions, title, weights=None):
    """Plot graphs, each in a panel of its own.

    Args:
        graphs: list of `(nodes, edges)`: the number of nodes, and numbers of nodes `(edges, 2)`.
        captions: text below each graph.
        title: title of the figure.
        weights: list of `(nodes,)`, which colour the nodes; None for one colour.

    Returns: a Figure.
    """
    columns = min(COLUMNS, len(graphs))
    rows = -(-len(graphs) // columns)
    figure = style.create_figure(height=0.6 + 2.1 * rows * 4 / max(columns, 3))
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    largest = max((values.max() for values in weights or ()), default=1.0)
    for number, (axes, caption) in enumerate(zip(grid, captions, strict=False)):
        graph = make_graph(*graphs[number])
        colours = weights[number] if weights else np.full(len(graph), 0.5 * largest)
        nx.draw_networkx(
            graph, arrange_nodes(graph), ax=axes, with_labels=False,
            node_size=120 if len(graph) <= FEW_NODES else 15, node_color=colours,
            cmap=style.SEQUENTIAL, vmin=0, vmax=largest, edgecolors=style.BLUE,
            edge_color=style.GREY,
        )  # fmt: skip
        axes.axis("off")
        axes.margins(0.15)
        axes.set_aspect("equal", "datalim")
        axes.set_title(caption, fontsize=style.SMALL, y=-0.02, va="top")
    figure.suptitle(style.wrap(title, 70))
    return figure


def make_graph(nodes, edges):
    """Return a graph as networkx has it."""
    graph = nx.empty_graph(nodes)
    graph.add_edges_from(map(tuple, np.asarray(edges).tolist()))
    return graph


def arrange_nodes(graph):
    """Return `{node: (x, y)}`: the parts of a graph side by side, without crossings if possible."""
    places, right = {}, 0.0
    for part in sorted(nx.connected_components(graph), key=len, reverse=True):
        piece = graph.subgraph(sorted(part))
        is_ring = len(piece) > 2 and all(degree == 2 for _, degree in piece.degree)
        found = nx.circular_layout(piece) if is_ring else nx.kamada_kawai_layout(piece)
        size = np.sqrt(len(piece)) / 2
        points = size * np.array([found[node] for node in piece])
        left, bottom = points.min(axis=0), points.mean(axis=0)
        points += (right - left[0], -bottom[1])
        places |= dict(zip(piece, points, strict=True))
        right = points[:, 0].max() + 0.7
    return places


def plot_score_by_size(sizes, values, name):
    """Plot a mean over the graphs of each number of nodes.

    Args:
        sizes: number of nodes of each graph, `(graphs,)`.
        values: 1 for a graph that is predicted rightly, or its absolute error, `(graphs,)`.
        name: what the mean is, with its unit.

    Returns: a Figure.
    """
    sizes, values = np.asarray(sizes), np.asarray(values, float)
    distinct = np.unique(sizes)
    groups = np.array_split(distinct, min(len(distinct), MAX_SIZES))
    figure = style.create_figure()
    axes = figure.add_subplot()
    labels = []
    for number, group in enumerate(groups):
        chosen = np.isin(sizes, group)
        mean = values[chosen].mean()
        error = values[chosen].std() / np.sqrt(chosen.sum())
        axes.bar(number, mean, yerr=error, color=style.SKY, edgecolor=style.BLUE, capsize=3)
        span = str(group[0]) if len(group) == 1 else f"{group[0]} to {group[-1]}"
        labels.append(f"{span}\n({chosen.sum()})")
    axes.set_xticks(range(len(groups)), labels, fontsize=style.SMALL)
    axes.set_xlabel("nodes of a graph (number of test graphs)")
    axes.set_ylabel(style.wrap(name))
    axes.set_title(f"{name[0].upper()}{name[1:]}, by size of the graph")
    return figure
