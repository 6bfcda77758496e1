"""Many graphs with a label each, split: the atlas of small graphs, or the user's own."""

import numpy as np
import pandas as pd

from datasets.atlas import load_atlas
from datasets.colour_refinement import colour_graphs, find_best_accuracy
from datasets.dataset import Column, Dataset, Split, Target
from datasets.graph_rows import join_both_directions, pad_graphs
from datasets.graph_set_files import EXPECTED, FLAG, read_gin_text, read_tu
from datasets.graph_set_tables import read_graph_tables
from datasets.limits import check_size
from datasets.paths import find_path
from datasets.split import split_at_random, take_fifth
from datasets.target_column import describe_target, drop_missing_targets, extract_target
from errors import UserError, to_one_line

FEWEST = 10  # graphs
PARTS = ("train", "validation", "test")


def read_graph_set(path, must_have_label=True):
    """Read many graphs and a label for each.

    Args:
        path: a folder or a text file, see `EXPECTED`. No file is unpickled, since a pickle can run
            any code.
        must_have_label: whether graphs.csv without labels is a mistake; otherwise they are NaN.

    Raises: UserError if it is not like that; the message names the file and the line.
    """
    if path.is_file():
        return read_gin_text(path)
    if (path / "graphs.csv").exists():
        return read_graph_tables(path, must_have_label)
    if found := sorted(path.glob("*_A.txt")):
        return read_tu(path, found[0].name.removesuffix("_A.txt"))
    raise UserError(f"--data {path}: expected {EXPECTED}")


def load_graph_set(data, question, task, split_seed):
    """Read graphs and their labels, and split them.

    Args:
        data: folder or text file with graphs; "" for the atlas of graphs of up to seven nodes.
        question: question about the graphs of the atlas.
        task: "regression", "classification", or "auto" to decide by the labels.
        split_seed: seed of the random split, where the file has none.

    Returns: a `datasets.dataset.Dataset` whose rows are graphs, as from `pad_graphs`.

    Raises: UserError if a file is not like that, or there are too few graphs.
    """
    found = read_graph_set(find_path(data)) if data else load_atlas(question)
    check_graphs(found)
    edges = join_both_directions(found.edges)
    rows = pad(found, edges)
    frame = pd.DataFrame({found.label: found.labels})
    known, remarks = drop_missing_targets(frame, [found.label])
    if task == "auto" and found.are_classes:
        task = "classification"
    classes, remark = describe_target(known, found.label, task)
    if len(known) < FEWEST:
        raise UserError(f"{found.source}: {len(known)} graphs have a label; {FEWEST} are needed")
    values = extract_target(known, found.label, classes)
    chosen = known.index.to_numpy()
    split = Split({name: x[chosen] for name, x in rows.items()}, {found.label: values})
    splits = split_graphs(found, split, chosen, classes, split_seed)
    count, size = rows["features"].shape[0], rows["features"].shape[2]
    nodes = rows["nodes"]
    remarks = [
        f"{count} graphs of {nodes.min()} to {nodes.max()} nodes with {size} "
        f"feature{'s' * (size > 1)}; edges count in both directions",
        *([] if not data else [remark]),
        *remarks,
        *found.remarks,
        *describe_limit(found, edges, chosen, values if classes else None),
    ]
    return Dataset(
        found.source,
        *splits,
        describe_inputs(found.names),
        (describe_answer(found.label, classes, splits[0].targets[found.label]),),
        remarks=tuple(remarks),
    )


def read_graphs_to_predict(path, columns, target):
    """Read graphs for a trained network, and their labels if known.

    Args:
        path: file or folder as for `load_graph_set`.
        columns: descriptions of the inputs.
        target: name of the labels.

    Returns: `(pandas.DataFrame of numbers and known labels of the graphs, rows)`.

    Raises: UserError if a file is not like that, or has other features than the training.
    """
    found = read_graph_set(path, must_have_label=False)
    check_graphs(found)
    found = found._replace(features=match_features(found, columns[0].vocabulary))
    frame = pd.DataFrame({"graph": np.arange(1, len(found.labels) + 1), target: found.labels})
    if frame[target].isna().all():
        frame = frame.drop(columns=target)
    return frame, pad(found, join_both_directions(found.edges))


def match_features(found, names):
    """Return the features in the order of the training, `(nodes, features)`.

    Node labels that the training has not seen are ignored, with a warning.

    Raises: UserError if a feature is missing.
    """
    known = dict(zip(found.names, found.features.T, strict=True))
    missing = [name for name in names if name not in known and FLAG not in name]
    if missing:
        raise UserError(
            f"{found.source}: nodes have no feature {missing[0]!r}, which the training had. They "
            f"have: {', '.join(found.names)}"
        )
    unseen = [name for name in found.names if name not in names and FLAG in name]
    if unseen:
        print(to_one_line(f"warning: nodes that the training has not seen: {', '.join(unseen)}"))
    absent = np.zeros(len(found.graph))
    return np.stack([known.get(name, absent) for name in names], axis=1)


