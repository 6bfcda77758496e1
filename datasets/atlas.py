"""The atlas: all graphs of one to seven nodes, and three questions about them."""

import networkx as nx
import numpy as np
import pandas as pd

from datasets.graph_set_files import CONSTANT, GraphSet

QUESTIONS = {
    "planar": nx.is_planar,
    "bipartite": nx.is_bipartite,
    "triangle": lambda graph: any(nx.triangles(graph).values()),
}


def load_atlas(question):
    """Return all 1252 graphs of one to seven nodes, up to isomorphism, and the answer for each.

    The nodes have no features, which is a single feature of 1.

    Args:
        question: "planar" (can it be drawn without crossings?), "bipartite" (do two colours suffice
            for its nodes?) or "triangle" (does it have one?).

    Source: Read and Wilson, An Atlas of Graphs, 1998; `networkx.graph_atlas_g`.
    """
    graphs = nx.graph_atlas_g()[1:]  # the first one has no node
    sizes = [len(graph) for graph in graphs]
    starts = np.cumsum(sizes) - sizes
    edges = [
        np.array(graph.edges, "int64").reshape(-1, 2) + start
        for graph, start in zip(graphs, starts, strict=True)
    ]
    answers = ["yes" if QUESTIONS[question](graph) else "no" for graph in graphs]
    return GraphSet(
        "all graphs of up to seven nodes (networkx' atlas)",
        np.ones((sum(sizes), 1)),
        (CONSTANT,),
        np.concatenate(edges),
        np.repeat(np.arange(len(graphs)), sizes),
        pd.Series(answers, dtype=object),
        question,
    )
