"""Networks over characters, and the text that they score and write."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from models.language import NgramEmbedding, recurrent, transformer
from models.text import TextModel, draw

ALPHABET = "\n abcdefg"
WINDOW = 8
BUILDERS = {
    "transformer": lambda: transformer(9, width=16, depth=2, heads=2, ngrams=3, rows=32),
    "gru": lambda: recurrent("gru", 9, width=16, depth=2, ngrams=3, rows=32),
    "lstm": lambda: recurrent("lstm", 9, width=16, ngrams=1),
}
# Tables 9 * 16 + 2 * 32 * 16, blocks 12 * 16^2 and two norms, the last norm, 16 * 9 + 9.
PARAMETERS = {"transformer": 1168 + 2 * (3072 + 32) + 16 + 153}
PARAMETERS["gru"] = 1168 + 2 * (16 + 3 * 16 * (16 + 16 + 2)) + 16 + 153
PARAMETERS["lstm"] = 144 + (16 + 4 * 16 * (16 + 16 + 1)) + 16 + 153


@pytest.fixture(params=BUILDERS)
def model(request):
    """A network whose weights are random: some begin as zeros."""
    keras.utils.set_random_seed(0)
    model = BUILDERS[request.param]()
    random = np.random.default_rng(0)
    for weight in model.trainable_variables:
        weight.assign_add(random.normal(0, 0.2, weight.shape))
    return model


@pytest.fixture
def text_model(model):
    return TextModel(model, ALPHABET, usual=1, window=WINDOW, seen=999)


def draw_codes(*shape):
    return np.random.default_rng(1).integers(0, 9, shape).astype("int32")


def test_shapes_and_parameters(model):
    assert model(draw_codes(2, 5)).shape == (2, 5, 9)
    assert model.count_params() == PARAMETERS[model.name]


def test_it_is_saved_and_loaded(model, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    codes = draw_codes(2, 5)
    np.testing.assert_allclose(loaded(codes), model(codes), atol=1e-6)


def test_steps_give_the_same_logits(model):
    codes, caches, parts = draw_codes(2, 9), model.empty_caches(2), []
    for first, last in ((0, 5), (5, 6), (6, 9)):
        part, caches = model.step(codes[:, first:last], caches, first)
        parts.append(part)
    np.testing.assert_allclose(np.concatenate(parts, axis=1), model(codes), atol=1e-5)


def test_a_fit_lowers_the_loss(model):
    """Characters in a circle, of which the next one is certain."""
    rows = (np.arange(16) + np.arange(64)[:, None]).astype("int32") % 9
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Muon(0.01, exclude_layers=["logits"]), loss)
    before = model.evaluate(rows[:, :-1], rows[:, 1:], verbose=0)
    model.fit(rows, epochs=6, batch_size=16, verbose=0)
    assert model.evaluate(rows[:, :-1], rows[:, 1:], verbose=0) < 0.5 * before


def test_a_step_cuts_windows_at_any_place():
    """A row of two windows holds `window` places; each is one that a step may choose."""
    model = BUILDERS["transformer"]()
    seen = set()

    class Recorder(keras.losses.Loss):
        def call(self, true, predicted):
            tf.py_function(lambda x: seen.add(int(x)), [true[0, 0]], [])
            return tf.reduce_mean(predicted, axis=(1, 2)) + 0 * tf.cast(true[:, 0], "float32")

    model.compile(keras.optimizers.SGD(0.0), Recorder(), run_eagerly=True)
    rows = np.tile(np.arange(8, dtype="int32"), (1, 1))  # windows of 4
    model.fit(rows, epochs=60, verbose=0)
    assert seen == {1, 2, 3, 4}  # the character behind the first one of the window


def test_tables_for_several_characters_are_those_of_the_text():
    """Each place sees itself and the two before it, and nothing else."""
    layer = NgramEmbedding(9, 4, ngrams=3, rows=1024)
    codes = draw_codes(1, 12)
    before, changed = np.asarray(layer(codes)), codes.copy()
    changed[0, 5] = (changed[0, 5] + 1) % 9
    differs = np.abs(layer(changed) - before).max(axis=(0, 2)) > 0
    np.testing.assert_array_equal(np.flatnonzero(differs), [5, 6, 7])


def test_logits_of_a_long_text_are_those_of_windows(text_model):
    text = "".join(ALPHABET[code] for code in draw_codes(30))
    codes = np.array([0, *(ALPHABET.index(letter) for letter in text)])
    first = text_model.model(codes[None, :WINDOW])[0]
    others = [
        text_model.model(codes[None, start : start + WINDOW])[0, WINDOW // 2 :]
        for start in range(WINDOW // 2, 30, WINDOW // 2)
    ]
    expected = np.concatenate([first, *others])[:30]
    np.testing.assert_allclose(text_model.logits(tf.constant(text)), expected, atol=1e-5)


def test_probabilities_of_all_texts_of_a_length_add_up_to_1(text_model):
    """Two characters of the alphabet, and the rest of Unicode as often as it has characters."""
    letters = [*ALPHABET, "?"]
    total = 0.0
    for first in letters:
        for second in letters:
            bits, *_ = text_model.score(tf.constant(first + second))
            count = 1_114_112.0 ** ((first + second).count("?"))
            total += count * 2.0 ** -float(np.sum(np.float64(bits)))
    assert total == pytest.approx(1, abs=1e-3)


def test_a_character_that_is_new(text_model):
    bits, alone, is_known = text_model.score(tf.constant("a\u00e9b"))
    np.testing.assert_array_equal(is_known, [True, False, True])
    assert float(bits[1]) == pytest.approx(np.log2(1000 * 1_114_112), abs=1e-4)
    np.testing.assert_array_equal(alone, bits)
    assert len(text_model.score(tf.constant(""))[0]) == 0


def write(text_model, prompt, count, temperature=1.0, top_k=0, seed=0):
    arguments = (tf.constant(x) for x in (prompt, count, temperature, top_k, seed))
    return text_model.write(text_model.generate(*arguments)).numpy().decode()


def test_new_text_without_temperature_is_the_most_probable_one(text_model):
    """Over several windows, each of which begins with half of the one before."""
    prompt, half = "abc de", WINDOW // 2
    written = [0, *(ALPHABET.index(letter) for letter in prompt)]
    start = len(written) - half
    for _ in range(20):
        if len(written) - start == WINDOW:
            start = len(written) - half
        logits = text_model.model(np.array(written[start:])[None])[0, -1]
        written.append(int(np.argmax(logits)))
    expected = "".join(ALPHABET[code] for code in written[7:])
    assert write(text_model, prompt, 20, temperature=0.0) == expected
    assert write(text_model, prompt, 20, top_k=1, seed=5) == expected


def test_new_text_follows_its_seed(text_model):
    text = write(text_model, "", 50)
    assert len(text) == 50 and text == write(text_model, "", 50)
    assert text != write(text_model, "", 50, seed=1)
    assert write(text_model, "abc", 0) == ""


def test_characters_are_drawn_as_often_as_their_probability():
    logits = tf.math.log([0.6, 0.3, 0.1])
    seeds = range(3000)
    squares = np.array([0.36, 0.09, 0.01])
    for temperature, top_k, expected in (
        (1.0, 0, [0.6, 0.3, 0.1]),
        (1.0, 2, [2 / 3, 1 / 3, 0]),
        (0.5, 0, squares / squares.sum()),
    ):
        pick = tf.function(lambda n, t=temperature, k=top_k: draw(logits, t, k, tf.stack([0, n])))
        drawn = [int(pick(tf.constant(number))) for number in seeds]
        shares = np.bincount(drawn, minlength=3) / len(seeds)
        np.testing.assert_allclose(shares, expected, atol=0.03)


def test_attention_adds_up_to_1(text_model):
    if not text_model.model.has_attention:
        pytest.skip("a recurrent network has no attention")
    weights = text_model.attention(tf.constant("abcdefg abc"))
    assert weights.shape == (2, 2, WINDOW, WINDOW)
    np.testing.assert_allclose(np.sum(weights, axis=-1), 1, atol=1e-5)
    assert np.all(np.triu(weights, 1) == 0)
