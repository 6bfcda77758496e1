"""Networks that answer for whole graphs: GIN and GCN.

Each maps the disjoint union of graphs (see `models.graph_rows`) to an answer for each graph.
"""

import keras
from keras import layers, ops

from models.graph_rows import AddNoise, DescribeNodes, NormaliseNodes, SumNodes, WeighNodes
from models.heads import answer, head
from models.message_passing import AddNeighbours, Propagate
from models.scaling import to_numbers


def graph_network(
    num_features, kind="softmax", size=2, model="gin", units=32, depth=4, dropout=0.5,
    readout="sum",
):  # fmt: skip
    """Message passing, of which each layer is read out: graph isomorphism network (GIN) or GCN.

    A layer of GIN is a sum over neighbours and two dense layers; one of GCN a mean over neighbours
    and one dense layer. What is read out of all layers decides, since the first layers see small
    neighbourhoods and the last ones large ones.

    Args:
        num_features: width of a node's features.
        kind, size: kind of answer and its size, see `models.heads.head`.
        model: "gin" or "gcn".
        units: units of each layer.
        depth: number of layers, and of steps from node to node that the network can see.
        dropout: fraction dropped of what is read out.
        readout: "sum" over the nodes, or "attention": a mean over the nodes whose weights are
            learned.

    Input shapes: features `(nodes, num_features)`, edges `(edges, 2)` in both directions, graph
    `(nodes,)`, and the number of nodes of each graph, `(graphs,)`.
    Output shape: `(graphs, size)`.

    Source: Xu et al., arXiv:1810.00826 (GIN); Kipf and Welling, arXiv:1609.02907 (GCN); Xu et al.,
    Jumping knowledge networks, arXiv:1806.03536.
    """
    features, edges, graph, nodes = union_inputs(num_features)
    x, layer_outputs = features, []
    for _ in range(depth):
        if model == "gin":
            x = AddNeighbours()(x, edges)
            x = layers.Dense(units)(x)
            x = NormaliseNodes()(x, graph)
            x = layers.Activation("relu")(x)
        else:
            x = Propagate()(x, edges)
        x = layers.Dense(units)(x)
        x = NormaliseNodes()(x, graph)
        x = layers.Activation("relu")(x)
        layer_outputs.append(x)
    x = layers.Concatenate()(layer_outputs)  # (nodes, depth * units)
    if readout == "attention":
        score = layers.Dense(1)(x)
        x = x * WeighNodes(name="attention")(score, graph, nodes)
    x = SumNodes()(x, graph, nodes)  # (graphs, depth * units)
    x = layers.BatchNormalization()(x)
    x = layers.Dropout(dropout)(x)
    x = layers.Dense(units, activation="relu", name="embedding")(x)
    outputs = head(x, kind, size)
    return keras.Model([features, edges, graph, nodes], outputs, name=model)


def union_inputs(num_features):
    """Return the inputs of a network: features, edges, graph and numbers of nodes."""
    return (
        keras.Input((num_features,), name="features"),
        keras.Input((2,), dtype="int32", name="edges"),
        keras.Input((), dtype="int32", name="graph"),
        keras.Input((), dtype="int32", name="nodes"),
    )


def node_encoder(num_features, kinds, means=0.0, stds=1.0):
    """Network from raw features of nodes to numbers of order one, with features of the edges.

    Args:
        num_features: width of a node's raw features.
        kinds: features to compute from the edges, see `models.graph_rows.DescribeNodes`.
        means, stds: mean and standard deviation of each feature, the computed ones last.

    Input shapes: as of `graph_network`.
    Output shape: `(nodes, all features)`.
    """
    features, edges, graph, nodes = union_inputs(num_features)
    x = DescribeNodes(kinds)(features, edges, graph, nodes)
    outputs = ops.cast(to_numbers(x, stds, means), "float32")
    return keras.Model([features, edges, graph, nodes], outputs, name="encoder")


def complete_graph_network(encoder, network, target, random=0, draws=8):
    """Put a network between raw features and answers in user units.

    Args:
        encoder: from `node_encoder`.
        network: from `graph_network`.
        target: description of the answer, see `models.heads.answer`.
        random: number of random features of each node; the answers to several draws are averaged.
        draws: number of these draws, which are the same in each call.

    Input shapes: as of `graph_network`, with raw features.
    Output shape: `(graphs, classes)`, or `(graphs, 1)` for a number.

    Source: Sato, Yamada and Kashima, Random features strengthen graph neural networks,
    arXiv:2002.03155.
    """
    x, others = encoder.output, encoder.inputs[1:]
    noisy = [AddNoise(random, seed)(x) for seed in range(draws)] if random else [x]
    outputs = [answer(network([x, *others]), target) for x in noisy]
    outputs = layers.Average()(outputs) if random else outputs[0]
    return keras.Model(encoder.inputs, outputs, name=network.name)
