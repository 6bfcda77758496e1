"""Files of many graphs: TU folders, the text form of the GIN paper, and a folder of tables."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.graph_files import require
from datasets.labels import to_label
from datasets.limits import check_size
from datasets.table_file import read_table
from errors import UserError, suggest

LABEL = "label"
FLAG = "="  # in the name of a feature that is 0 or 1
CONSTANT = "1"  # the only feature of nodes without any
EXPECTED = (
    "a folder of the TU form (NAME_A.txt, NAME_graph_indicator.txt, NAME_graph_labels.txt), a text "
    "file of the form of MUTAG.txt, or a folder with nodes.csv, edges.csv and graphs.csv"
)
CELL = 16  # bytes in memory for a byte of text


class GraphSet(NamedTuple):
    """Graphs as they were read, joined to one graph without edges between them.

    Args:
        source: where they come from, in words.
        features: `(nodes, features)`.
        names: name of each feature; "tag=6" is 1 for the nodes of the tag 6, and 0 for others.
        edges: numbers of two nodes, `(edges, 2)`.
        graph: number of the graph of each node, `(nodes,)`.
        labels: `pandas.Series` of the label of each graph.
        label: name of the label.
        parts: "train", "validation" or "test" of each graph; () if the file has no split.
        remarks: what the user should know about the file.
    """

    source: str
    features: np.ndarray
    names: tuple
    edges: np.ndarray
    graph: np.ndarray
    labels: pd.Series
    label: str
    parts: tuple = ()
    remarks: tuple = ()


def read_graph_set(path):
    """Read many graphs and a label for each.

    Args:
        path: a folder or a text file, see `EXPECTED`. No file is unpickled, since a pickle can run
            any code.

    Raises: UserError if it is not like that; the message names the file and the line.
    """
    if path.is_file():
        return read_gin_text(path)
    if (path / "graphs.csv").exists():
        return read_graph_tables(path)
    if found := sorted(path.glob("*_A.txt")):
        return read_tu(path, found[0].name.removesuffix("_A.txt"))
    raise UserError(f"--data {path}: expected {EXPECTED}")


# The form of the archive at TU Dortmund


def read_tu(folder, name):
    """Read `NAME_A.txt` (two nodes in each line, numbered from 1), `NAME_graph_indicator.txt` (the
    graph of each node), `NAME_graph_labels.txt` or, for numbers, `NAME_graph_attributes.txt`, and
    if they are there `NAME_node_labels.txt` and `NAME_node_attributes.txt`.

    Source: Morris et al., TUDataset, arXiv:2007.08663.
    """

    def read(part, must_exist=True):
        path = folder / f"{name}_{part}.txt"
        return read_numbers(path) if must_exist or path.exists() else None

    edges, graph = read("A"), read("graph_indicator")[:, 0].astype("int64") - 1
    if edges.shape[1] != 2:
        raise UserError(f"--data {folder / f'{name}_A.txt'}: expected two numbers in each line")
    labels, attributes = read("graph_labels", False), read("graph_attributes", False)
    remarks = [
        f"the file {name}_{part}.txt is not used"
        for part in ("edge_labels", "edge_attributes")
        if (folder / f"{name}_{part}.txt").exists()
    ]
    if labels is None and attributes is None:  # new graphs
        labels = np.full((graph.max() + 1, 1), np.nan)
    elif labels is None:
        labels = attributes
        if labels.shape[1] > 1:
            remarks.append(
                f"{name}_graph_attributes.txt has {labels.shape[1]} columns; the first is predicted"
            )
    features, names = [np.empty((len(graph), 0))], ()
    for part, word in (("node_labels", "label"), ("node_attributes", "attribute")):
        if (numbers := read(part, False)) is None:
            continue
        if len(numbers) != len(graph):
            raise UserError(
                f"--data {folder}: {name}_graph_indicator.txt has {len(graph)} nodes, and "
                f"{name}_{part}.txt {len(numbers)}"
            )
        for number, column in enumerate(numbers.T, start=1):
            which = f"{word} {number}" if numbers.shape[1] > 1 else word
            values, more = (
                one_hot(column, which) if word == "label" else (column[:, None], (which,))
            )
            features.append(values)
            names += more
    return GraphSet(
        f"graphs in {folder}",
        *or_constant(np.concatenate(features, axis=1), names),
        edges.astype("int64") - 1,
        graph,
        to_series(labels[:, 0]),
        LABEL,
        remarks=tuple(remarks),
    )


def read_numbers(path):
    """Return the numbers of a text file, separated by commas or blanks: `(lines, numbers)`."""
    rows = [
        to_numbers(line.replace(",", " ").split(), path, number)
        for number, line in enumerate(read_lines(path), start=1)
        if line.strip()
    ]
    if not rows:
        raise UserError(f"--data {path} is empty")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise UserError(
                f"--data {path}, line {number}: expected {len(rows[0])} numbers as in the first "
                f"line. Received: {len(row)}"
            )
    return np.array(rows)


def read_lines(path):
    """Return the lines of a text file."""
    if not path.exists():
        raise UserError(f"--data {path}: no such file")
    check_size(path, path.stat().st_size, CELL)
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UserError(
            f"--data {path} is not a text file. Expected {EXPECTED}; a pickle is never opened, "
            "since it can run any code"
        ) from None


def to_numbers(words, path, line):
    try:
        return [float(word) for word in words]
    except ValueError:
        raise UserError(
            f"--data {path}, line {line}: expected numbers. Received: {' '.join(words)[:40]!r}"
        ) from None


def one_hot(labels, name):
    """Return a feature for each different label, `(nodes, labels)`, and the features' names."""
    known = np.unique(labels)
    return (labels[:, None] == known).astype(float), tuple(
        f"{name}{FLAG}{to_label(label)}" for label in known.tolist()
    )


