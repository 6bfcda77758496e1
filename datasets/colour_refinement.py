"""Colour refinement: which nodes, and which graphs, message passing can tell apart."""

import itertools

import numpy as np


def refine_colours(features, edges):
    """Yield colours of the nodes without end, first by their features, then by their neighbours.

    In each step a node gets a new colour from its own and its neighbours' colours. Two nodes have
    the same colour after k steps if and only if k layers of message passing cannot tell them apart.
    A colour is a number of 64 bits, mixed so well that different nodes practically never get the
    same one; it is the same number in every graph.

    Args:
        features: `(nodes, features)`; equal features are the same first colour.
        edges: `(edges, 2)` in both directions.

    Source: Weisfeiler and Leman, 1968; Xu et al., How powerful are graph neural networks?,
    arXiv:1810.00826.
    """
    colour = np.zeros(len(features), "uint64")
    for column in np.asarray(features, "float64").T + 0.0:  # -0 is 0
        colour = mix(colour + column.view("uint64"))
    while True:
        yield colour
        received = np.zeros_like(colour)
        np.add.at(received, edges[:, 1], mix(colour)[edges[:, 0]])
        colour = mix(3 * colour + received)  # a sum does not depend on the neighbours' order


def colour_nodes(features, edges, steps):
    """Return the colours of the nodes in each step, `(steps + 1, nodes)`; see `refine_colours`."""
    return np.stack(list(itertools.islice(refine_colours(features, edges), steps + 1)))


def mix(numbers):
    """Return 64-bit numbers so that each bit depends on all bits; none are joined.

    Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
    """
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def colour_graphs(features, edges, graph, graphs):
    """Return a colour of each graph, `(graphs,)`.

    It is equal for graphs that message passing cannot tell apart, however many layers it has: the
    colours of the nodes are refined until no further step separates two of them.

    Args:
        features, edges: as in `refine_colours`, of the disjoint union of the graphs.
        graph: number of the graph of each node, `(nodes,)`.
        graphs: number of graphs.
    """
    count = 0
    for colour in refine_colours(features, edges):
        before, count = count, len(np.unique(colour))
        if count == before:
            break
    found = np.zeros(graphs, "uint64")
    np.add.at(found, graph, mix(colour))
    return found


def find_best_accuracy(colours, labels):
    """Return the largest share of labels that a function of the colours can tell.

    Args:
        colours: from `colour_graphs`.
        labels: `(graphs,)`.
    """
    pairs, counts = np.unique(
        np.stack([np.unique(x, return_inverse=True)[1] for x in (colours, labels)]),
        axis=1,
        return_counts=True,
    )
    best = np.zeros(pairs[0].max() + 1, int)
    np.maximum.at(best, pairs[0], counts)
    return best.sum() / len(labels)
