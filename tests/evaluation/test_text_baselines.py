"""N-grams and compressors, beside closed forms and a plain implementation."""

import bz2
from collections import Counter

import numpy as np
import pytest

from datasets.text import load_text
from evaluation.text_baselines import choose_discounts, fit_text_baselines, score_ngrams

ALPHABET = " abc"


def make_text(count, seed=0):
    """A text in which some characters follow others more often."""
    random, text = np.random.default_rng(seed), [0]
    table = random.dirichlet(np.full(4, 0.3), size=(4,))
    for _ in range(count - 1):
        text.append(random.choice(4, p=table[text[-1]]))
    return "".join(ALPHABET[code] for code in text)


def score_slowly(known, text, order):
    """Interpolated Kneser-Ney, as it is written in a book: dictionaries and a recursion."""
    counts = {order: Counter(known[i - order : i] for i in range(order, len(known) + 1))}
    for n in range(order - 1, 0, -1):
        longer = {known[i - n - 1 : i] for i in range(order, len(known) + 1)}
        counts[n] = Counter(gram[1:] for gram in longer)
    discounts = {n: choose_discounts(np.array(list(counts[n].values()))) for n in counts}

    def probability(gram):
        if not gram:
            return 1 / len(ALPHABET)
        n, lower = len(gram), probability(gram[1:])
        follow = {g: count for g, count in counts[n].items() if g[:-1] == gram[:-1]}
        if not follow:
            return lower
        take = {g: discounts[n][min(count, 3)] for g, count in follow.items()}
        here = follow.get(gram, 0) - take.get(gram, 0)
        return (here + sum(take.values()) * lower) / sum(follow.values())

    whole = known + text
    bits = [-np.log2(probability(whole[i - order + 1 : i + 1])) for i in
            range(len(known), len(whole))]  # fmt: skip
    return sum(bits) + len(text) * np.log2(1 + 1 / len(known))


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_kneser_ney(order):
    known, text = make_text(600), make_text(60, seed=1)
    expected = score_slowly(known, text, order)
    assert score_ngrams(known, text, ALPHABET, order) == pytest.approx(expected, rel=1e-9)


def test_probabilities_of_the_next_character_add_up_to_1():
    known = make_text(500)
    total = sum(2 ** -score_ngrams(known, letter, ALPHABET, 4) for letter in ALPHABET)
    total += 1_114_112 * 2 ** -score_ngrams(known, "?", ALPHABET, 4)
    assert total == pytest.approx(1, abs=1e-9)


def test_characters_without_order_need_their_entropy():
    shares = np.array([0.5, 0.25, 0.125, 0.125])
    codes = np.random.default_rng(0).choice(4, size=80_000, p=shares)
    text = "".join(np.array(list(ALPHABET))[codes])
    for order in (1, 3):
        bits = score_ngrams(text[:60_000], text[60_000:], ALPHABET, order) / 20_000
        assert bits == pytest.approx(1.75, abs=0.02)


def test_discounts():
    """Chen and Goodman's formulas, for 8, 4, 2 and 1 n-grams seen once to four times."""
    counts = np.repeat([1, 2, 3, 4], [8, 4, 2, 1])
    np.testing.assert_allclose(choose_discounts(counts), [0, 0.5, 1.25, 2.0])


def test_compressors_are_given_the_training_text(tmp_path):
    (tmp_path / "text.txt").write_text(make_text(9000))
    data = load_text(str(tmp_path / "text.txt"), 16)
    found = {name: one.endpoints["score"]({"text": data.test})["bits_per_character"]
             for name, one in fit_text_baselines(data).items()}  # fmt: skip
    whole = len(bz2.compress((data.known + data.test).encode()))
    bits = 8 * (whole - len(bz2.compress(data.known.encode()))) / len(data.test)
    assert found["bz2"] == pytest.approx(bits)
    assert found["5-gram, Kneser-Ney"] < found["unigram"] < 2


def test_a_repeated_text_costs_a_compressor_little(tmp_path):
    (tmp_path / "text.txt").write_text(make_text(9000))
    data = load_text(str(tmp_path / "text.txt"), 16)
    xz = fit_text_baselines(data)["xz"].endpoints["score"]
    again = xz({"text": data.train[2000:6000]})["bits_per_character"]
    assert again < 0.2 < xz({"text": data.test})["bits_per_character"]


def test_tiny_shakespeare(shared):
    """A 5-gram needs 2.32 bits with Witten and Bell's smoothing; Kneser-Ney is a little better."""
    data = load_text(str(shared("text/tiny-shakespeare.txt")), 128)
    bits = score_ngrams(data.known, data.test, data.alphabet, 5) / len(data.test)
    assert 2.2 < bits < 2.32
