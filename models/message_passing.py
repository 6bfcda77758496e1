"""Message passing: a node gathers what its neighbours send, sums it up, and updates itself.

A graph is an array of features, `(nodes, features)`, and an array of edges, `(edges, 2)`, each from
a source to a target. An edge without a direction is there twice. Both arrays are inputs of a layer,
so the same weights serve other graphs. An edge to the node -1 has no effect: it pads the edges.
"""

import keras
import tensorflow as tf
from keras import layers, ops

SPARSE = 0.1  # share of values that are not 0, below which a sparse product is faster
COLUMNS = 31  # up to which TensorFlow's sparse product on a CPU takes a tenth of the time for each


def count_neighbours(edges, nodes):
    """Return the number of edges that end in each node, `(nodes,)`."""
    ones = tf.ones(tf.shape(edges)[:1])
    return tf.math.unsorted_segment_sum(ones, edges[:, 1], nodes)


def sum_messages(messages, edges, nodes):
    """Return the sum of the messages, `(edges, ...)`, that reach each node, `(nodes, ...)`."""
    return tf.math.unsorted_segment_sum(messages, edges[:, 1], nodes)


@keras.saving.register_keras_serializable(package="graphs")
class Propagate(layers.Layer):
    """The mean over a node and its neighbours, weighted by their degrees.

        x'_i = sum over j of x_j / sqrt(d_i d_j),   j: the neighbours of i, and i itself

    where d is the number of these. It has no weights.

    Args:
        matrix: from `make_propagation_matrix`, for a graph that stays the same. A product with it
            is several times as fast as messages along the edges, but XLA has no sparse product.

    Input shapes: x `(nodes, features)`, edges `(edges, 2)`.
    Output shape: `(nodes, features)`.

    Source: Kipf and Welling, arXiv:1609.02907.
    """

    def __init__(self, matrix=None, **kwargs):
        super().__init__(**kwargs)
        self.matrix = matrix

    def call(self, x, edges):
        if self.matrix is not None:
            return multiply(self.matrix, x)
        nodes = tf.shape(x)[0]
        scale = tf.math.rsqrt(1.0 + count_neighbours(edges, nodes))[:, None]
        x = x * scale
        messages = tf.gather(x, edges[:, 0])  # (edges, features)
        return scale * (x + sum_messages(messages, edges, nodes))

    def compute_output_spec(self, x, edges):
        return keras.KerasTensor(x.shape, x.dtype)


def multiply(x, matrix):
    """Return the product of x, which may be sparse, and a matrix, a few columns at a time."""
    if not isinstance(x, tf.SparseTensor):
        return ops.matmul(x, matrix)
    starts = range(0, matrix.shape[1], COLUMNS)
    parts = [tf.sparse.sparse_dense_matmul(x, matrix[:, i : i + COLUMNS]) for i in starts]
    return tf.concat(parts, axis=1)


def make_propagation_matrix(edges, nodes):
    """Return the matrix of `Propagate`, a sparse tensor `(nodes, nodes)`.

    Args:
        edges: `(edges, 2)` in both directions, each once.
        nodes: number of nodes.
    """
    own = tf.range(nodes, dtype=edges.dtype)
    scale = tf.math.rsqrt(1.0 + count_neighbours(edges, nodes))
    edges = tf.concat([edges, tf.stack([own, own], axis=1)], axis=0)
    source, target = edges[:, 0], edges[:, 1]
    values = tf.gather(scale, source) * tf.gather(scale, target)
    places = tf.cast(tf.stack([target, source], axis=1), "int64")
    return tf.sparse.reorder(tf.SparseTensor(places, values, (nodes, nodes)))


@keras.saving.register_keras_serializable(package="graphs")
class AddNeighbours(layers.Layer):
    """The sum over the neighbours of a node, added to the node itself with a weight of its own.

        x'_i = (1 + epsilon) x_i + sum over j of x_j,   j: the neighbours of i

    A sum tells how many neighbours there are, which a mean does not. Epsilon is learned, from 0 on.

    Input shapes: x `(nodes, features)`, edges `(edges, 2)`.
    Output shape: `(nodes, features)`.

    Source: Xu et al., How powerful are graph neural networks?, arXiv:1810.00826.
    """

    def build(self, x_shape, edges_shape=None):
        self.epsilon = self.add_weight((), "zeros", name="epsilon")

    def call(self, x, edges):
        messages = tf.gather(x, edges[:, 0])  # (edges, features)
        return (1 + self.epsilon) * x + sum_messages(messages, edges, tf.shape(x)[0])

    def compute_output_spec(self, x, edges):
        return keras.KerasTensor(x.shape, x.dtype)


@keras.saving.register_keras_serializable(package="graphs")
class DropFeatures(layers.Dropout):
    """Dropout for features that may be sparse, of which it drops those that are not 0.

    Input and output shape: `(nodes, features)`.
    """

    def call(self, x, training=False):
        if isinstance(x, tf.SparseTensor):
            return x.with_values(super().call(x.values, training=training))
        return super().call(x, training=training)


@keras.saving.register_keras_serializable(package="graphs")
class DenseOfFeatures(layers.Dense):
    """A dense layer for features that may be sparse.

    Input shape: `(nodes, features)`. Output shape: `(nodes, units)`.
    """

    def call(self, x, training=None):
        if not isinstance(x, tf.SparseTensor):
            return super().call(x, training=training)
        return self.activation(multiply(x, self.kernel) + self.bias)


