"""Many graphs as one, their disjoint union, and as rows of the same size."""

import numpy as np

GRAPHS_AT_ONCE = 256  # which bounds the memory


def join_both_directions(edges):
    """Return edges in both directions, each once, without those from a node to itself.

    Args:
        edges: `(edges, 2)`.

    Returns: `(edges, 2)`, sorted.
    """
    edges = edges[edges[:, 0] != edges[:, 1]]
    return np.unique(np.concatenate([edges, edges[:, ::-1]]), axis=0)


def pad_graphs(features, edges, graph, graphs):
    """Return a row for each graph of a disjoint union, all padded to the size of the largest.

    Args:
        features: `(nodes, features)`.
        edges: numbers of two nodes of a graph, `(edges, 2)`.
        graph: number of the graph of each node, `(nodes,)`.
        graphs: number of graphs.

    Returns: `{"features": (graphs, nodes, features), "edges": (graphs, edges, 2), "nodes":
    (graphs,)}`. Nodes are numbered from 0 in each graph, and -1 pads edges; `nodes` counts them.
    """
    order = np.argsort(graph, kind="stable")
    place = np.empty(len(order), "int64")  # of each node in its graph
    nodes, place[order] = number_within(graph[order], graphs)
    rows = np.zeros((graphs, nodes.max(initial=0), features.shape[1]), "float32")
    rows[graph, place] = features

    edges = edges[np.argsort(graph[edges[:, 0]], kind="stable")]
    owner = graph[edges[:, 0]]
    counts, number = number_within(owner, graphs)
    padded = np.full((graphs, counts.max(initial=0), 2), -1, "int32")
    padded[owner, number] = place[edges]
    return {"features": rows, "edges": padded, "nodes": nodes.astype("int32")}


def number_within(owner, owners):
    """Return how many items each owner has, and the number of each item among its owner's.

    Args:
        owner: owner of each item, sorted.
        owners: number of owners.
    """
    counts = np.bincount(owner, minlength=owners)
    starts = np.cumsum(counts) - counts
    return counts, np.arange(len(owner)) - starts[owner]


def join_graphs(rows):
    """Return the disjoint union of the rows from `pad_graphs`: what the SavedModel takes.

    Returns: `{"features": (nodes, features), "edges": (edges, 2), "graph": (nodes,)}`.
    """
    nodes, edges = rows["nodes"], rows["edges"]
    starts = np.cumsum(nodes) - nodes
    numbered = edges + starts[:, None, None]
    return {
        "features": rows["features"][find_nodes(rows)],
        "edges": numbered[edges[..., 0] >= 0].astype("int32"),
        "graph": np.repeat(np.arange(len(nodes), dtype="int32"), nodes),
    }


def find_nodes(rows):
    """Return which places of the rows from `pad_graphs` have a node, `(graphs, nodes)`."""
    return np.arange(rows["features"].shape[1]) < rows["nodes"][:, None]


def take_graphs(rows, size=GRAPHS_AT_ONCE):
    """Yield the rows from `pad_graphs` in pieces of at most `size` graphs, at least one piece."""
    for start in range(0, max(len(rows["nodes"]), 1), size):
        yield {name: values[start : start + size] for name, values in rows.items()}


def answer_graphs(predict, rows):
    """Return what a function of unions of graphs answers for rows, `{output: (graphs, ...)}`."""
    parts = [predict(join_graphs(part)) for part in take_graphs(rows)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
