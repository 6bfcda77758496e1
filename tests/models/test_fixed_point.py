"""Networks in fixed point: what a circuit computes, in which numbers, and what it costs."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from errors import UserError
from models.circuit import CIRCUIT, find_steps, split_circuit
from models.cnn import cnn_classifier
from models.dense import dense_classifier, dense_regressor
from models.fixed_point import count_ebops, fixed_point, freeze, round_values
from models.student import student

RANDOM = np.random.default_rng(0)


def test_numbers_of_three_bits_and_a_sign():
    values = np.array([-9.0, -1.13, 0.12, 0.13, 0.6, 1.9, 9.0])
    # Two bits before the point, one behind it: multiples of a half up to 3.5.
    rounded = [-3.5, -1.0, 0.0, 0.0, 0.5, 2.0, 3.5]
    np.testing.assert_array_equal(round_values(values, 2.0, 3), rounded)


def test_a_circuit_of_a_cnn_has_its_normalisation_in_the_kernels():
    network = cnn_classifier((6, 6, 1), 3, filters=(2, 4), hidden=(5,), max_pixel=16.0, augment=0.1)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([RANDOM.uniform(0.5, 2, w.shape) for w in layer.get_weights()])
    pictures = RANDOM.uniform(0, 16, (7, 6, 6, 1)).astype("float32")
    host, circuit = split_circuit(network)
    np.testing.assert_allclose(host(pictures, training=False), pictures / 16, rtol=1e-6)
    logits = circuit(host(pictures, training=False), training=False)
    expected = network(pictures, training=False)
    np.testing.assert_allclose(keras.ops.softmax(logits), expected, atol=1e-5)
    assert not any(isinstance(layer, layers.BatchNormalization) for layer in circuit.layers)

    wide = fixed_point(network, pictures, bits=16)
    np.testing.assert_allclose(wide(pictures, training=False), expected, atol=2e-2)
    frozen = freeze(wide)
    np.testing.assert_array_equal(frozen(pictures), wide(pictures, training=False))
    assert not any(type(layer).__module__.startswith("hgq") for layer in frozen.layers)


@pytest.mark.parametrize("bits", [6, 0])
def test_a_dense_network_in_fixed_point(bits, tmp_path):
    network = dense_classifier((3,), 4, hidden=(5,), dropout=0.0)
    rows = RANDOM.normal(size=(50, 3)).astype("float32")
    quantised = fixed_point(network, rows, bits, beta=1e-3)
    circuit = quantised.get_layer(CIRCUIT)
    operations = count_ebops(circuit)
    if bits:  # signed inputs and weights have 5 bits beside the sign, and positive values have 6
        assert operations == 15 * 5 * 5 + 20 * 5 * 6 + (5 + 4) * 15
        kernel = np.array(circuit.layers[1].qkernel)
        assert len(np.unique(np.abs(kernel) / np.abs(kernel)[kernel != 0].min())) <= 2**5
    # A signed input in reverse, and beyond the range of the rows: the largest number is taken.
    far = np.concatenate([-rows, 1000 * rows])
    answers = quantised(far, training=False)
    assert np.isfinite(answers).all()
    frozen = tf.function(freeze(quantised))  # a graph, as the SavedModel
    np.testing.assert_array_equal(frozen(tf.constant(far)), answers)
    quantised.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(far, training=False), answers)


@pytest.mark.parametrize(
    ("network", "message"),
    [
        (student((8, 8, 1), "softmax", 3, filters=(4,)), "the LeakyReLU layer"),
        (dense_regressor(3), "with the activation tanh"),
        (dense_regressor(3, probabilistic=True), "does not follow the layer before it"),
    ],
)
def test_networks_that_a_circuit_does_not_carry(network, message):
    with pytest.raises(UserError, match=f"a chain of dense layers.*{message}") as caught:
        find_steps(network)
    assert "\n" not in str(caught.value)
