"""Files of graphs: npz of several forms, and a folder with a table of nodes and one of edges."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from datasets.labels import to_label
from datasets.npz import READ_ERRORS, read_npz
from datasets.table_file import read_table
from errors import UserError, suggest

SPLIT = ("train_idx", "val_idx", "test_idx")
SPARSE = ("data", "indices", "indptr", "shape")
ADJACENCY, ATTRIBUTES = ([f"{name}_{part}" for part in SPARSE] for name in ("adj", "attr"))
FORMS = (
    ("x", "edges", "y", *SPLIT),
    ("x", "edges", "y"),
    (*ADJACENCY, *ATTRIBUTES, "labels"),
    (*ADJACENCY, "attr_matrix", "labels"),
)
LABEL = "label"


class Graph(NamedTuple):
    """A graph as it was read.

    Args:
        source: where it comes from, in words.
        features: `(nodes, features)`.
        edges: numbers of the nodes that are joined, `(edges, 2)`.
        labels: text or None for each node, `(nodes,)`.
        label: name of the label.
        split: numbers of the nodes that train, validate and test; () if the file has none.
    """

    source: str
    features: np.ndarray
    edges: np.ndarray
    labels: np.ndarray
    label: str
    split: tuple


def read_graph(path):
    """Read a graph from an npz file, or from a folder with `nodes.csv` and `edges.csv`.

    An npz has the arrays x (nodes, features), edges (edges, 2), y (nodes,), and if it is split
    train_idx, val_idx and test_idx. Or it has sparse matrices, in the form of the benchmark of
    Shchur et al., arXiv:1811.05868. No file is unpickled, since a pickle can run any code.

    Raises: UserError if there is no such file, or it is not like that.
    """
    if path.is_dir():
        return read_tables(path)
    if not path.exists():
        raise UserError(f"--data {path}: no such file or folder")
    found = read_npz(path, *FORMS)
    try:
        return Graph(f"graph in {path}", *read_arrays(found))
    except READ_ERRORS as error:
        raise UserError(f"--data {path}: the arrays are no graph: {error}") from None


def read_arrays(arrays):
    """Return features, edges, labels, the name of the label and the split of arrays in one of the
    `FORMS`."""
    split = ()
    if len(arrays) in (3, 6):
        features, edges, labels, *split = arrays
    else:
        adjacency = to_sparse(*arrays[:4]).tocoo()
        edges = np.stack([adjacency.row, adjacency.col], axis=1)
        *attributes, labels = arrays[4:]
        features = to_sparse(*attributes).toarray() if len(attributes) == 4 else attributes[0]
    features, labels = np.asarray(features, "float64"), np.asarray(labels)
    if features.ndim != 2 or labels.shape != features.shape[:1] or edges.shape[1:] != (2,):
        raise ValueError(
            "expected features (nodes, features), edges (edges, 2) and labels (nodes,); received "
            f"{features.shape}, {edges.shape} and {labels.shape}"
        )
    names = np.array([to_label(label) for label in labels.tolist()], object)
    for part in split:
        if part.ndim != 1 or not len(part) or part.min() < 0 or part.max() >= len(labels):
            raise ValueError("a split has numbers of nodes that are not there, or is empty")
    return features, edges.astype("int32"), names, LABEL, tuple(split)


def to_sparse(values, indices, starts, shape):
    return csr_matrix((values, indices, starts), shape=tuple(shape))


def read_tables(folder):
    """Read `nodes.csv`, with columns id and label and one for each feature, and `edges.csv`, with
    the columns source and target: ids of nodes."""
    nodes, edges = (read_table(folder / name) for name in ("nodes.csv", "edges.csv"))
    require(nodes, folder / "nodes.csv", "id", LABEL)
    require(edges, folder / "edges.csv", "source", "target")
    numbers = nodes.drop(columns=["id", LABEL])
    text = [name for name in numbers if not pd.api.types.is_numeric_dtype(numbers[name])]
    if text or not len(numbers.columns):
        which = f"column {text[0]!r} has text" if text else "there is none"
        raise UserError(f"--data {folder}: features of nodes must be numbers; {which}")
    ids = nodes["id"].map(to_label)
    if ids.duplicated().any():
        twice = ids[ids.duplicated()].iloc[0]
        raise UserError(f"--data {folder}: nodes.csv has the id {twice!r} twice")
    number = pd.Series(np.arange(len(ids)), index=ids)
    ends = []
    for name in ("source", "target"):
        named = edges[name].map(to_label)
        unknown = named[~named.isin(ids)]
        if len(unknown):
            raise UserError(
                f"--data {folder}: edges.csv, line {unknown.index[0] + 2}: there is no node "
                f"{unknown.iloc[0]!r}.{suggest(unknown.iloc[0], ids)}"
            )
        ends.append(number[named].to_numpy())
    labels = [None if pd.isna(label) else to_label(label) for label in nodes[LABEL]]
    return Graph(
        f"graph in {folder}",
        numbers.to_numpy("float64"),
        np.stack(ends, axis=1).astype("int32"),
        np.array(labels, object),
        LABEL,
        (),
    )


def require(table, path, *names):
    """Raise UserError unless a table has columns."""
    for name in names:
        if name not in table:
            raise UserError(
                f"--data {path}: there is no column {name!r}. It has: {', '.join(table.columns)}"
            )
