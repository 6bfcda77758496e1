"""Attention beside Keras' own, its rotation, and its cache."""

import keras
import numpy as np
import pytest

from models.attention import SelfAttention, TransformerBlock, rotate

WIDTH, HEADS = 16, 4


def fill(layer):
    """Set all weights of a layer to random numbers: some begin as zeros."""
    random = np.random.default_rng(0)
    layer.set_weights([random.normal(0, 0.3, w.shape) for w in layer.get_weights()])


@pytest.fixture
def x():
    return np.random.default_rng(1).normal(size=(3, 11, WIDTH)).astype("float32")


def test_it_equals_keras_own(x):
    ours = SelfAttention(HEADS, rotary=False)
    ours(x)
    fill(ours)
    theirs = keras.layers.MultiHeadAttention(HEADS, WIDTH // HEADS, use_bias=False)
    theirs(x, x)
    inward, outward = ours.get_weights()
    parts = [part.reshape(WIDTH, HEADS, -1) for part in np.split(inward, 3, axis=1)]
    query, key, value = parts
    theirs.set_weights([query, key, value, outward.reshape(HEADS, -1, WIDTH)])
    expected, weights = theirs(x, x, use_causal_mask=True, return_attention_scores=True)
    np.testing.assert_allclose(ours(x), expected, atol=1e-5)
    np.testing.assert_allclose(ours.weights_of(x), weights, atol=1e-5)


@pytest.mark.parametrize("rotary", [True, False])
def test_the_cache_changes_nothing(x, rotary):
    layer = SelfAttention(HEADS, rotary)
    whole = layer(x)
    fill(layer)
    whole, cache, parts = layer(x), layer.empty_cache(3), []
    for first, last in ((0, 4), (4, 5), (5, 6), (6, 11)):
        part, cache = layer.step(x[:, first:last], cache, first)
        parts.append(part)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)


def test_no_position_sees_a_later_one(x):
    layer = TransformerBlock(HEADS)
    layer(x)
    fill(layer)
    changed = x.copy()
    changed[:, 7:] += 1
    np.testing.assert_allclose(layer(x)[:, :7], layer(changed)[:, :7], atol=1e-6)
    assert np.abs(layer(x)[:, 7] - layer(changed)[:, 7]).max() > 0.1


def test_rotated_products_depend_on_the_distance_alone():
    random = np.random.default_rng(0)
    query, key = (random.normal(size=(1, 1, 1, 8)).astype("float32") for _ in range(2))

    def product(first, second):
        return float(np.sum(rotate(query, np.array([first])) * rotate(key, np.array([second]))))

    assert product(9, 4) == pytest.approx(product(105, 100), abs=1e-4)
    assert abs(product(9, 4) - product(9, 5)) > 1e-3
    assert product(3, 3) == pytest.approx(float(np.sum(query * key)), abs=1e-5)


def test_a_block_begins_as_the_identity(x):
    np.testing.assert_array_equal(TransformerBlock(HEADS)(x), x)
