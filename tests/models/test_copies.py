"""Copies of long repeats, beside a search with Python's own strings."""

import numpy as np
import pytest
import tensorflow as tf

from models.copies import LENGTHS, Copies, find_previous, fit_shares
from models.language import transformer
from models.text import TextModel

SHARES = np.concatenate([[0], np.linspace(0.2, 0.9, len(LENGTHS))])


def make_codes(count, size=3, seed=0):
    """Few characters, with passages that come again."""
    random = np.random.default_rng(seed)
    passages = [random.integers(0, size, length) for length in (9, 14, 40)]
    parts = [passages[random.integers(3)] if random.random() < 0.7 else random.integers(0, size, 7)
             for _ in range(count)]  # fmt: skip
    return np.concatenate(parts).astype("int32")


def search(memory, codes):
    """The same by comparing strings from the end backwards."""
    whole = "".join(chr(97 + code) for code in [*memory, *codes])
    for place in range(len(memory), len(whole)):
        found = -1, 0
        for number, length in enumerate(LENGTHS, start=1):
            if length > place:
                break
            start = whole.rfind(whole[place - length : place], 0, place - 1)
            if start >= 0:
                found = ord(whole[start + length]) - 97, number
        yield found


def test_find():
    codes = make_codes(60)
    memory, text = codes[:400], codes[400:]
    predicted, length = Copies(memory, SHARES).find(tf.constant(text))
    expected = list(search(memory, text))
    assert len({number for _, number in expected}) > 5
    np.testing.assert_array_equal(np.stack([predicted, length], axis=1), expected)


def test_the_last_place_before_with_the_same_key():
    keys = tf.constant([7, 3, 7, 7, 9, 3], "int64")
    np.testing.assert_array_equal(find_previous(keys), [-1, -1, 0, 2, -1, 1])


def test_mix():
    """A copy that is right gains its share; one that is wrong loses it."""
    copies, codes = Copies(np.arange(20), SHARES), np.array([3, 4, 5, 6, 7, 8, 1], "int32")
    mixed = np.asarray(copies.mix(tf.constant(codes), tf.fill([7], 0.1)))
    np.testing.assert_allclose(mixed[:5], 0.1)
    share = SHARES[1]
    np.testing.assert_allclose(mixed[5:], [0.1 * (1 - share) + share, 0.1 * (1 - SHARES[2])], 1e-5)


@pytest.fixture
def text_model():
    model = transformer(4, width=8, depth=1, heads=1, ngrams=2, rows=16)
    return TextModel(model, "\nabc", usual=1, window=8, seen=99)


def test_probabilities_of_the_next_character_add_up_to_1(text_model):
    codes = make_codes(20, size=4)
    text = "".join("\nabc"[code] for code in codes)
    text_model.copies = Copies(codes, SHARES)
    bits = [text_model.score(tf.constant(text[:50] + last))[0][-1] for last in "\nabc"]
    unknown = 1_114_112 * 2.0 ** -float(text_model.score(tf.constant("?"))[0][-1])
    assert np.sum(2.0 ** -np.array(bits)) + unknown == pytest.approx(1, abs=1e-4)
    assert np.ptp(bits) > 1  # the copies took part


def test_shares_are_how_often_a_copy_is_right():
    """Where the network knows nothing, in a text of which every tenth character was changed."""
    random = np.random.default_rng(0)
    memory = random.integers(0, 200, 5000).astype("int32")
    text = memory.copy()
    changed = random.random(5000) < 0.1
    text[changed] = random.integers(0, 200, changed.sum())
    shares = fit_shares(memory, text, np.full(5000, 1 / 200))
    assert shares[0] == 0
    np.testing.assert_allclose(shares[[1, 3]], 0.9, atol=0.05)
    gain = np.log2(Copies(memory, shares).mix(tf.constant(text), tf.fill([5000], 1 / 200)))
    assert gain.mean() > np.log2(1 / 200) + 3


def test_without_a_repeat_nothing_is_copied():
    shares = fit_shares(np.arange(50), np.arange(50, 100), np.full(50, 0.1))
    assert shares.max() < 0.01
