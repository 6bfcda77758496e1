"""Simpler methods that predict or compress a text: character counts, n-grams, bz2 and xz."""

import bz2
import lzma
import time

import numpy as np

from datasets.text import encode
from evaluation.baselines import Baseline

ORDER = 5
CODE_POINTS = 1_114_112  # characters that Unicode has room for


def fit_text_baselines(data):
    """Return `{name: Baseline}`; each has the endpoint `score`, as the SavedModel does.

    Args:
        data: `datasets.text.Text`.
    """
    known, alphabet = data.known, data.alphabet
    scorers = {
        "unigram": lambda text: score_ngrams(known, text, alphabet, 1),
        f"{ORDER - 1}-gram, Kneser-Ney": lambda t: score_ngrams(known, t, alphabet, ORDER - 1),
        f"{ORDER}-gram, Kneser-Ney": lambda text: score_ngrams(known, text, alphabet, ORDER),
        "bz2": lambda text: compress(bz2.compress, known, text),
        "xz": lambda text: compress(lambda x: lzma.compress(x, preset=9), known, text),
    }
    return {name: make_baseline(scorer) for name, scorer in scorers.items()}


def make_baseline(scorer):
    """Return a Baseline for a function of a text to its bits in total."""

    def score(inputs):
        bits = scorer(inputs["text"])
        return {"bits_per_character": bits / max(len(inputs["text"]), 1)}

    start = time.perf_counter()
    scorer(".")  # what it does with the training text
    return Baseline({"score": score}, time.perf_counter() - start)


def compress(compressor, known, text):
    """Return the bits that a text adds to the compressed training text."""
    known, text = known.encode(), text.encode()
    return 8.0 * (len(compressor(known + text)) - len(compressor(known)))


def score_ngrams(known, text, alphabet, order):
    """Return the bits of a text by an interpolated Kneser-Ney model of its training text.

    The probability of a character is a mixture of all orders. An order counts n-grams, less a
    discount that it passes on to the next lower one; lower orders count before how many different
    characters an n-gram stands, since they matter where the longer one is new.

    Args:
        known: str, the training text.
        text: str to score; a character that is not in the alphabet costs what `models.text` says.
        alphabet: str of different characters, sorted.
        order: characters of the longest n-gram.

    Source: Chen and Goodman, An empirical study of smoothing techniques for language modeling,
    1998, section 4 (three discounts).
    """
    size, codes = len(alphabet), encode(known + text, alphabet)
    is_new = codes < 0
    codes = np.where(is_new, 0, codes).astype("int64")
    grams = [np.zeros(len(codes), "int64")]  # number of the n-gram that ends at each place
    for _ in range(order):
        before = np.concatenate([[0], grams[-1][:-1]])
        grams.append(np.unique(before * size + codes, return_inverse=True)[1].ravel())
    train, test = np.arange(order - 1, len(known)), np.arange(len(known), len(codes))
    probability = np.full(len(test), 1 / size)
    for n in range(1, order + 1):
        count = count_grams(grams, n, train, is_highest=n == order)
        contexts = np.concatenate([[0], grams[n - 1][:-1]])  # n-gram before each place
        _, first = np.unique(grams[n], return_index=True)  # a place of each n-gram
        discounts = choose_discounts(count)[np.minimum(count, 3)]
        number = grams[n - 1].max() + 1
        total = np.bincount(contexts[first], count, number)[contexts[test]]
        left = np.bincount(contexts[first], discounts, number)[contexts[test]]
        here = (count - discounts)[grams[n][test]]
        is_known = total > 0
        total = np.where(is_known, total, 1)
        probability = np.where(is_known, (here + left * probability) / total, probability)
    bits = -np.log2(probability) + np.log2(1 + 1 / len(known))
    unknown = np.log2(len(known) + 1) + np.log2(CODE_POINTS)
    return float(np.where(is_new[test], unknown, bits).sum())


def count_grams(grams, n, train, is_highest):
    """Return how often each n-gram is in the training text, or of a lower order before how many
    different characters."""
    count = grams[n].max() + 1
    if is_highest:
        return np.bincount(grams[n][train], minlength=count)
    places = train[np.unique(grams[n + 1][train], return_index=True)[1]]
    return np.bincount(grams[n][places], minlength=count)


def choose_discounts(counts):
    """Return what is taken from counts of 0, 1, 2, and 3 or more."""
    n1, n2, n3, n4 = (max(np.sum(counts == k), 1) for k in (1, 2, 3, 4))
    share = n1 / (n1 + 2 * n2)
    found = 1 - 2 * share * n2 / n1, 2 - 3 * share * n3 / n2, 3 - 4 * share * n4 / n3
    return np.array([0.0, *np.clip(found, 0, (1, 2, 3))])
