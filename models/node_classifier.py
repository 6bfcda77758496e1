"""Classifiers of the nodes of a graph: GCN, GAT, SGC and APPNP.

Each maps features, `(nodes, features)`, and edges, `(edges, 2)` in both directions, to the
probabilities of classes, `(nodes, classes)`.
"""

import keras
from keras import layers, ops, regularizers

from models.message_passing import Attend, DenseOfFeatures, DropFeatures, Propagate
from models.scaling import to_numbers

HEADS = 8


def feature_scaler(features, is_counts):
    """Network from features of nodes to numbers of order one.

    Args:
        features: `(nodes, features)` of the training.
        is_counts: whether features are counts of words, which are divided by their sum in a node;
            others get the mean 0 and the standard deviation 1.

    Input and output shape: `(nodes, features)`.
    """
    inputs = keras.Input(features.shape[1:], name="features")
    if is_counts:
        outputs = inputs / ops.maximum(ops.sum(inputs, axis=-1, keepdims=True), 1.0)
    else:
        mean, std = features.mean(axis=0, dtype="float64"), features.std(axis=0, dtype="float64")
        outputs = ops.cast(to_numbers(inputs, [s or 1.0 for s in std], mean), "float32")
    return keras.Model(inputs, outputs, name="scaler")


def graph_inputs(num_features):
    """Return the inputs of a network: features of nodes, and edges."""
    return (
        keras.Input((num_features,), sparse=True, name="features"),  # or dense
        keras.Input((2,), dtype="int32", name="edges"),
    )


def gcn(num_features, num_classes, hidden=16, dropout=0.5, l2=5e-4):
    """Graph convolutional network: a dense layer and a mean over neighbours, twice.

    Args:
        num_features: width of a node's features.
        num_classes: number of classes.
        hidden: units of the hidden layer.
        dropout: fraction of the features, and of the hidden units, that is dropped.
        l2: lambda of the loss term lambda / 2 * (sum of squared weights) of the first layer.

    Input shapes: `(nodes, num_features)`, `(edges, 2)`.
    Output shape: `(nodes, num_classes)`; each row sums to 1.

    Source: Kipf and Welling, arXiv:1609.02907.
    """
    features, edges = graph_inputs(num_features)
    x = DropFeatures(dropout)(features)
    x = DenseOfFeatures(hidden, kernel_regularizer=regularizers.L2(l2 / 2))(x)
    x = Propagate()(x, edges)
    x = layers.Activation("relu", name="embedding")(x)
    x = layers.Dropout(dropout)(x)
    x = layers.Dense(num_classes)(x)
    x = Propagate()(x, edges)
    outputs = layers.Softmax(name="probabilities")(x)
    return keras.Model([features, edges], outputs, name="gcn")


def gat(num_features, num_classes, hidden=8, dropout=0.6, l2=5e-4):
    """Graph attention network: a mean over neighbours whose weights are learned, twice.

    Args:
        num_features, num_classes: as in `gcn`.
        hidden: units of each of the 8 heads.
        dropout: fraction of the features, of the hidden units, and of the weights of neighbours.
        l2: lambda of the loss term lambda / 2 * (sum of squared weights).

    Input shapes: `(nodes, num_features)`, `(edges, 2)`.
    Output shape: `(nodes, num_classes)`; each row sums to 1.

    Source: Velickovic et al., arXiv:1710.10903.
    """
    features, edges = graph_inputs(num_features)
    x = DropFeatures(dropout)(features)
    x = Attend(hidden, HEADS, dropout=dropout, l2=l2)(x, edges)
    x = layers.Activation("elu", name="embedding")(x)
    x = layers.Dropout(dropout)(x)
    x = Attend(num_classes, 1, average=True, dropout=dropout, l2=l2)(x, edges)
    outputs = layers.Softmax(name="probabilities")(x)
    return keras.Model([features, edges], outputs, name="gat")


def sgc(num_features, num_classes, steps=2, l2=5e-4):
    """Simplified graph convolution: a logistic regression of means over neighbours.

    The means are linear, so that they may be taken of the few products with the weights instead of
    the many features.

    Args:
        num_features, num_classes, l2: as in `gcn`.
        steps: number of means.

    Input shapes: `(nodes, num_features)`, `(edges, 2)`.
    Output shape: `(nodes, num_classes)`; each row sums to 1.

    Source: Wu et al., Simplifying Graph Convolutional Networks, arXiv:1902.07153.
    """
    features, edges = graph_inputs(num_features)
    x = DenseOfFeatures(num_classes, kernel_regularizer=regularizers.L2(l2 / 2))(features)
    for _ in range(steps):
        x = Propagate()(x, edges)
    x = layers.Activation("linear", name="embedding")(x)
    outputs = layers.Softmax(name="probabilities")(x)
    return keras.Model([features, edges], outputs, name="sgc")


def appnp(
    num_features, num_classes, hidden=64, dropout=0.5, l2=5e-4, steps=10, restart=0.1,
):  # fmt: skip
    """A dense network for each node, whose answers spread on the graph as in personalised PageRank.

        z_0 = h,   z_k+1 = (1 - restart) * mean over neighbours of z_k + restart * h

    Args:
        num_features, num_classes, hidden, dropout: as in `gcn`.
        l2: lambda of the loss term lambda / 2 * (sum of squared weights) of both layers.
        steps: number of means over neighbours.
        restart: weight of the node's own answer in each of them.

    Input shapes: `(nodes, num_features)`, `(edges, 2)`.
    Output shape: `(nodes, num_classes)`; each row sums to 1.

    Source: Gasteiger et al., Predict then Propagate, arXiv:1810.05997; Fey and Lenssen,
    arXiv:1903.02428, for the decay of both layers.
    """
    features, edges = graph_inputs(num_features)
    x = DropFeatures(dropout)(features)
    decay = regularizers.L2(l2 / 2)
    x = DenseOfFeatures(hidden, "relu", kernel_regularizer=decay)(x)
    x = layers.Activation("linear", name="embedding")(x)
    x = layers.Dropout(dropout)(x)
    own = layers.Dense(num_classes, kernel_regularizer=decay)(x)
    x = own
    for _ in range(steps):
        x = (1 - restart) * Propagate()(x, edges) + restart * own
    outputs = layers.Softmax(name="probabilities")(x)
    return keras.Model([features, edges], outputs, name="appnp")


def find_embedding(network):
    """Return the network from features and edges to its hidden layer, `(nodes, units)`."""
    return keras.Model(network.inputs, network.get_layer("embedding").output, name="embedding")
