"""Spiking neurons: the resets by hand, the surrogate gradient, rates, and the cost of a spike."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.spiking import (
    SHARPNESS,
    LeakyIntegrateAndFire,
    count_fan_out,
    count_operations,
    fire,
    spiking_classifier,
    trace_neurons,
)
from tests.checks import check_builder

CURRENTS = [0.6, 0.6, 1.5, 0.0, 0.9, 3.0, 0.0]
# By hand, with the decay 1/2: U(t) = V(t - 1) / 2 + I(t), a spike at U >= 1, and the reset.
TRACES = {
    "subtract": (
        [0.6, 0.9, 1.95, 0.475, 1.1375, 3.06875, 1.034375],
        [0, 0, 1, 0, 1, 1, 1],
    ),
    "zero": (
        [0.6, 0.9, 1.95, 0.0, 0.9, 3.45, 0.0],
        [0, 0, 1, 0, 0, 1, 0],
    ),
}


@pytest.mark.parametrize("reset", TRACES)
def test_a_trace_by_hand(reset):
    layer = LeakyIntegrateAndFire(reset, decay=0.5)
    currents = tf.constant(CURRENTS)[None, :, None]
    spikes, potentials = layer(currents), None
    _, potentials = layer.run(currents)
    expected_potentials, expected_spikes = TRACES[reset]
    np.testing.assert_allclose(potentials[0, :, 0], expected_potentials, atol=1e-6)
    np.testing.assert_array_equal(spikes[0, :, 0], expected_spikes)


def test_the_rate_of_a_neuron_without_leak_is_its_current():
    """Subtracting the threshold loses nothing: after T steps floor(T I) spikes, for 0 <= I <= 1."""
    layer = LeakyIntegrateAndFire("subtract", decay=1 - 1e-7)
    currents = np.random.default_rng(0).uniform(0.02, 0.98, 200).astype("float32")
    spikes = layer(np.repeat(currents[None, None], 64, axis=1)).numpy().sum(axis=1)[0]
    assert np.abs(spikes - np.floor(64 * currents)).max() <= 1  # rounding at a threshold
    assert (spikes == np.floor(64 * currents)).mean() > 0.95


def test_the_surrogate_gradient_is_the_derivative_of_an_arctangent():
    x = tf.constant([-2.0, -0.3, 0.0, 0.4, 5.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = fire(x)
    np.testing.assert_array_equal(y, [0, 0, 1, 1, 1])
    step = 1e-4
    smooth = [np.arctan(np.pi / 2 * SHARPNESS * (x.numpy().astype("float64") + h)) / np.pi
              for h in (-step, step)]  # fmt: skip
    expected = (smooth[1] - smooth[0]) / (2 * step)
    np.testing.assert_allclose(tape.gradient(y, x), expected, rtol=1e-4)


@pytest.mark.parametrize("spiking", [True, False])
def test_builder(spiking, tmp_path):
    model = spiking_classifier((8, 8, 1), 3, (4, 6), 10, 3, max_pixel=1.0, spiking=spiking)
    # Synapses, batch normalisation, the last layer, and a decay for each layer of neurons.
    weights = 9 * 4 + 9 * 4 * 6 + 4 * 4 * 6 * 10 + 4 * (4 + 6 + 10) + 33 + 3 * spiking
    check_builder(model, (8, 8, 1), (3,), weights, "softmax", tmp_path)


def test_a_dense_network_has_the_same_weights_with_relu():
    networks = [spiking_classifier((28, 28, 1), 10, (), 20, 4, spiking=s) for s in (True, False)]
    spiking, relu = ({w.path.split("/", 1)[-1]: w.shape for w in n.weights} for n in networks)
    assert len(spiking) == len(relu) + 1


def test_operations_are_those_of_plain_loops():
    keras.utils.set_random_seed(3)
    model = spiking_classifier((6, 5, 1), 3, (2, 3), 7, 4, max_pixel=1.0)
    x = np.random.default_rng(0).uniform(size=(5, 6, 5, 1)).astype("float32")
    found = count_operations(model, 4)(tf.constant(x))
    spikes, potentials = trace_neurons(model)(tf.constant(x))
    assert spikes["neurons_1"].shape == (5, 4, 6, 5, 2)
    np.testing.assert_array_equal(spikes["neurons_1"], potentials["neurons_1"].numpy() >= 1)
    first, second, third = (spikes[f"neurons_{k}"].numpy() for k in (1, 2, 3))
    # The second convolution has strides of 2 from 6 x 5 to 3 x 3 pixels; count its connections.
    total = np.zeros(5)
    before, after = (6, 5), (3, 3)
    starts = [(2 * (n - 1) + 3 - m) // 2 for m, n in zip(before, after, strict=True)]
    for row, column in np.ndindex(after):
        for i, j in np.ndindex(3, 3):
            y, x_ = 2 * row + i - starts[0], 2 * column + j - starts[1]
            if 0 <= y < 6 and 0 <= x_ < 5:
                total += 3 * first[:, :, y, x_].sum(axis=(1, 2))
    total += 7 * second.sum(axis=(1, 2, 3, 4)) + 3 * third.sum(axis=(1, 2))
    np.testing.assert_allclose(found["synaptic_operations"], total, rtol=1e-5)
    inside = sum(0 <= y + i < 6 and 0 <= x_ + j < 5 for y in range(6) for x_ in range(5)
                 for i in (-1, 0, 1) for j in (-1, 0, 1))  # fmt: skip
    np.testing.assert_allclose(found["multiply_adds"], 2 * inside)


def test_operations_of_relu():
    model = spiking_classifier((6, 5, 1), 3, (2,), 7, max_pixel=1.0, spiking=False)
    x = tf.constant(np.random.default_rng(0).uniform(size=(5, 6, 5, 1)).astype("float32"))
    found = count_operations(model, 0)(x)
    first = float(tf.reduce_sum(count_fan_out(model.get_layer("synapses_1"))))
    np.testing.assert_allclose(found["multiply_adds"], first + 60 * 7 + 7 * 3)
    hidden = keras.Model(model.input, [model.get_layer(f"relu_{k}").output for k in (1, 2)])
    one, two = (np.asarray(values).reshape(5, -1) > 0 for values in hidden(x, training=False))
    expected = first + 7 * one.sum(axis=1) + 3 * two.sum(axis=1)
    np.testing.assert_allclose(found["synaptic_operations"], expected)


def test_the_picture_is_the_current_at_every_step():
    """The mean of the last layer's input is the rate, whatever the number of steps."""
    model = spiking_classifier((8, 8, 1), 3, (), 12, 5, max_pixel=1.0)
    x = np.random.default_rng(0).uniform(size=(4, 8, 8, 1)).astype("float32")
    spikes, _ = trace_neurons(model)(tf.constant(x))
    kernel, bias = model.get_layer("probabilities").get_weights()
    scores = spikes["neurons_1"].numpy().mean(axis=1) @ kernel + bias
    np.testing.assert_allclose(model(x, training=False), tf.nn.softmax(scores), atol=1e-6)
