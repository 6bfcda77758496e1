"""Graphs of many sizes in one call: their disjoint union, and what is summed up of each graph.

The union has the nodes of all graphs, `(nodes, features)`, their edges, `(edges, 2)`, the number of
the graph of each node, `(nodes,)`, and the number of nodes of each graph, `(graphs,)`. A node of
the graph -1 pads the nodes, and an edge to the node -1 the edges.
"""

import keras
import tensorflow as tf
from keras import layers

from models.message_passing import count_neighbours


def sum_nodes(x, graph, nodes):
    """Return the sum over the nodes of each graph.

    Args:
        x: `(nodes, ...)`.
        graph: `(nodes,)`.
        nodes: number of nodes of each graph, `(graphs,)`.

    Returns: `(graphs, ...)`.
    """
    return tf.math.unsorted_segment_sum(x, graph, tf.shape(nodes)[0])


@keras.saving.register_keras_serializable(package="graphs")
class SumNodes(layers.Layer):
    """The sum over the nodes of each graph.

    Input shapes: x `(nodes, features)`, graph `(nodes,)`, nodes `(graphs,)`.
    Output shape: `(graphs, features)`.
    """

    def call(self, x, graph, nodes):
        return sum_nodes(x, graph, nodes)

    def compute_output_spec(self, x, graph, nodes):
        return keras.KerasTensor(x.shape, x.dtype)


@keras.saving.register_keras_serializable(package="graphs")
class WeighNodes(layers.Layer):
    """The weight of each node in its graph, from a score: a softmax over the nodes of the graph.

    Input shapes: score `(nodes, 1)`, graph `(nodes,)`, nodes `(graphs,)`.
    Output shape: `(nodes, 1)`; the weights of a graph sum to 1.

    Source: Li et al., Gated graph sequence neural networks, arXiv:1511.05493.
    """

    def call(self, score, graph, nodes):
        place = tf.maximum(graph, 0)
        # A softmax does not change if its largest score is subtracted, which avoids an overflow.
        largest = tf.math.unsorted_segment_max(tf.stop_gradient(score), graph, tf.shape(nodes)[0])
        weight = tf.exp(tf.minimum(score - tf.gather(largest, place), 0.0))
        return weight / tf.gather(sum_nodes(weight, graph, nodes), place)

    def compute_output_spec(self, score, graph, nodes):
        return keras.KerasTensor(score.shape, score.dtype)


@keras.saving.register_keras_serializable(package="graphs")
class NormaliseNodes(layers.BatchNormalization):
    """Batch normalisation that leaves out the nodes which only pad.

    Input shapes: x `(nodes, features)`, graph `(nodes,)`.
    Output shape: `(nodes, features)`.
    """

    def build(self, x_shape, graph_shape=None):
        super().build(x_shape)

    def call(self, x, graph, training=None):
        return super().call(x, training=training, mask=tf.greater_equal(graph, 0))

    def compute_output_spec(self, x, graph, training=None):
        return keras.KerasTensor(x.shape, x.dtype)


