"""What all pictures share: colours, line styles, the size of a figure and how it is written."""

import textwrap
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from atomic import write_atomically

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

NETWORK = "network"  # the names that lines, maps and slices of an equation's solution go by
REFERENCES = ("reference", "exact", "truth")


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
    with write_atomically(path) as partial:
        figure.savefig(partial, format="png", dpi=150)


def wrap(text, width=40):
    """Text broken into lines of at most `width` characters."""
    return textwrap.fill(str(text), width)


def cut(text, length=20):
    """Name from the data in at most `length` characters, the last one an ellipsis where something was left out."""
    text = str(text)
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.replace(
        "$", r"\$"
    )  # dollars are money here; matplotlib would take what is between two for a formula


def short(texts, length):
    """The texts, each cut to that length, and numbered if two of them would become the same."""
    names = [cut(text, length) for text in texts]
    if len(set(names)) == len(names):
        return names
    return [cut(f"{number}: {text}", length) for number, text in enumerate(texts, start=1)]


def grid(count):
    """Rows and columns for that many panels: side by side as long as each stays wide enough for its tick labels."""
    columns = count if count <= 3 else 2 if count == 4 else 3
    return -(-count // columns), columns


def looks(names):
    """Colour, line style and width of named lines, as a dict of name to keywords of `plot`.

    The reference is a broad black line, and the network dashed vermilion upon it: where they agree, both are seen.
    """
    rest = iter(other_looks(len(names)))
    reference = {"color": BLACK, "linestyle": "-", "linewidth": 2.5}
    network = {"color": VERMILION, "linestyle": "--", "linewidth": 2, "zorder": 3}
    return {
        name: reference if name in REFERENCES else network if name == NETWORK else next(rest)
        for name in names
    }


def other_looks(count):
    """Looks of that many lines that are neither the network nor the reference, the first 20 of them different."""
    colours, styles = (BLUE, GREEN, PINK, ORANGE, SKY), ("-.", ":", "-", "--")
    return [
        {"color": colours[n % 5], "linestyle": styles[n % 4], "linewidth": 1.5}
        for n in range(count)
    ]


def limits(truth, others=()):
    """Limits of an axis that show all values, but no further than half the range of the truth beyond it.

    The others, fitted or extrapolated, may run away to any value.

    Args:
        truth: array of any shape.
        others: arrays of any shape.

    Returns:
        `(low, high)`, both None where no value of the truth is finite.
    """
    truth = np.ravel(truth).astype(float)
    truth = truth[np.isfinite(truth)]
    if truth.size == 0:
        return None, None
    largest = np.abs(truth).max()
    span = (
        np.ptp(truth) if np.ptp(truth) > 1e-9 * largest else largest or 1.0
    )  # rounding is no range
    everything = np.concatenate([truth, *(np.ravel(values).astype(float) for values in others)])
    everything = np.clip(everything, truth.min() - span / 2, truth.max() + span / 2)
    return np.nanmin(everything) - span / 20, np.nanmax(everything) + span / 20


def positive(values):
    """The values as floats, those that a logarithmic axis can't show as NaN."""
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def legend_once(figure, columns=None, **look):
    """Legend below the panels that names once what several of them show."""
    found = [axes.get_legend_handles_labels() for axes in figure.axes]
    once = {
        label: handle
        for handles, labels in found
        for handle, label in zip(handles, labels, strict=True)
    }
    if once:
        columns = columns or grid(len(once))[1]
        figure.legend(once.values(), once.keys(), loc="outside lower center", ncols=columns, **look)


def log_axis(axes, lines):
    """Logarithmic y axis from each line's top down to all but its lowest fiftieth: a sharp zero would stretch it without end.

    Args:
        axes: of the plot.
        lines: arrays of values, as `positive` gives them.
    """
    lines = [values[np.isfinite(values)] for values in lines]
    lines = [values for values in lines if values.size]
    if lines:
        axes.set_yscale("log")
        high = max(values.max() for values in lines)
        low = max(min(np.quantile(values, 0.02) for values in lines), 1e-20 * high)
        axes.set_ylim(low / 2, high * 2)
    else:
        axes.set_yticks([])
        axes.text(
            0.5,
            0.5,
            "no finite value above zero",
            ha="center",
            va="center",
            transform=axes.transAxes,
        )
