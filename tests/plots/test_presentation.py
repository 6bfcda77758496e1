"""Figures for a slide and for a journal's column."""

import struct

import numpy as np
import pytest

from plots import style
from plots.history import plot_history
from plots.presentation import save_for
from tests.plots.figure_checks import check_texts, list_texts


@pytest.fixture
def history():
    """Four metrics of five epochs, two of them on a logarithmic axis."""
    names = ("loss", "accuracy", "precision", "recall")
    values = {name: list(np.linspace(1, 0.1, 5)) for name in names}
    values |= {f"val_{name}": list(np.linspace(0.9, 0.2, 5)) for name in names}
    return plot_history({"epoch": range(5), **values, "learning_rate": [1e-3] * 5})


@pytest.fixture
def many_lines():
    """One panel with a legend that is wider than a column."""
    figure = style.create_figure()
    axes = figure.subplots()
    for number in range(5):
        axes.plot([0, 1], [0, number], label=f"a method with a long name, {number}")
    axes.set(title="Title of the picture", xlabel="x in m", ylabel="y in m")
    style.add_legend(figure)
    return figure


def read_size(path):
    return struct.unpack(">II", path.read_bytes()[16:24])


@pytest.mark.parametrize("name", ["history", "many_lines"])
def test_a_slide_has_its_pixels_and_large_letters(name, request, tmp_path):
    figure = request.getfixturevalue(name)
    save_for("slide", figure, tmp_path / "picture", ["png"])
    assert read_size(tmp_path / "picture.png") == (1920, 1080)
    figure.set_dpi(1080 / figure.get_figheight())
    check_texts(figure)
    smallest = min(text.get_fontsize() for text in list_texts(figure))
    on_slide = smallest * 7.5 / figure.get_figheight()
    assert on_slide >= (16 if name == "many_lines" else 12)


@pytest.mark.parametrize("name", ["history", "many_lines"])
def test_a_paper_has_the_width_of_its_columns(name, request, tmp_path):
    figure = request.getfixturevalue(name)
    letters = [text.get_fontsize() for text in list_texts(figure)]
    save_for("paper", figure, tmp_path / "picture", ["pdf", "svg"])
    assert figure.get_figwidth() in (3.5, 7.2)
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (tmp_path / "picture.svg").read_text()
    after = [text.get_fontsize() for text in list_texts(figure)]
    assert min(after) == pytest.approx(min(letters) * 7 / 9) and max(after) < max(letters)
    low = np.array([text.get_window_extent().x0 for text in list_texts(figure)])
    high = np.array([text.get_window_extent().x1 for text in list_texts(figure)])
    assert low.min() > -2 and high.max() < figure.bbox.width + 2


def test_a_legend_loses_columns_before_the_figure_grows(many_lines, tmp_path):
    (before,) = many_lines.legends
    save_for("paper", many_lines, tmp_path / "picture", ["svg"])
    (after,) = many_lines.legends
    assert after._ncols < before._ncols and many_lines.get_figwidth() == 3.5
    assert [text.get_text() for text in after.get_texts()] == [
        f"a method with a long name, {number}" for number in range(5)
    ]
