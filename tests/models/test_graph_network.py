"""Networks of whole graphs: unions and padded rows, what is summed up, and what looks alike."""

import keras
import networkx as nx
import numpy as np
import pytest
import tensorflow as tf

from datasets.graph_rows import join_both_directions, join_graphs, pad_graphs
from models.graph_network import complete_graph_network, graph_network, node_encoder
from models.graph_rows import DescribeNodes, NormaliseNodes, OnRows, WeighNodes
from models.message_passing import AddNeighbours

SHAPES = [nx.cycle_graph(6), nx.disjoint_union(*[nx.cycle_graph(3)] * 2), nx.star_graph(4),
          nx.empty_graph(1), nx.complete_graph(5)]  # fmt: skip


def make_rows(width=3, constant=False):
    """Return the shapes as padded rows, with random features."""
    union = nx.disjoint_union_all(SHAPES)
    owner = np.repeat(np.arange(len(SHAPES)), [len(shape) for shape in SHAPES])
    random = np.random.default_rng(0).normal(size=(len(owner), width))
    features = np.ones_like(random) if constant else random
    return pad_graphs(features, join_both_directions(np.array(union.edges)), owner, len(SHAPES))


def union_of(rows):
    union = join_graphs(rows)
    union["nodes"] = rows["nodes"]
    return [tf.constant(union[name]) for name in ("features", "edges", "graph", "nodes")]


def disturb(network):
    """Give all weights, also the statistics of batches, values that no default has."""
    random = np.random.default_rng(1)
    for weight in network.weights:
        weight.assign(0.2 * random.normal(size=weight.shape) + ("variance" in weight.name))
    return network


def test_neighbours_are_added():
    layer = AddNeighbours()
    x, edges, *_ = union_of(make_rows())
    layer.build(x.shape)
    layer.epsilon.assign(0.5)
    matrix = nx.to_numpy_array(nx.disjoint_union_all(SHAPES))
    np.testing.assert_allclose(layer(x, edges), 1.5 * x.numpy() + matrix @ x.numpy(), rtol=1e-5)


@pytest.mark.parametrize("model, readout", [("gin", "sum"), ("gin", "attention"), ("gcn", "sum")])
def test_padded_rows_and_their_union_have_the_same_answers(model, readout, tmp_path):
    rows = make_rows()
    network = disturb(graph_network(3, "softmax", 4, model, 5, 2, readout=readout))
    found = np.asarray(network(union_of(rows)))
    assert found.shape == (5, 4)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(OnRows(network)(rows), found, atol=1e-6)
    wider = {
        "features": np.pad(rows["features"], ((0, 0), (0, 4), (0, 0)), constant_values=9),
        "edges": np.pad(rows["edges"], ((0, 0), (0, 3), (0, 0)), constant_values=-1),
        "nodes": rows["nodes"],
    }
    np.testing.assert_allclose(OnRows(network)(wider), found, atol=1e-6)
    compiled = tf.function(OnRows(network), jit_compile=True)
    np.testing.assert_allclose(compiled(rows), found, atol=1e-5)
    one = {name: x[2:3] for name, x in rows.items()}
    np.testing.assert_allclose(OnRows(network)(one)[0], found[2], atol=1e-6)
    network.save(tmp_path / "network.keras")
    loaded = keras.models.load_model(tmp_path / "network.keras")
    np.testing.assert_allclose(loaded(union_of(rows)), found, atol=1e-6)


def test_the_order_of_the_nodes_does_not_matter():
    features, edges, graph, nodes = union_of(make_rows())
    order = np.random.default_rng(2).permutation(len(features))
    place = np.argsort(order)  # where each node went
    encoder = node_encoder(3, ("degree", "cycles"))
    network = disturb(graph_network(9, "linear", 1, "gin", 5, 2))
    moved = [features.numpy()[order], place[edges].astype("int32"), graph.numpy()[order], nodes]
    moved = [tf.constant(x) for x in moved]
    answers = [
        network([encoder(inputs), *inputs[1:]])
        for inputs in ([features, edges, graph, nodes], moved)
    ]
    np.testing.assert_allclose(*answers, rtol=1e-4, atol=1e-5)


