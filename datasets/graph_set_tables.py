"""Many graphs from three tables: of the graphs, of their nodes, and of the edges."""

import numpy as np
import pandas as pd

from datasets.graph_files import read_features, read_files, require
from datasets.graph_set_files import LABEL, GraphSet, or_constant
from datasets.labels import to_label
from errors import UserError, suggest


def read_graph_tables(folder, must_have_label=True):
    """Read `graphs.csv`, with the columns graph and label and perhaps split (train, validation,
    test); `nodes.csv`, with graph, id and a column for each feature; and `edges.csv`, with source
    and target, ids of nodes, and graph unless no id is in two graphs."""
    names = ("graphs.csv", "nodes.csv", "edges.csv")
    graphs, nodes, edges = read_files(folder, *names)
    require(graphs, folder / names[0], "graph", *([LABEL] if must_have_label else []))
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
    elif keys.duplicated().any() and not (owner + ", " + keys).duplicated().any():
        raise UserError(
            f"--data {folder / names[2]}: there is no column 'graph', which is needed since the "
            f"node {keys[keys.duplicated()].iloc[0]!r} is in several graphs"
        )
    check_unique(keys, folder / names[1])
    numbers = nodes.drop(columns=["graph", "id"])
    features = read_features(numbers, keys, folder)
    return GraphSet(
        f"graphs in {folder}",
        *or_constant(features, tuple(numbers)),
        np.stack([find_rows(end, keys, folder / names[2], "node") for end in ends], axis=1),
        graph,
        graphs[LABEL] if LABEL in graphs else pd.Series(np.nan, graphs.index),
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