def or_constant(features, names):
    """Return features and their names; of nodes without any a single feature of 1."""
    return (features, names) if names else (np.ones((len(features), 1)), (CONSTANT,))


def to_series(labels):
    """Return numbers as a column of whole numbers, where they are."""
    numbers = pd.Series(labels)
    return numbers.astype("int64") if (numbers % 1 == 0).all() else numbers


# The form of the GIN paper


def read_gin_text(path):
    """Read the number of graphs, and for each of them a line `nodes label` and a line for each of
    its nodes, `tag neighbours neighbour neighbour ...`, perhaps with further features behind.

    Source: Xu et al., arXiv:1810.00826, and its repository, weihua916/powerful-gnns.
    """
    lines = read_lines(path)
    words = [line.split() for line in lines]
    at = 0  # line that comes next

    def take(least, what):
        nonlocal at
        if at >= len(words) or len(words[at]) < least:
            received = repr(lines[at][:40]) if at < len(words) else "the end of the file"
            raise UserError(f"--data {path}, line {at + 1}: expected {what}. Received: {received}")
        at += 1
        return to_numbers(words[at - 1], path, at)

    (graphs, *_), start = take(1, "the number of graphs"), 0
    labels, graph, tags, edges, features = [], [], [], [], []
    for number in range(int(graphs)):
        nodes, label, *_ = take(2, "a number of nodes and a label")
        labels.append(label)
        for node in range(int(nodes)):
            tag, degree, *others = take(2, "tag, number of neighbours and neighbours of a node")
            near = others[: int(degree)]
            if len(near) < degree or any(not 0 <= other < nodes for other in near):
                raise UserError(
                    f"--data {path}, line {at}: expected {int(degree)} numbers of nodes from 0 to "
                    f"{int(nodes) - 1}, and there is an edge to a node that is not there"
                )
            edges += [(start + node, start + int(other)) for other in near]
            tags.append(int(tag))
            graph.append(number)
            features.append(others[int(degree) :])
        start += int(nodes)
    widths = set(map(len, features))
    if len(widths) > 1:
        raise UserError(f"--data {path}: nodes have {min(widths)} to {max(widths)} features")
    flags, names = one_hot(np.array(tags), "tag")
    names += tuple(f"attribute {k}" for k in range(1, 1 + max(widths)))
    return GraphSet(
        f"graphs in {path}",
        np.concatenate([flags, np.array(features)], axis=1),
        names,
        np.array(edges, "int64").reshape(-1, 2),
        np.array(graph),
        to_series(labels),
        LABEL,
    )


# Tables


def read_graph_tables(folder):
    """Read `graphs.csv`, with the columns graph and label and perhaps split (train, validation,
    test); `nodes.csv`, with graph, id and a column for each feature; and `edges.csv`, with source
    and target, ids of nodes, and graph unless no id is in two graphs."""
    names = ("graphs.csv", "nodes.csv", "edges.csv")
    graphs, nodes, edges = (read_table(folder / name) for name in names)
    require(graphs, folder / names[0], "graph", LABEL)
    require(nodes, folder / names[1], "graph", "id")
    require(edges, folder / names[2], "source", "target")
    ids = graphs["graph"].map(to_label)
    check_unique(ids, folder / names[0])
    owner = nodes["graph"].map(to_label)
    graph = find_rows(owner, ids, folder / names[1], "graph")
    keys = nodes["id"].map(to_label)
    ends = [edges[name].map(to_label) for name in ("source", "target")]
    if "graph" in edges:  # an id may be in several graphs
        keys = owner + ", " + keys
        ends = [edges["graph"].map(to_label) + ", " + end for end in ends]
    check_unique(keys, folder / names[1])
    numbers = nodes.drop(columns=["graph", "id"])
    text = [name for name in numbers if not pd.api.types.is_numeric_dtype(numbers[name])]
    if text:
        raise UserError(
            f"--data {folder}: features of nodes must be numbers; column {text[0]!r} has text"
        )
    return GraphSet(
        f"graphs in {folder}",
        *or_constant(numbers.to_numpy("float64"), tuple(numbers)),
        np.stack([find_rows(end, keys, folder / names[2], "node") for end in ends], axis=1),
        graph,
        graphs[LABEL],
        LABEL,
        tuple(graphs["split"]) if "split" in graphs else (),
    )


def check_unique(ids, path):
    if ids.duplicated().any():
        raise UserError(f"--data {path} has {ids[ids.duplicated()].iloc[0]!r} twice")


def find_rows(names, known, path, what):
    """Return the number of each name among the known ones, `(rows,)`."""
    unknown = names[~names.isin(known)]
    if len(unknown):
        raise UserError(
            f"--data {path}, line {unknown.index[0] + 2}: there is no {what} {unknown.iloc[0]!r}."
            f"{suggest(unknown.iloc[0], known)}"
        )
    return pd.Series(np.arange(len(known)), index=known)[names].to_numpy()
