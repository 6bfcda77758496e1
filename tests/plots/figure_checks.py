"""Checks of what is written in a figure."""

import numpy as np

from plots import style


def list_texts(figure):
    """All visible text of a figure."""
    texts = []
    parts = [figure]
    while parts:
        part = parts.pop()
        parts += part.subfigs
        texts += [*part.texts, *(text for one in part.legends for text in list_legend_texts(one))]
    for axes in figure.axes:
        texts += [*axes.texts, axes.title]
        if axes.get_legend():
            texts += list_legend_texts(axes.get_legend())
        for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
            low, high = sorted(axis.get_view_interval())
            ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            texts += [tick.label1 for tick in ticks if low <= tick.get_loc() <= high]
            texts += [axis.label, axis.get_offset_text()]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def list_legend_texts(legend):
    return [legend.get_title(), *legend.get_texts()]


def check_texts(figure):
    """Check that all text of a drawn figure is large enough, inside it, and does not overlap."""
    texts = list_texts(figure)
    assert min(text.get_fontsize() for text in texts) >= style.SMALL
    low, high = np.split(np.array([text.get_window_extent().extents for text in texts]), 2, axis=1)
    inside = np.all((low > -2) & (high < figure.bbox.size + 2), axis=1)
    assert all(inside), [text.get_text() for text, ok in zip(texts, inside, strict=True) if not ok]
    slanted = np.array([text.get_rotation() % 90 > 0 for text in texts])
    for index, text in enumerate(texts):
        common = np.minimum(high[index], high) - np.maximum(low[index], low)  # (texts, 2)
        overlaps = np.all(common > 1, axis=1) & (np.arange(len(texts)) > index)
        overlaps &= ~(slanted & slanted[index])  # boxes of slanted labels overlap, letters do not
        others = [texts[other].get_text() for other in np.flatnonzero(overlaps)]
        assert not others, f"{text.get_text()!r} overlaps {others}"


def read_legend(figure):
    """All labels in the legends of a figure."""
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes if axes.get_legend())]
    return [text.get_text() for legend in legends for text in legend.get_texts()]


def find_line(axes, label):
    """The line with this label."""
    return next(line for line in axes.lines if line.get_label() == label)
