"""Networks side by side against a Keras network trained alone, and their export."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.side_by_side import build_networks
from training.side_by_side import SideBySide, make_settings, measure

ROWS = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
LABELS = np.arange(24) % 4


def draw_all(count):
    x = tf.constant(np.broadcast_to(ROWS, (count, 24, 3)))
    y = tf.constant(np.broadcast_to(LABELS, (count, 24)), "int32")
    return lambda random: (x, y)


def build_alone(networks, number, l2):
    """A Keras network with the weights of one of the networks."""
    layers = keras.layers
    regularizer = keras.regularizers.L2(l2) if l2 else None
    network = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(5, "relu", kernel_regularizer=regularizer),
            layers.Dense(6, "relu", kernel_regularizer=regularizer),
            layers.Dense(4, kernel_regularizer=regularizer),
        ]
    )
    network.set_weights([w[number] for layer in networks.to_dense() for w in layer])
    return network


def test_each_network_learns_as_if_it_were_alone():
    networks = SideBySide(3, (5, 6), 4, make_settings(3, l2=np.array([0, 0.1, 0.3])), seed=1)
    alone = [build_alone(networks, n, l2) for n, l2 in enumerate((0, 0.1, 0.3))]
    networks.compile(draw_all(3))(20)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for number, network in enumerate(alone):
        network.compile(keras.optimizers.Adam(1e-3), loss)
        network.fit(ROWS, LABELS, batch_size=24, epochs=20, verbose=0)
        weights = [w[number] for layer in networks.to_dense() for w in layer]
        for ours, theirs in zip(weights, network.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, atol=2e-5)


def test_the_export_answers_the_same_and_unused_units_are_silent():
    settings = make_settings(
        3,
        normalise=np.array([True, False, True]),
        dropout=0.2,
        units=np.array([99, 2, 3]),
    )
    networks = SideBySide(3, (5, 6), 4, settings)
    networks.compile(draw_all(3))(30)
    logits = networks.forward(np.broadcast_to(ROWS, (3, 24, 3)))
    layers = networks.to_dense()
    exported = build_networks("networks", 3, layers)(ROWS).numpy()
    np.testing.assert_allclose(np.moveaxis(exported, 1, 0), tf.nn.softmax(logits), atol=1e-5)
    np.testing.assert_allclose(exported.sum(axis=-1), 1, atol=1e-5)
    assert not layers[0][0][1, :, 2:].any() and layers[0][0][1, :, :2].all()
    losses, accuracies = measure(logits, LABELS)
    scce = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert losses[0] == pytest.approx(float(scce(LABELS, logits[0])), rel=1e-5)
    assert accuracies[0] == np.mean(np.argmax(logits[0], axis=-1) == LABELS)


def test_early_stopping_keeps_the_best_of_each_network():
    networks = SideBySide(3, (5,), 4, make_settings(2))
    train, first = networks.compile(draw_all(2)), networks.to_dense()
    networks.keep_best(np.array([1.0, 2.0]))
    train(3)
    networks.keep_best(np.array([1.5, 0.5]))
    (best, _), *_ = networks.to_dense(best=True)
    np.testing.assert_array_equal(best[0], first[0][0][0])
    np.testing.assert_array_equal(best[1], networks.to_dense()[0][0][1])
    assert networks.lowest.tolist() == [1.0, 0.5]
