"""Colours, line styles, figure sizes and file format shared by all plots."""

import textwrap
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from atomic import write_atomically

# Palette by Okabe and Ito, distinguishable with all common colour blindnesses.
# Vermilion is used for the network or its validation, black for the truth.
BLACK = "#000000"
BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
ORANGE = "#E69F00"
PINK = "#CC79A7"
SKY = "#56B4E9"
GREY = "#7F7F7F"

COLOURS = (BLUE, VERMILION, GREEN, PINK, ORANGE, SKY, BLACK)
# Seven colours and four dash patterns have no common factor: 28 lines differ from each other.
DASHES = ("-", "--", "-.", ":")
MARKERS = "osD^vP*X<>"

SEQUENTIAL = "Blues"  # light is low and dark is high, also when printed in grey
DIVERGING = "RdBu_r"  # for values around zero

SMALL = 9  # points; the smallest font size

NETWORK = "network"  # names of lines, maps and slices with a style of their own
REFERENCES = ("reference", "exact", "truth")


def create_figure(width=6.4, height=4.2):
    """Create an empty figure that arranges its axes without overlapping labels.

    Args:
        width: width in inches; 6.4 fits an A4 page without scaling.
        height: height in inches.
    """
    return Figure(figsize=(width, height), layout="constrained")


def save_figure(figure, path, dpi=150):
    """Save a figure in the format that the path ends with, creating missing folders."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(path) as partial:
        figure.savefig(partial, format=Path(path).suffix[1:], dpi=dpi)


def wrap(text, width=40):
    """Break text into lines of at most `width` characters."""
    return textwrap.fill(str(text), width)


def cut(text, length=20):
    """Cut a name to `length` characters, ending in an ellipsis, and escape dollar signs.

    Names come from data, where a dollar is a currency; matplotlib would read a formula.
    """
    text = str(text)
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.replace("$", r"\$")


def cut_uniquely(texts, length):
    """Cut all texts to `length` characters, with numbers if two of them would become equal."""
    names = [cut(text, length) for text in texts]
    if len(set(names)) == len(names):
        return names
    return [cut(f"{number}: {text}", length) for number, text in enumerate(texts, start=1)]


def arrange_panels(count):
    """Return `(rows, columns)` for `count` panels, each wide enough for its tick labels."""
    columns = count if count <= 3 else 2 if count == 4 else 3
    return -(-count // columns), columns


def assign_line_styles(names):
    """Return `{name: keywords of plot}` with the colour, dashes and width of each line.

    The reference is a wide black line, the network a dashed vermilion line above it: both are
    visible where they agree.
    """
    others = iter(list_line_styles(len(names)))
    reference = {"color": BLACK, "linestyle": "-", "linewidth": 2.5}
    network = {"color": VERMILION, "linestyle": "--", "linewidth": 2, "zorder": 3}
    return {
        name: reference if name in REFERENCES else network if name == NETWORK else next(others)
        for name in names
    }


def list_line_styles(count):
    """Return keywords of `plot` for `count` lines besides network and reference.

    The first 25 are different; of the first five, each has a colour and dashes of its own.
    """
    colours, dashes = (BLUE, GREEN, PINK, ORANGE, SKY), ("-.", ":", "-", "--", (0, (9, 3)))
    return [
        {"color": colours[(n + n // 5) % 5], "linestyle": dashes[n % 5], "linewidth": 1.5}
        for n in range(count)
    ]


def find_limits(truth, others=()):
    """Return axis limits that show all values up to half the range of the truth beyond it.

    Other values, fitted or extrapolated, may diverge.

    Args:
        truth: array of any shape.
        others: arrays of any shape.

    Returns: `(low, high)`; both are None if no value of the truth is finite.
    """
    truth = np.ravel(truth).astype(float)
    truth = truth[np.isfinite(truth)]
    if truth.size == 0:
        return None, None
    largest = np.abs(truth).max()
    # A range of the size of rounding errors does not count.
    span = np.ptp(truth) if np.ptp(truth) > 1e-9 * largest else largest or 1.0
    values = np.concatenate([truth, *(np.ravel(values).astype(float) for values in others)])
    values = np.clip(values, truth.min() - span / 2, truth.max() + span / 2)
    return np.nanmin(values) - span / 20, np.nanmax(values) + span / 20


def mask_nonpositive(values):
    """Return the values as floats, with NaN for values that a logarithmic axis cannot show."""
    values = np.asarray(values, dtype=float)
    return np.where(np.isfinite(values) & (values > 0), values, np.nan)


def add_legend(figure, columns=None, **keywords):
    """Add a legend below the panels that lists each label once.

    Args:
        figure: the figure.
        columns: number of columns; by default as for the same number of panels.
        **keywords: further keywords of `Figure.legend`.
    """
    handles = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    if handles:
        columns = columns or arrange_panels(len(handles))[1]
        figure.legend(
            handles.values(), handles.keys(), loc="outside lower center", ncols=columns, **keywords
        )


def set_log_x_axis(axes):
    """Make the x axis logarithmic with few labels, so that they do not overlap.

    Call it after plotting: the labels depend on the range.
    """
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    if high < 300 * low:
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def set_log_axis(axes, lines):
    """Make the y axis logarithmic, leaving out the lowest fiftieth of each line.

    A narrow minimum near zero would extend the axis without end.

    Args:
        axes: the axes.
        lines: arrays of values as returned by `mask_nonpositive`.
    """
    lines = [values[np.isfinite(values)] for values in lines]
    lines = [values for values in lines if values.size]
    if lines:
        axes.set_yscale("log")
        high = max(values.max() for values in lines)
        low = max(min(np.sort(values)[len(values) // 50] for values in lines), 1e-20 * high)
        axes.set_ylim(low / 2, high * 2)
    else:
        axes.set_yticks([])
        text = {"ha": "center", "va": "center", "transform": axes.transAxes}
        axes.text(0.5, 0.5, "no finite value above zero", **text)
