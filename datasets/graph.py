"""Graphs whose nodes have features and labels: scikit-learn's digits, npz files, and tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import sklearn.datasets
from sklearn.neighbors import kneighbors_graph

from datasets.dataset import Column, Dataset, Split, Target
from datasets.graph_files import Graph, read_graph
from errors import UserError

NEIGHBOURS = 5  # of each digit
MOST_VALIDATION = 500  # nodes, as in the published split of Cora
RARE = 0.1  # share of values that are not 0, below which features are counts of words


def load_graph(data, labelled, split_seed):
    """Load a graph, and split its labelled nodes.

    Args:
        data: npz file, or folder with `nodes.csv` and `edges.csv`; "" for scikit-learn's digits,
            each joined to its nearest neighbours.
        labelled: training nodes of each class, where the file has no split.
        split_seed: seed of the split.

    Returns: a `datasets.dataset.Dataset` whose rows are numbers of nodes, and whose context has the
    graph: `features`, `(nodes, features)`, and `edges`, `(edges, 2)`.

    Raises: UserError if the file is no graph, or has too few labels.
    """
    graph = read_graph(Path(data)) if data else make_digits_graph()
    check_graph(graph)
    labels = graph.labels
    known = np.flatnonzero([label is not None for label in labels])
    classes = sorted({labels[i] for i in known}, key=lambda text: (len(text), text))
    if len(classes) < 2:
        raise UserError(f"{graph.source}: expected labels of two classes or more")
    parts = graph.split or split_nodes(graph, known, classes, labelled, split_seed)
    splits = [
        Split({"node": part.astype("int32")}, {graph.label: labels[part].astype(str)})
        for part in map(np.sort, parts)
    ]
    unlearned = set(classes) - set(splits[0].targets[graph.label].tolist())
    if unlearned:
        raise UserError(f"{graph.source}: the class {min(unlearned)!r} has no training node")
    size = graph.features.shape[1]
    columns = (
        Column("features", "nodes", shape=(None, size), per_row=False),
        Column("edges", "array", shape=(None, 2), dtype="int32", per_row=False),
    )
    loops = int((graph.edges[:, 0] == graph.edges[:, 1]).sum())
    remarks = [
        f"graph of {len(labels)} nodes with {size} features and {len(graph.edges)} edges, which "
        "count in both directions"
    ]
    if loops:
        remarks.append(f"{loops} edges from a node to itself are left out")
    if len(known) < len(labels):
        remarks.append(f"{len(labels) - len(known)} nodes have no label; the graph has them anyway")
    return Dataset(
        graph.source,
        *splits,
        columns,
        (Target(graph.label, classes=tuple(classes)),),
        remarks=tuple(remarks),
        context={"features": graph.features.astype("float32"), "edges": graph.edges},
    )


def read_graph_to_predict(path, columns, target):
    """Read a graph for a trained network, and the labels of its nodes if known.

    Args:
        path: file or folder as for `load_graph`.
        columns: descriptions of the inputs.
        target: name of the labels.

    Returns: `(pandas.DataFrame of numbers and known labels of the nodes, inputs)`.

    Raises: UserError if it is no graph, or has other features than the training.
    """
    graph = read_graph(path, must_have_label=False)
    check_graph(graph)
    check_width(graph.features, columns, path)
    frame = pd.DataFrame({"node": np.arange(len(graph.labels)), target: graph.labels})
    if frame[target].isna().all():
        frame = frame.drop(columns=target)
    return frame, {"features": graph.features.astype("float32"), "edges": graph.edges}


def check_width(features, columns, path):
    """Raise UserError if nodes have other features than the network takes."""
    if features.shape[1] != (width := columns[0].shape[1]):
        raise UserError(
            f"--data {path}: expected {width} features of each node, as in the training. "
            f"Received: {features.shape[1]}"
        )


def make_digits_graph():
    """Join each of scikit-learn's digits to its nearest neighbours by pixels."""
    digits = sklearn.datasets.load_digits()
    near = kneighbors_graph(digits.data, NEIGHBOURS).tocoo()
    return Graph(
        f"scikit-learn's digits, each joined to its {NEIGHBOURS} nearest neighbours",
        digits.data,
        np.stack([near.row, near.col], axis=1).astype("int32"),
        np.array([str(digit) for digit in digits.target], object),
        "digit",
        (),
    )


def check_graph(graph):
    """Raise UserError for edges to nodes that are not there, or features that are no numbers."""
    nodes = len(graph.features)
    if graph.edges.size and not (graph.edges.min() >= 0 and graph.edges.max() < nodes):
        wrong = graph.edges[((graph.edges < 0) | (graph.edges >= nodes)).any(axis=1)][0]
        raise UserError(
            f"{graph.source}: the edge {wrong[0]}, {wrong[1]} ends in a node that is not there; "
            f"nodes are numbered from 0 to {nodes - 1}"
        )
    if not np.isfinite(graph.features).all():
        row = int(np.argmin(np.isfinite(graph.features).all(axis=1)))
        raise UserError(
            f"{graph.source}: node {row} has a feature that is missing or infinite. Fill it in"
        )


def split_nodes(graph, known, classes, labelled, seed):
    """Return numbers of nodes that train, validate and test.

    `labelled` nodes of each class train, at most a third of the others validates.
    """
    labels = graph.labels
    order = np.random.default_rng(seed).permutation(known)
    train = []
    for label in classes:
        found = [node for node in order if labels[node] == label]
        if len(found) < labelled + 2:
            raise UserError(
                f"{graph.source}: class {label!r} has {len(found)} nodes; --labelled {labelled} "
                f"needs {labelled + 2} or more"
            )
        train += found[:labelled]
    others = order[~np.isin(order, train)]
    validation = min(MOST_VALIDATION, len(others) // 3)
    return np.array(train), others[:validation], others[validation:]


def is_counts(features):
    """Return whether features are counts of words: not negative, and nearly all 0."""
    return bool(features.min() >= 0 and (features != 0).mean() < RARE)
