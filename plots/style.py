"""What all pictures share: colours, line styles, the size of a figure and how it is written."""

import textwrap
from pathlib import Path

from matplotlib.figure import Figure

from whole import whole

# Okabe and Ito's palette: told apart with any of the common colour blindnesses.
# Vermilion stands for the network or its validation, black for the truth.
BLACK = "#000000"
BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
PINK = "#CC79A7"
SKY = "#56B4E9"
GREY = "#7F7F7F"

COLOURS = (BLUE, VERMILION, GREEN, PINK, ORANGE, SKY, BLACK)
# Seven colours and four line styles share no factor: 28 lines pass before a pair of colour and style comes back.
LINE_STYLES = ("-", "--", "-.", ":")

SEQUENTIAL = "Blues"  # light is little, dark is much, in grey print too
DIVERGING = "RdBu_r"  # for values around zero

SMALL = 9  # points; nothing is written smaller


def figure(width=6.4, height=4.2):
    """Empty figure that arranges its axes so that no labels overlap.

    Args:
        width: in inches; 6.4 fits a page of A4 without scaling.
        height: in inches.
    """
    return Figure(figsize=(width, height), layout="constrained")


def save(figure, path):
    """Write a figure as a PNG with 150 dots per inch, and the folders it needs."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as partial:
        figure.savefig(partial, format="png", dpi=150)


def wrap(text, width=40):
    """Text broken into lines of at most `width` characters."""
    return textwrap.fill(str(text), width)


def cut(text, length=20):
    """Name from the data in at most `length` characters, the last one an ellipsis where something was left out."""
    text = str(text)
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.replace("$", r"\$")  # dollars are money here; matplotlib would take what is between two for a formula
