"""A text with each character coloured by the bits that a language model needs for it."""

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from plots import style
from plots.attention import show_character

COLUMNS = 60  # characters a line
DARK = 0.6  # of the colours, above which letters are white
BRIGHTEST = 8.0  # bits from which the colour is darkest


def plot_surprise(text, bits):
    """Plot a text on coloured ground, in lines of 60 characters.

    Args:
        text: str.
        bits: -log2 of the probability of each character, `(characters,)`.
    """
    lines, line = [[]], 0
    for letter, value in zip(text, np.asarray(bits), strict=True):
        if len(lines[line]) == COLUMNS:
            lines.append([])
            line += 1
        lines[line].append((letter, value))
        if letter == "\n":
            lines.append([])
            line += 1
    lines = [cells for cells in lines if cells]
    figure = style.create_figure(8.6, 1.0 + 0.2 * len(lines))
    axes = figure.add_subplot()
    colours, norm = colormaps[style.SEQUENTIAL], Normalize(0, BRIGHTEST)
    image = np.ones((len(lines), COLUMNS, 3))
    for row, cells in enumerate(lines):
        for column, (letter, value) in enumerate(cells):
            image[row, column] = colours(norm(value))[:3]
            shown = "" if letter == " " else show_character(letter)
            colour = "white" if norm(value) > DARK else style.BLACK
            place = {"ha": "center", "va": "center", "fontsize": style.SMALL, "family": "monospace"}
            axes.text(column, row, shown, color=colour, **place)
    axes.imshow(image, aspect="auto")
    axes.set_axis_off()
    mappable = ScalarMappable(norm, colours)
    figure.colorbar(mappable, ax=axes, shrink=0.8, label="bits", extend="max")
    return figure