@keras.saving.register_keras_serializable(package="graphs")
class DescribeNodes(layers.Layer):
    """Further features of nodes, from the edges alone.

    Args:
        kinds: "degree" for the number of neighbours, and "cycles" for the numbers of closed walks
            of 3 to 7 steps that begin in a node. Those of 3 steps are two for each triangle of the
            node. All are counts n, of which log(1 + n) is the feature.

    Input shapes: x `(nodes, features)`, edges `(edges, 2)`, graph `(nodes,)`, nodes `(graphs,)`.
    Output shape: `(nodes, features + 1)`, or with cycles 5 more.
    """

    WALKS = (3, 4, 5, 6, 7)

    def __init__(self, kinds, **kwargs):
        super().__init__(**kwargs)
        self.kinds = tuple(kinds)

    def call(self, x, edges, graph, nodes):
        counts = []
        if "degree" in self.kinds:
            counts.append(count_neighbours(edges, tf.shape(x)[0])[:, None])
        if "cycles" in self.kinds:
            counts.append(self.count_closed_walks(edges, graph, nodes))
        return tf.concat([x, *(tf.math.log(1 + count) for count in counts)], axis=1)

    def count_closed_walks(self, edges, graph, nodes):
        """Return the diagonals of powers of the adjacency matrices, `(nodes, walks)`."""
        order = tf.argsort(graph, stable=True)
        starts = tf.gather(tf.cumsum(nodes, exclusive=True), tf.gather(graph, order))
        count = tf.shape(order)[0]
        place = tf.scatter_nd(order[:, None], tf.range(count) - starts, [count])  # in its graph
        largest = tf.reduce_max(nodes)
        source, target = edges[:, 0], edges[:, 1]
        entries = tf.stack(
            [tf.gather(graph, source), tf.gather(place, source), tf.gather(place, target)], axis=1
        )
        shape = [tf.shape(nodes)[0], largest, largest]
        adjacency = tf.scatter_nd(entries, tf.ones(tf.shape(edges)[:1]), shape)
        power, found = adjacency @ adjacency, []
        for _ in self.WALKS:
            power = power @ adjacency
            found.append(tf.linalg.diag_part(power))  # (graphs, nodes)
        return tf.gather_nd(tf.stack(found, axis=-1), tf.stack([graph, place], axis=1))

    def compute_output_spec(self, x, edges, graph, nodes):
        more = ("degree" in self.kinds) + len(self.WALKS) * ("cycles" in self.kinds)
        return keras.KerasTensor((None, x.shape[1] + more), x.dtype)

    def get_config(self):
        return super().get_config() | {"kinds": self.kinds}


@keras.saving.register_keras_serializable(package="graphs")
class AddNoise(layers.Layer):
    """Random features of nodes, by which nodes that look alike become different.

    Args:
        width: number of random features.
        seed: seed of the random numbers, which are the same in each call.

    Input shape: `(nodes, features)`.
    Output shape: `(nodes, features + width)`.
    """

    def __init__(self, width, seed=0, **kwargs):
        super().__init__(**kwargs)
        self.width, self.seed = width, seed

    def call(self, x):
        noise = tf.random.stateless_normal((tf.shape(x)[0], self.width), (self.seed, 0))
        return tf.concat([x, noise], axis=1)

    def compute_output_spec(self, x):
        return keras.KerasTensor((x.shape[0], x.shape[1] + self.width), x.dtype)

    def get_config(self):
        return super().get_config() | {"width": self.width, "seed": self.seed}


class OnRows(keras.Model):
    """A network of a union of graphs as one of rows, a graph each, padded to the same size.

    All batches then have the same size, so that XLA compiles a step once.

    Args:
        network: `keras.Model` of features, edges, graph and nodes.
        random: number of random features that each node gets, anew in each step.

    Input shapes: `features` `(batch, nodes, features)`, `edges` `(batch, edges, 2)` with nodes
    numbered from 0 in each graph and -1 for no edge, and `nodes` `(batch,)`, the number of nodes.
    Output shape: `(batch, ...)`.
    """

    def __init__(self, network, random=0, **kwargs):
        super().__init__(**kwargs)
        self.network, self.random = network, random
        self.seed = keras.random.SeedGenerator()
        self.built = True

    def call(self, rows, training=False):
        features, edges, nodes = rows["features"], rows["edges"], rows["nodes"]
        batch, most, width = tf.unstack(tf.shape(features))
        first = most * tf.range(batch)[:, None]  # node of each graph, (batch, 1)
        source = first + tf.maximum(edges[..., 0], 0)
        target = tf.where(edges[..., 1] < 0, -1, first + edges[..., 1])
        graph = tf.where(tf.range(most) < nodes[:, None], tf.range(batch)[:, None], -1)
        x = tf.reshape(features, (batch * most, features.shape[2]))
        if self.random:
            noise = keras.random.normal((batch * most, self.random), seed=self.seed)
            x = tf.concat([x, noise], axis=1)
        edges = tf.reshape(tf.stack([source, target], axis=-1), (-1, 2))
        return self.network([x, edges, tf.reshape(graph, [-1]), nodes], training=training)
