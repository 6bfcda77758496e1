"""Pictures of a language model: attention, coloured text, and loss against time."""

import numpy as np
import pytest

from plots.attention import plot_attention, show_character
from plots.loss_against_time import plot_loss_against_time
from plots.surprise import COLUMNS, plot_surprise
from tests.plots.figure_checks import find_line, read_legend

TEXT = "To be, or $ not\n to be"


def test_attention(drawn):
    weights = np.tril(np.random.default_rng(0).uniform(size=(2, 4, 20, 20)))
    weights /= weights.sum(axis=-1, keepdims=True)
    figure = drawn(plot_attention(weights, TEXT[:20]))
    assert len(figure.axes) == 9  # and the bar of colours
    first = figure.axes[0]
    np.testing.assert_allclose(first.images[0].get_array(), weights[0, 0])
    assert [label.get_text() for label in first.get_yticklabels()][:3] == ["T", "o", "␣"]


def test_attention_of_many_heads_shows_the_first_ones(drawn):
    figure = drawn(plot_attention(np.full((6, 8, 3, 3), 1 / 3), "abc"))
    assert len(figure.axes) == 17


@pytest.mark.parametrize(
    ("letter", "shown"), [("a", "a"), (" ", "␣"), ("\n", "↵"), ("\x00", "�"), ("$", r"\$")]
)
def test_characters_that_cannot_be_seen(letter, shown):
    assert show_character(letter) == shown


def test_surprise(drawn):
    text = TEXT + "x" * (COLUMNS + 5)
    figure = drawn(plot_surprise(text, np.linspace(0, 12, len(text))))
    axes = figure.axes[0]
    rows, columns, _ = axes.images[0].get_array().shape
    assert (rows, columns) == (3, COLUMNS)  # a line, and one that is broken
    image = axes.images[0].get_array()
    assert image[0, 0].sum() > image[1, 20].sum() > image[2, 10].sum()  # darker with more bits
    letters = [text.get_text() for text in axes.texts]
    assert letters[:4] == ["T", "o", "", "b"]


def test_loss_against_time(drawn):
    runs = {"transformer": ([1, 2, 3], [3.0, 2.0, 2.5]), "gru": ([2, 4], [3.5, 2.75])}
    figure = drawn(plot_loss_against_time(runs, "bits per character"))
    assert read_legend(figure) == ["transformer: 2.000", "gru: 2.750"]
    line = find_line(figure.axes[0], "gru: 2.750")
    np.testing.assert_array_equal(line.get_xdata(), [2, 4])
