"""The same figures for a slide or for a journal's column."""

import itertools

from matplotlib import rc_context
from matplotlib.text import Text

from plots.style import SMALL, save_figure

# A slide of 13.33 by 7.5 inches, on which letters shall have 16 points. The figure is drawn as
# much smaller as its own letters are, and the dots per inch enlarge it: lines become wider as well.
SLIDE_HEIGHT = 7.5 * SMALL / 16  # inches
SLIDE_PIXELS = (1920, 1080)
CROWDED = 0.6  # smallest share of its height to which a figure is compressed

COLUMN, PAGE = 3.5, 7.2  # widths in inches of one column and of two in most journals
PAPER_LETTERS = 7 / SMALL  # 7 points are the smallest letters that journals print
PAPER_DPI = 600


def save_for(style, figure, path, formats):
    """Save a figure in a style; it is changed, so save what the report shows before.

    Args:
        style: "screen", "slide" or "paper".
        figure: matplotlib Figure.
        path: path without the format's ending.
        formats: list of "png", "pdf" or "svg".
    """
    fit = {"slide": fit_slide, "paper": fit_column}.get(style)
    options = {"dpi": fit(figure)} if fit else {}
    for format in formats:
        with rc_context({"pdf.fonttype": 42}):  # letters stay letters, which journals ask for
            save_figure(figure, path.with_name(f"{path.name}.{format}"), **options)


def fit_slide(figure):
    """Give a figure the shape of a slide; return the dots per inch that make it 1920 x 1080."""
    width, height = SLIDE_PIXELS
    inches = max(SLIDE_HEIGHT, CROWDED * figure.get_figheight())
    figure.set_size_inches(inches * width / height, inches)
    while not letters_fit(figure) and inches < 2 * SLIDE_HEIGHT:  # smaller ones for many panels
        inches *= 1.1
        figure.set_size_inches(inches * width / height, inches)
    return height / inches


def fit_column(figure):
    """Make a figure as wide as a column, or as two if its letters need them; return its dpi."""
    scale_letters(figure, PAPER_LETTERS)
    set_width(figure, COLUMN)
    if not letters_fit(figure):
        set_width(figure, PAGE)
    return PAPER_DPI


def set_width(figure, width):
    """Set the width in inches; the height follows until it is as crowded as it may be."""
    height = figure.get_figheight() * max(width / figure.get_figwidth(), CROWDED)
    figure.set_size_inches(width, height)
    for legend in tuple(figure.legends):
        while legend._ncols > 1 and legend.get_window_extent().width > figure.bbox.width:
            legend = narrow(figure, legend)


def narrow(figure, legend):
    """Replace a legend by one with a column less, and return that."""
    texts = legend.get_texts()
    legend.remove()
    return figure.legend(
        legend.legend_handles,
        [text.get_text() for text in texts],
        loc="outside lower center",
        ncols=legend._ncols - 1,
        fontsize=texts[0].get_fontsize(),
        title=legend.get_title().get_text() or None,
        title_fontsize=legend.get_title().get_fontsize(),
    )


def letters_fit(figure):
    """Return whether all letters and legends are inside the figure and beside each other."""
    figure.draw_without_rendering()
    axes = [axes for axes in figure.axes if axes.axison]
    titles = [text for axes in figure.axes for text in (axes.title, axes.xaxis.label)]
    texts = [*titles, *(axes.yaxis.label for axes in axes), *figure.texts, *figure.legends]
    texts += [text for one in axes for text in (*one.texts, *list_shown_ticks(one))]
    texts = [text for text in texts if text.get_visible() and not is_blank(text)]
    boxes = [text.get_window_extent().padded(-0.5) for text in texts]
    inside = all(min(box.min) > -2 and all(box.max < figure.bbox.size + 2) for box in boxes)
    pairs = itertools.combinations(boxes, 2)
    return inside and not any(one.overlaps(other) for one, other in pairs)


def list_shown_ticks(axes):
    """Return the horizontal labels of the ticks in view; boxes of slanted ones overlap anyway."""
    labels = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
        labels += [tick.label1 for tick in ticks if low <= tick.get_loc() <= high]
    return [label for label in labels if label.get_rotation() % 90 == 0]


def is_blank(text):
    return isinstance(text, Text) and not text.get_text().strip()


def scale_letters(figure, factor):
    """Multiply the size of all letters and the width of all lines."""
    figure.draw_without_rendering()  # creates the labels of the ticks
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            for which, ticks in (("major", axis.majorTicks), ("minor", axis.minorTicks)):
                if ticks:  # by the axis, which creates further ones for a new layout
                    size = factor * ticks[0].label1.get_fontsize()
                    axis.set_tick_params(which=which, labelsize=size)
        for line in axes.lines:
            line.set_linewidth(factor * line.get_linewidth())
            line.set_markersize(factor * line.get_markersize())
    ticks = {tick for axes in figure.axes for tick in list_tick_labels(axes)}
    for text in figure.findobj(lambda artist: isinstance(artist, Text) and artist not in ticks):
        text.set_fontsize(factor * text.get_fontsize())


def list_tick_labels(axes):
    """Return the labels of all ticks of both axes."""
    axes = (axes.xaxis, axes.yaxis)
    ticks = [tick for axis in axes for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())]
    return [label for tick in ticks for label in (tick.label1, tick.label2)]