@keras.saving.register_keras_serializable(package="graphs")
class Attend(layers.Layer):
    """A mean over a node and its neighbours, with weights that the network computes.

        a_ij = softmax over j of leaky_relu(s . W x_j + t . W x_i)
        x'_i = sum over j of a_ij W x_j

    in each of several heads, which stand side by side in the output, or are averaged.

    Args:
        units: width of a head.
        heads: number of heads.
        average: whether the heads are averaged.
        dropout: fraction of the weights a_ij that is dropped.
        l2: lambda of the loss term lambda / 2 * (sum of squares of W).

    Input shapes: x `(nodes, features)`, edges `(edges, 2)`.
    Output shape: `(nodes, heads * units)`, or `(nodes, units)` of averaged heads.

    Source: Velickovic et al., Graph Attention Networks, arXiv:1710.10903.
    """

    def __init__(self, units, heads=8, average=False, dropout=0.0, l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.heads, self.average = units, heads, average
        self.dropout, self.l2 = dropout, l2
        self.seed = keras.random.SeedGenerator()

    def build(self, x_shape, edges_shape=None):
        glorot = {"initializer": "glorot_uniform"}
        size = self.heads * self.units
        decay = keras.regularizers.L2(self.l2 / 2)
        self.kernel = self.add_weight(
            (x_shape[-1], size), name="kernel", regularizer=decay, **glorot
        )
        self.sent = self.add_weight((1, self.heads, self.units), name="sent", **glorot)
        self.received = self.add_weight((1, self.heads, self.units), name="received", **glorot)
        self.bias = self.add_weight((self.units if self.average else size,), "zeros", name="bias")

    def call(self, x, edges, training=False):
        nodes = tf.shape(x)[0]
        own = tf.range(nodes, dtype=edges.dtype)
        edges = tf.concat([edges, tf.stack([own, own], axis=1)], axis=0)
        source, target = edges[:, 0], edges[:, 1]
        x = tf.reshape(multiply(x, self.kernel), (-1, self.heads, self.units))
        sent, received = (tf.reduce_sum(x * a, axis=-1) for a in (self.sent, self.received))
        score = tf.nn.leaky_relu(tf.gather(sent, source) + tf.gather(received, target))
        # A softmax does not change if its largest score is subtracted, which avoids an overflow.
        largest = tf.math.unsorted_segment_max(tf.stop_gradient(score), target, nodes)
        weight = tf.exp(score - tf.gather(largest, target))  # (edges, heads)
        weight /= tf.gather(sum_messages(weight, edges, nodes), target)
        if training and self.dropout:
            weight = keras.random.dropout(weight, self.dropout, seed=self.seed)
        messages = weight[..., None] * tf.gather(x, source)  # (edges, heads, units)
        x = sum_messages(messages, edges, nodes)
        if self.average:
            return tf.reduce_mean(x, axis=1) + self.bias
        return tf.reshape(x, (-1, self.heads * self.units)) + self.bias

    def compute_output_spec(self, x, edges, training=False):
        units = self.units if self.average else self.heads * self.units
        return keras.KerasTensor((None, units), x.dtype)

    def get_config(self):
        own = {"units": self.units, "heads": self.heads, "average": self.average}
        return super().get_config() | own | {"dropout": self.dropout, "l2": self.l2}


def join_directions(edges, nodes):
    """Return edges in both directions, each once, without those from a node to itself.

    Args:
        edges: `(edges, 2)`.
        nodes: number of nodes.

    Returns: `(edges, 2)`.
    """
    edges, nodes = tf.cast(edges, "int64"), tf.cast(nodes, "int64")
    edges = tf.concat([edges, edges[:, ::-1]], axis=0)
    numbers, _ = tf.unique(edges[:, 0] * nodes + edges[:, 1])
    edges = tf.stack([numbers // nodes, numbers % nodes], axis=1)
    return tf.cast(tf.boolean_mask(edges, edges[:, 0] != edges[:, 1]), "int32")


class OnGraph(keras.Model):
    """A network of a whole graph as one of the numbers of its nodes, so that nodes are rows.

    Args:
        network: `keras.Model` of features and edges.
        features: `(nodes, features)`; if most of them are 0, a step takes the others alone.
        edges: `(edges, 2)` in both directions, each once.

    Input shape: `(batch,)`, numbers of nodes.
    Output shape: `(batch, ...)`, of these nodes.
    """

    def __init__(self, network, features, edges, **kwargs):
        super().__init__(**kwargs)
        is_sparse = (features != 0).mean() < SPARSE
        self.features = tf.sparse.from_dense(features) if is_sparse else tf.constant(features)
        self.edges = tf.constant(edges)
        self.network = self.trained = network
        if is_sparse:  # which XLA cannot take, so that a sparse matrix excludes nothing more
            matrix = make_propagation_matrix(self.edges, len(features))
            self.trained = keras.models.clone_model(
                network, network.inputs,
                lambda layer: Propagate(matrix) if isinstance(layer, Propagate) else layer,
            )  # fmt: skip
        self.built = True

    def call(self, numbers, training=False):
        outputs = self.trained([self.features, self.edges], training=training)
        return ops.take(outputs, numbers, axis=0)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss; the one of validation is without the decay of the weights, which says
        nothing of how well the network answers."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        return loss if training else loss - sum(self.losses)
