"""Message passing against matrices, and the networks of nodes."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.message_passing import (
    Attend,
    DropFeatures,
    OnGraph,
    Propagate,
    join_directions,
    make_propagation_matrix,
    multiply,
)
from models.node_classifier import appnp, feature_scaler, find_embedding, gat, gcn, sgc

EDGES = np.array([[0, 1], [1, 2], [3, 1], [1, 0], [2, 2]], "int32")
BOTH = [[0, 1], [1, 0], [1, 2], [1, 3], [2, 1], [3, 1]]
X = np.random.default_rng(0).normal(size=(5, 3)).astype("float32")  # node 4 has no edge


def adjacency():
    matrix = np.eye(5)
    for a, b in BOTH:
        matrix[a, b] = 1
    return matrix


def test_edges_count_once_in_each_direction_and_loops_do_not():
    found = join_directions(EDGES, 5).numpy()
    assert sorted(found.tolist()) == BOTH
    assert join_directions(np.zeros((0, 2), "int32"), 5).shape == (0, 2)


def test_propagation_is_the_normalised_adjacency():
    matrix = adjacency()
    scale = 1 / np.sqrt(matrix.sum(axis=1))
    expected = (scale[:, None] * matrix * scale) @ X
    np.testing.assert_allclose(Propagate()(X, np.array(BOTH, "int32")), expected, rtol=1e-5)


def test_a_known_graph_is_a_matrix():
    edges = tf.constant(BOTH, "int32")
    found = Propagate(make_propagation_matrix(edges, 5))(X, edges)
    np.testing.assert_allclose(found, Propagate()(X, edges), rtol=1e-5)
    features = tf.eye(5, 200)  # sparse, so that `OnGraph` takes the matrix
    network = appnp(200, 2)
    found = OnGraph(network, features.numpy(), edges)(np.arange(5))
    np.testing.assert_allclose(found, network([features, edges]), rtol=1e-5)


def test_a_sparse_product_of_many_columns():
    x = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    matrix = np.random.default_rng(1).normal(size=(3, 70)).astype("float32")
    for one in (x, tf.sparse.from_dense(x)):
        np.testing.assert_allclose(multiply(one, matrix), x @ matrix, rtol=1e-4, atol=1e-6)


def test_validation_is_without_the_decay_of_weights():
    model = OnGraph(sgc(200, 2, l2=1.0), np.eye(4, 200, dtype="float32"), EDGES[:3])
    model.compile(loss="sparse_categorical_crossentropy", jit_compile=False)
    rows, labels = np.arange(4), np.array([0, 1, 0, 1])
    probabilities = np.asarray(model(rows))
    expected = -np.log(probabilities[rows, labels]).mean()
    found = model.test_on_batch(rows, labels)
    assert found == pytest.approx(expected, rel=1e-5)
    assert model.train_on_batch(rows, labels) > found + 0.1


def test_attention_against_a_dense_softmax():
    layer = Attend(2, heads=3)
    found = layer(X, np.array(BOTH, "int32")).numpy()
    kernel, sent, received, bias = (np.array(w, "float64") for w in layer.weights)
    x = (X @ kernel).reshape(5, 3, 2)
    score = (x * received).sum(-1)[:, None] + (x * sent).sum(-1)[None]  # (target, source, heads)
    score = np.where(score > 0, score, 0.2 * score)
    weight = np.exp(score) * adjacency()[..., None]
    weight /= weight.sum(axis=1, keepdims=True)
    expected = np.einsum("tsh,shu->thu", weight, x).reshape(5, 6) + bias
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    "build, parameters",
    [
        (lambda: gcn(3, 4, hidden=6), 3 * 6 + 6 + 6 * 4 + 4),
        (lambda: gat(3, 4, hidden=2), 3 * 16 + 3 * 16 + 16 * 4 + 2 * 4 + 4),
        (lambda: sgc(3, 4), 3 * 4 + 4),
        (lambda: appnp(3, 4, hidden=6), 3 * 6 + 6 + 6 * 4 + 4),
    ],
)
def test_networks_take_any_graph_and_its_nodes_in_any_order(build, parameters, tmp_path):
    model, edges = build(), tf.constant(BOTH, "int32")
    assert model.count_params() == parameters
    found = np.asarray(model([tf.constant(X), edges]))
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    order = np.random.default_rng(1).permutation(5)
    place = np.argsort(order)  # where each node went
    moved = tf.constant(place[BOTH], "int32")
    np.testing.assert_allclose(model([tf.constant(X[order]), moved]), found[order], rtol=1e-4)
    sparse = tf.sparse.from_dense(X * (X > 0))
    dense = tf.constant(X * (X > 0))
    np.testing.assert_allclose(model([sparse, edges]), model([dense, edges]), rtol=1e-4)
    assert find_embedding(model)([tf.constant(X), edges]).shape[0] == 5
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded([tf.constant(X), edges]), found, rtol=1e-5)


def test_dropout_of_sparse_features_keeps_their_mean():
    x = tf.sparse.from_dense(np.eye(2000, dtype="float32"))
    dropped = DropFeatures(0.25)(x, training=True)
    np.testing.assert_allclose(np.unique(dropped.values), [0, 4 / 3], rtol=1e-6)
    assert dropped.values.numpy().mean() == pytest.approx(1, abs=0.05)


def test_features_are_scaled_or_divided_by_their_sum():
    words = np.array([[0, 3, 1], [0, 0, 0]], "float32")
    counts = feature_scaler(words, is_counts=True)
    np.testing.assert_allclose(counts(words), [[0, 0.75, 0.25], [0, 0, 0]])
    scaled = np.asarray(feature_scaler(X, is_counts=False)(X))
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-5)


def test_a_graph_whose_neighbours_tell_the_class_is_learned():
    """Features are noise; the label of a node is the sign of its only neighbour's feature."""
    random = np.random.default_rng(0)
    x = random.normal(size=(400, 1)).astype("float32")
    pairs = np.arange(400).reshape(-1, 2).astype("int32")
    labels = (x[pairs[:, ::-1].ravel(), 0] + x[:, 0] > 0).astype("int32")
    keras.utils.set_random_seed(0)
    model = OnGraph(gcn(1, 2, hidden=8, dropout=0.0), x, join_directions(pairs, 400))
    model.compile(
        keras.optimizers.Adam(0.05), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    numbers = np.arange(400, dtype="int32")
    model.fit(numbers[:300], labels[:300], batch_size=300, epochs=60, verbose=0)
    _, accuracy = model.evaluate(numbers[300:], labels[300:], verbose=0)
    assert accuracy > 0.95
