"""The Weisfeiler-Lehman kernel against networkx' hashes."""

from collections import Counter

import networkx as nx
import numpy as np

from datasets.graph_rows import join_both_directions, pad_graphs
from evaluation.graph_baselines import Kernel


def make_rows(graphs):
    union = nx.disjoint_union_all(graphs)
    owner = np.repeat(np.arange(len(graphs)), [len(graph) for graph in graphs])
    edges = join_both_directions(np.array(union.edges))
    return pad_graphs(np.ones((len(owner), 1)), edges, owner, len(graphs))


def count(graph, steps):
    hashes = nx.weisfeiler_lehman_subgraph_hashes(graph, iterations=steps)
    degrees = Counter(f"step {k}: {text}" for found in hashes.values() for k, text in
                      enumerate(found))  # fmt: skip
    return degrees + Counter({"node": len(graph)})


def test_the_kernel_counts_what_two_graphs_share():
    graphs = nx.graph_atlas_g()[10:60]
    counts = [count(graph, 3) for graph in graphs]
    shared = [[sum(a[key] * b[key] for key in a) for b in counts] for a in counts]
    norms = np.sqrt(np.diag(shared))
    expected = np.array(shared) / np.outer(norms, norms)
    kernel = Kernel(make_rows(graphs[:30]), 3)
    np.testing.assert_allclose(kernel(make_rows(graphs)), expected[:, :30], rtol=1e-6)
