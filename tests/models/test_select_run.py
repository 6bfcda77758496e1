"""A network for several runs: each has outputs of its own, with the same derivatives."""

import keras
import numpy as np
import tensorflow as tf

from models import taylor, taylor_network
from models.pinn import pinn
from models.select_run import SelectRun
from models.tape import tape_derivative


def build_network():
    keras.utils.set_random_seed(0)
    return pinn([0, -1], [2, 3], 6, (8,), trial=SelectRun(3, dtype="float64"))


def test_shape_and_round_trip(tmp_path):
    network = build_network()
    assert network.output_shape == (None, 2)
    points = np.stack([np.tile([0.0, 1, 2], 4), np.linspace(-1, 3, 12)], axis=-1)
    network.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(points), network(points))
    # All runs' outputs, of which each row has its own two.
    every = keras.Model(network.input, network.get_layer("network").output)(points).numpy()
    rows = [row.reshape(3, 2)[int(run)] for run, row in zip(points[:, 0], every, strict=True)]
    np.testing.assert_allclose(network(points), rows, rtol=1e-14)


def test_derivatives_are_those_of_tapes():
    network = build_network()
    points = np.stack([np.tile([0.0, 1, 2], 4), np.linspace(-1, 3, 12)], axis=-1)
    indices = taylor.multi_indices([(0, 0), (0, 2)])
    prepared = taylor_network.prepare(network, points, indices)
    series = taylor_network.propagate(network, tf.constant(points.T), prepared, indices)
    at = [tf.constant(x) for x in points.T]
    for order in (0, 1, 2):
        for unknown in (0, 1):
            expected = tape_derivative(network, at, (0, order), unknown)
            found = series[0, order][unknown] * taylor.factorial((0, order))
            np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)
