"""Text files of many graphs: folders of the TU form, and the form of the GIN paper."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from datasets.labels import to_label
from datasets.limits import check_size
from errors import UserError

LABEL = "label"
FLAG = "="  # in the name of a feature that is 0 or 1
CONSTANT = "1"  # the only feature of nodes without any
EXPECTED = (
    "a folder of the TU form (NAME_A.txt, NAME_graph_indicator.txt, NAME_graph_labels.txt), a text "
    "file of the form of MUTAG.txt, or a folder with nodes.csv, edges.csv and graphs.csv"
)
LARGEST = 2**31  # of whole numbers
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
        are_classes: whether labels of this form are classes, even if they are many whole numbers.
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
    are_classes: bool = False


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

    edges, graph = (
        to_whole(read(part), f"{folder / name}_{part}.txt") - 1 for part in ("A", "graph_indicator")
    )
    graph = graph[:, 0]
    if edges.shape[1] != 2:
        raise UserError(f"--data {folder / f'{name}_A.txt'}: expected two numbers in each line")
    labels, attributes = read("graph_labels", False), read("graph_attributes", False)
    remarks = [
        f"the file {name}_{part}.txt is not used"
        for part in ("edge_labels", "edge_attributes")
        if (folder / f"{name}_{part}.txt").exists()
    ]
    are_classes = labels is not None and bool((labels == labels.round()).all())
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
        edges,
        graph,
        to_series(labels[:, 0]),
        LABEL,
        remarks=tuple(remarks),
        are_classes=are_classes,
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


def to_whole(numbers, where, least=0):
    """Return numbers as whole ones; raise UserError if some are not, or are smaller than `least`.

    Args:
        numbers: list or array.
        where: file and line, for the message.
        least: smallest number that is allowed.
    """
    numbers = np.asarray(numbers)
    wrong = ~((numbers >= least) & (numbers < LARGEST) & (np.floor(numbers) == numbers))
    if wrong.any():
        raise UserError(
            f"--data {where}: expected whole numbers, {least} or larger. Received: "
            f"{numbers[wrong][0]:g}"
        )
    return numbers.astype("int64")


def one_hot(labels, name):
    """Return a feature for each different label, `(nodes, labels)`, and the features' names."""
    known = np.unique(labels)
    flags = np.where(np.isnan(labels)[:, None], np.nan, labels[:, None] == known)
    return flags, tuple(f"{name}{FLAG}{to_label(label)}" for label in known.tolist())


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

    def whole(*numbers, least=0):
        return to_whole(numbers, f"{path}, line {at}", least).tolist()

    graphs, start = whole(take(1, "the number of graphs")[0], least=1)[0], 0
    labels, graph, tags, edges, features = [], [], [], [], []
    for number in range(graphs):
        size, label, *_ = take(2, "a number of nodes and a label")
        (nodes,) = whole(size, least=1)
        labels.append(label)
        for node in range(nodes):
            tag, degree, *others = take(2, "tag, number of neighbours and neighbours of a node")
            tag, degree = whole(tag, degree)
            near = whole(*others[:degree])
            if len(near) < degree or any(other >= nodes for other in near):
                raise UserError(
                    f"--data {path}, line {at}: expected {degree} "
                    f"neighbour{'s' * (degree != 1)}, numbered from 0 to {nodes - 1}. Received: "
                    f"{' '.join(map(str, near)) or 'none'}"
                )
            edges += [(start + node, start + other) for other in near]
            tags.append(tag)
            graph.append(number)
            features.append(others[degree:])
        start += nodes
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
