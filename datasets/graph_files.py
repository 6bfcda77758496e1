"""Files of graphs: npz of several forms, and a folder with a table of nodes and one of edges."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from datasets.labels import to_label
from datasets.npz import READ_ERRORS, list_arrays, read_npz
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
TABLES = "a folder with nodes.csv and edges.csv"


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


def read_graph(path, must_have_label=True):
    """Read a graph from an npz file, or from a folder with `nodes.csv` and `edges.csv`.

    Args:
        path: path of the file or folder.
        must_have_label: whether a graph without labels is a mistake; otherwise they are None.

    An npz has the arrays x (nodes, features), edges (edges, 2), y (nodes,), and if it is split
    train_idx, val_idx and test_idx. Or it has sparse matrices, in the form of the benchmark of
    Shchur et al., arXiv:1811.05868. No file is unpickled, since a pickle can run any code.

    Raises: UserError if there is no such file, or it is not like that.
    """
    if path.is_dir():
        return read_tables(path, must_have_label)
    if not path.exists():
        raise UserError(f"--data {path}: no such file or folder")
    forms = FORMS if must_have_label else (*FORMS, *map(drop_labels, FORMS))
    found = read_npz(path, *forms, also=f"{TABLES}, or ")
    form = next(form for form in forms if set(form) <= set(list_arrays(path)))
    try:
        return Graph(f"graph in {path}", *read_arrays(dict(zip(form, found, strict=True))))
    except READ_ERRORS as error:
        raise UserError(f"--data {path}: the arrays are no graph: {error}") from None


def drop_labels(form):
    """Return the arrays of a graph of which no label is known."""
    return tuple(name for name in form if name not in ("y", "labels", *SPLIT))


def read_arrays(arrays):
    """Return features, edges, labels, the name of the label and the split of arrays in one of the
    `FORMS`, `{name: array}`."""
    if "x" in arrays:
        features, edges = arrays["x"], arrays["edges"]
    else:
        adjacency = to_sparse(*(arrays[name] for name in ADJACENCY)).tocoo()
        edges = np.stack([adjacency.row, adjacency.col], axis=1)
        features = arrays.get("attr_matrix")
        if features is None:
            features = to_sparse(*(arrays[name] for name in ATTRIBUTES)).toarray()
    split = [arrays[name] for name in SPLIT if name in arrays]
    features = np.asarray(features, "float64")
    unknown = np.full(features.shape[:1], None)
    labels = np.asarray(arrays.get("y", arrays.get("labels", unknown)))
    if features.ndim != 2 or labels.shape != features.shape[:1] or edges.shape[1:] != (2,):
        raise ValueError(
            "expected features (nodes, features), edges (edges, 2) and labels (nodes,); received "
            f"{features.shape}, {edges.shape} and {labels.shape}"
        )
    names = [None if label is None else to_label(label) for label in labels.tolist()]
    for part in split:
        if part.ndim != 1 or not len(part) or part.min() < 0 or part.max() >= len(labels):
            raise ValueError("a split has numbers of nodes that are not there, or is empty")
    return features, edges.astype("int32"), np.array(names, object), LABEL, tuple(split)


def to_sparse(values, indices, starts, shape):
    return csr_matrix((values, indices, starts), shape=tuple(shape))


def read_tables(folder, must_have_label=True):
    """Read `nodes.csv`, with columns id and label and one for each feature, and `edges.csv`, with
    the columns source and target: ids of nodes."""
    nodes, edges = read_files(folder, "nodes.csv", "edges.csv")
    require(nodes, folder / "nodes.csv", "id", *([LABEL] if must_have_label else []))
    require(edges, folder / "edges.csv", "source", "target")
    features = nodes.drop(columns=["id", LABEL], errors="ignore")
    if not len(features.columns):
        raise UserError(f"--data {folder}: features of nodes must be numbers; there is none")
    features = read_features(features, nodes["id"], folder)
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
    known = nodes[LABEL] if LABEL in nodes else [None] * len(nodes)
    labels = [None if pd.isna(label) else to_label(label) for label in known]
    return Graph(
        f"graph in {folder}",
        features,
        np.stack(ends, axis=1).astype("int32"),
        np.array(labels, object),
        LABEL,
        (),
    )


def read_files(folder, *names):
    """Return the tables of these names in a folder; raise UserError if one is not there."""
    for name in names:
        if not (folder / name).exists():
            raise UserError(f"--data {folder}: there is no {name}. Expected {' and '.join(names)}")
    return [read_table(folder / name) for name in names]


def read_features(table, ids, folder):
    """Return the features of nodes, `(nodes, features)`.

    Raises: UserError for text, and for a value that is missing or infinite.
    """
    text = [name for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    if text:
        raise UserError(
            f"--data {folder}: features of nodes must be numbers; column {text[0]!r} has text"
        )
    features = table.to_numpy("float64")
    if (wrong := ~np.isfinite(features)).any():
        row, column = np.argwhere(wrong)[0]
        raise UserError(
            f"--data {folder / 'nodes.csv'}, node {to_label(ids.iloc[row])!r}: the column "
            f"{table.columns[column]!r} is missing or infinite. Fill it in"
        )
    return features


def require(table, path, *names):
    """Raise UserError unless a table has columns."""
    for name in names:
        if name not in table:
            raise UserError(
                f"--data {path}: there is no column {name!r}. It has: {', '.join(table.columns)}"
            )