def test_the_number_of_weights():
    def dense(a, b):
        return (a + 1) * b

    def norm(n):
        return 4 * n

    gin = [1 + dense(n, 5) + dense(5, 5) + 2 * norm(5) for n in (3, 5)]
    readout = norm(10) + dense(10, 5) + dense(5, 1)
    assert graph_network(3, "sigmoid", 1, "gin", 5, 2).count_params() == sum(gin) + readout
    gcn = [dense(n, 5) + norm(5) for n in (3, 5)]
    assert graph_network(3, "sigmoid", 1, "gcn", 5, 2).count_params() == sum(gcn) + readout
    attention = graph_network(3, "sigmoid", 1, "gcn", 5, 2, readout="attention")
    assert attention.count_params() == sum(gcn) + readout + dense(10, 1)


def test_the_weights_of_nodes_sum_to_one_in_each_graph():
    score = np.array([[3.0], [2.0], [900.0], [902.0], [0.0]], "float32")
    graph, nodes = np.array([0, 0, 1, 1, -1], "int32"), np.array([2, 2], "int32")
    found = WeighNodes()(score, graph, nodes).numpy()[:4, 0]
    first, second = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(2))
    np.testing.assert_allclose(found, [first, 1 - first, second, 1 - second], rtol=1e-5)


def test_nodes_that_pad_do_not_change_the_mean():
    layer = NormaliseNodes()
    x = np.array([[1.0], [3.0], [100.0]], "float32")
    found = layer(x, np.array([0, 1, -1], "int32"), training=True)
    np.testing.assert_allclose(found[:2, 0], [-1, 1], atol=1e-2)
    np.testing.assert_allclose(layer.moving_mean, [0.02], rtol=1e-4)


def test_degrees_and_closed_walks_against_powers_of_the_adjacency():
    matrix = nx.to_numpy_array(nx.disjoint_union_all(SHAPES))
    inputs = union_of(make_rows())
    found = np.expm1(DescribeNodes(("degree", "cycles"))(*inputs).numpy()[:, 3:])
    np.testing.assert_allclose(found[:, 0], matrix.sum(axis=1), rtol=1e-5)
    walks = [np.diag(np.linalg.matrix_power(matrix, k)) for k in (3, 4, 5, 6, 7)]
    np.testing.assert_allclose(found[:, 1:], np.stack(walks, axis=1), rtol=1e-4, atol=1e-5)
    triangles = nx.triangles(nx.disjoint_union_all(SHAPES))
    np.testing.assert_allclose(found[:, 1], 2 * np.array(list(triangles.values())), atol=1e-5)
    only = DescribeNodes(())(*inputs)
    np.testing.assert_array_equal(only, inputs[0])


def test_a_ring_of_six_looks_like_two_of_three_unless_cycles_are_counted():
    inputs = union_of(make_rows(1, constant=True))
    for kinds, alike in ((("degree",), True), (("degree", "cycles"), False)):
        encoder = node_encoder(1, kinds)
        width = encoder.output.shape[1]
        network = disturb(graph_network(width, "linear", 1, "gin", 8, 4))
        found = np.asarray(network([encoder(inputs), *inputs[1:]]))[:, 0]
        assert (abs(found[0] - found[1]) < 1e-5) == alike
        assert abs(found[0] - found[2]) > 1e-3


def test_random_features_are_the_same_in_each_call_and_averaged():
    from datasets.dataset import Target

    inputs = union_of(make_rows(1, constant=True))
    network = graph_network(3, "linear", 1, "gin", 8, 2)
    whole = complete_graph_network(node_encoder(1, ()), network, Target("y"), random=2, draws=3)
    found = np.asarray(whole(inputs))
    assert abs(found[0] - found[1]) > 1e-4  # no longer alike
    np.testing.assert_array_equal(whole(inputs), found)
    rows = make_rows(1, constant=True)
    model = OnRows(network, random=2)
    assert np.abs(np.asarray(model(rows)) - np.asarray(model(rows))).max() > 1e-6  # drawn anew