def check_graphs(found):
    """Raise UserError for edges to nodes that are not there, or features that are no numbers."""
    nodes, (source, edges, graph) = len(found.graph), (found.source, found.edges, found.graph)
    wrong = ((edges < 0) | (edges >= nodes)).any(axis=1)
    if wrong.any():
        line = int(wrong.argmax())
        a, b = edges[line] + 1
        raise UserError(
            f"{source}: edge {line + 1}, {a} to {b}, ends in a node that is not there; there are "
            f"{nodes} nodes"
        )
    apart = graph[edges[:, 0]] != graph[edges[:, 1]]
    if apart.any():
        raise UserError(f"{source}: edge {apart.argmax() + 1} joins nodes of two different graphs")
    counts = np.bincount(graph[graph >= 0], minlength=len(found.labels))
    if len(counts) > len(found.labels) or graph.min() < 0:
        raise UserError(
            f"{source}: nodes of graph {graph.max() + 1}, and labels of {len(found.labels)} graphs"
        )
    if not counts.all():
        raise UserError(f"{source}: graph {counts.argmin() + 1} has no node. Remove it")
    if not np.isfinite(found.features).all():
        row = int(np.argmin(np.isfinite(found.features).all(axis=1)))
        raise UserError(
            f"{source}: node {row + 1} has a feature that is missing or infinite. Fill it in"
        )


def pad(found, edges):
    """Return the rows of `pad_graphs`, if they fit into memory."""
    graphs, width = len(found.labels), found.features.shape[1]
    most_nodes = np.bincount(found.graph).max()
    most_edges = np.bincount(found.graph[edges[:, 0]], minlength=1).max()
    check_size(found.source, graphs * (most_nodes * width * 4 + most_edges * 8))
    return pad_graphs(found.features, edges, found.graph, graphs)


def split_graphs(found, rows, chosen, classes, seed):
    """Return the splits of the file, or random ones that keep the proportions of classes.

    Raises: UserError if the file's split has an empty part or a class that cannot be learned.
    """
    labels = rows.targets[found.label] if classes else None
    if not found.parts:
        return split_at_random(rows, seed, labels)
    parts = np.array(found.parts, object)[chosen]
    unknown = set(parts.tolist()) - set(PARTS)
    if unknown:
        raise UserError(
            f"{found.source}: the column split must be train, validation or test. Received: "
            f"{sorted(map(str, unknown))[0]!r}"
        )
    train, validation, test = (np.flatnonzero(parts == part) for part in PARTS)
    if not len(validation) and len(train):
        train, validation = take_fifth(train, seed)
    for name, numbers in zip(PARTS, (train, validation, test), strict=True):
        if not len(numbers):
            raise UserError(f"{found.source}: the column split has no graph for {name}")
    unlearned = set(classes) - set(rows.targets[found.label][train].tolist())
    if unlearned:
        raise UserError(
            f"{found.source}: the class {sorted(unlearned, key=str)[0]!r} has no training graph, "
            "so that it cannot be learned. Add graphs of it, or remove them"
        )
    return tuple(rows.take(numbers) for numbers in (train, validation, test))


def describe_inputs(names):
    """Return the columns of the endpoint, which takes the disjoint union of graphs."""
    shape = (None, len(names))
    return (
        Column("features", "graphs", vocabulary=names, shape=shape, per_row=False),
        Column("edges", "array", shape=(None, 2), dtype="int32", per_row=False),
        Column("graph", "array", shape=(None,), dtype="int32", per_row=False),
    )


def describe_answer(name, classes, values):
    """Return the `Target`, with mean and standard deviation of the training graphs' numbers."""
    if classes:
        return Target(name, classes=classes)
    return Target(name, mean=float(values.mean()), std=float(values.std()) or 1.0)


def describe_limit(found, edges, chosen, labels):
    """Return the remark about the classes that no message passing can tell, as a list."""
    if labels is None:
        return []
    colours = colour_graphs(found.features, edges, found.graph, len(found.labels))[chosen]
    best = find_best_accuracy(colours, labels)
    if best == 1:
        return []
    return [
        f"from degrees and the features of the data, message passing tells at most a share of "
        f"{best:.4f} of the classes: the other graphs look like graphs of a different class. "
        "Cycles or random features (--node-features) can tell more"
    ]
