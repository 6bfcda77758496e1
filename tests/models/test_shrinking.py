"""Shrinking: a smaller network that answers as the large one with its units silenced."""

import keras
import numpy as np
import pytest
from keras import layers

from errors import UserError
from models.cnn import cnn_classifier
from models.dense import dense_classifier
from models.shrinking import choose_units, rank_units, shrink
from models.student import student
from models.wide_and_deep import wide_and_deep
from tests.checks import check_builder


def randomise(network):
    """Give all weights random values, so that batch normalisation does something."""
    random = np.random.default_rng(0)
    network.set_weights([random.uniform(0.1, 1, w.shape) - 0.4 * (w.ndim > 1)
                         for w in network.get_weights()])  # fmt: skip


def silence(network, sparsity):
    """Set to zero what `shrink` removes: the outgoing weights of the removed units."""
    chain = [one for one in network.layers if not isinstance(one, layers.InputLayer)]
    removed = None
    for number, layer in enumerate(chain):
        if isinstance(layer, layers.Flatten):
            shape = layer.input.shape[1:]
            places = np.arange(np.prod(shape)).reshape(shape)
            removed = places[..., removed].ravel()
        elif isinstance(layer, (layers.Dense, layers.Conv2D)):
            kernel, *others = layer.get_weights()
            if removed is not None:
                kernel[..., removed, :] = 0
            norms = rank_units(np.array(layer.kernel), chain[min(number + 1, len(chain) - 1)])
            kept = choose_units(norms, sparsity)
            removed = np.setdiff1d(np.arange(kernel.shape[-1]), kept)
            layer.set_weights([kernel, *others])


@pytest.mark.parametrize("build", [
    lambda: dense_classifier((6,), 3, hidden=(20, 10)),
    lambda: cnn_classifier((8, 8, 1), 3, filters=(4, 8), hidden=(12,)),
])  # fmt: skip
def test_it_answers_as_the_large_one_with_silent_units(build):
    network = build()
    randomise(network)
    small = shrink(network, 0.5)
    assert small.count_params() < 0.45 * network.count_params()
    silence(network, 0.5)
    x = np.random.default_rng(1).uniform(size=(16, *network.input_shape[1:])).astype("float32")
    np.testing.assert_allclose(small(x), network(x), atol=1e-5)


def test_nothing_is_removed_at_zero_and_a_unit_stays_at_the_end():
    network = dense_classifier((6,), 3, hidden=(20, 10))
    assert shrink(network, 0.0).count_params() == network.count_params()
    assert shrink(network, 0.99).layers[1].units == 1


def test_batch_normalisation_counts():
    kernel, norm = np.array([[3.0, 1.0]]), layers.BatchNormalization(epsilon=0.0)
    norm.build((None, 2))
    norm.set_weights(np.array([[1.0, 10.0], [0, 0], [0, 0], [4.0, 1.0]]))
    np.testing.assert_allclose(rank_units(kernel, norm), [1.5, 10.0])
    np.testing.assert_allclose(rank_units(kernel, None), [3.0, 1.0])


def test_other_networks_are_refused():
    branched = wide_and_deep(4, {"y": ("linear", 1)}, (8,), 0.0, "relu", 0.0)
    with pytest.raises(UserError, match="needs a chain of dense layers.*Use --by weight"):
        shrink(branched, 0.5)
    inputs = keras.Input((3, 4))
    with pytest.raises(UserError, match="the GRU layer"):
        shrink(keras.Model(inputs, layers.Dense(2)(layers.GRU(5)(inputs))), 0.5)


def test_students(tmp_path):
    check_builder(student((5,), "softmax", 3, (8,)), (5,), (3,), 75, "softmax", tmp_path)
    # 160 + 4640 weights of the convolutions, 7 x 7 x 32 x 10 + 10 of the last layer
    network = student((28, 28, 1), "softmax", 10, (), (16, 32))
    assert network.count_params() == 160 + 4640 + 15690
