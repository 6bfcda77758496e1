"""Pruning by weight: the schedule, the masks, and which weights go."""

import keras
import numpy as np
import pytest

from models.dense import dense_classifier
from models.pruning import Pruning, copy_network, find_kernels, find_sparsity, score_sizes
from training.loop import Loop
from training.losses import LOSSES


@pytest.fixture
def network():
    keras.utils.set_random_seed(0)
    return dense_classifier((6,), 3, hidden=(20, 10), dropout=0.0)


def draw_rows(count=64):
    random = np.random.default_rng(0)
    return random.normal(size=(count, 6)).astype("float32"), random.integers(0, 3, count)


def fit(model, epochs):
    model.compile("adam", LOSSES["softmax"])
    model.fit(*draw_rows(), epochs=epochs, batch_size=8, verbose=0)


def test_the_sparsity_follows_the_cubic_schedule_and_stays(network):
    model = Pruning(network, 0.8, steps=16)  # two epochs of eight steps
    fit(model, 1)
    assert find_sparsity(network) == pytest.approx(0.8 * (1 - 0.5**3), abs=0.005)
    fit(model, 2)
    assert find_sparsity(network) == pytest.approx(0.8, abs=0.005)
    biases = [layer.bias for layer in network.layers if hasattr(layer, "bias")]
    assert all(np.count_nonzero(bias) > 0 for bias in biases)


def test_what_remains_is_trained_and_what_is_gone_stays_zero(network):
    model = Pruning(network, 0.5)
    model.choose_masks(0.5)
    model.apply_masks()
    before = [np.array(kernel) for kernel in find_kernels(network)]
    fit(model, 1)
    for old, kernel in zip(before, find_kernels(network), strict=True):
        assert (np.array(kernel)[old == 0] == 0).all()
        assert (np.array(kernel)[old != 0] != old[old != 0]).any()


def test_the_smallest_weights_of_each_kernel_go(network):
    model = Pruning(network, 0.7)
    model.choose_masks(0.7)
    for kernel, mask in zip(find_kernels(network), model.masks, strict=True):
        sizes, kept = np.abs(np.array(kernel)), np.array(mask, bool)
        assert kept.any() and sizes[kept].min() > sizes[~kept].max(initial=0)


def test_scores_by_their_definition():
    sizes = np.sort(np.random.default_rng(0).uniform(size=50)).astype("float32")
    expected = [sizes[i] ** 2 / np.sum(sizes[i:] ** 2) for i in range(50)]
    np.testing.assert_allclose(score_sizes(sizes), expected, rtol=1e-5)
    np.testing.assert_array_equal(score_sizes(np.zeros(3, "float32")), 0)


def test_scaling_a_layer_changes_nothing(network):
    masks = []
    for factor in (1.0, 100.0):
        copy = copy_network(network)
        find_kernels(copy)[1].assign(factor * find_kernels(copy)[1])
        model = Pruning(copy, 0.6)
        model.choose_masks(0.6)
        masks.append([np.array(mask) for mask in model.masks])
    for first, second in zip(*masks, strict=True):
        np.testing.assert_array_equal(first, second)


def test_zeros_of_a_sparse_network_stay(network):
    kernel = find_kernels(network)[0]
    kernel.assign(kernel * (np.arange(20) < 2))  # 108 of 350 weights are zero
    model = Pruning(network, 0.1)
    model.choose_masks(0.1)
    assert np.array(model.masks[0]).sum() == 12


def test_a_snapshot_keeps_the_masks_and_the_step(network):
    model = Pruning(network, 0.5, steps=4)
    model.compile("adam", LOSSES["softmax"])
    kept = {id(variable) for variable in Loop(model, 8).state()}
    assert {id(variable) for variable in (*model.masks, model.step)} <= kept


def test_a_copy_has_weights_of_its_own(network):
    copy = copy_network(network)
    find_kernels(copy)[0].assign(0 * find_kernels(copy)[0])
    assert find_sparsity(network) == 0 < find_sparsity(copy)
