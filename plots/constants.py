"""Inverse problems: how the unknown constants of an equation were found."""

import numpy as np

from plots import style

WIDTHS = 5  # of the last interval, on either side of the last value, that the close view shows


def constants(iterations, values, intervals=None, true=None, title="Unknown constants"):
    """Each unknown constant over the iterations, with its 95 % interval and the true value where they are known.

    Args:
        iterations: `(n,)`.
        values: dict of name to `(n,)` values.
        intervals: dict of name to `(n, 2)` lower and upper ends of the 95 % interval; NaN where there is none yet.
        true: dict of name to the true value.
        title: what the picture shows.

    Returns:
        A Figure with a panel for each constant, on a logarithmic axis if it came from another order of magnitude. With
        intervals, a second panel shows the end from close by: the interval is small beside the way from the first guess.
    """
    intervals, true = intervals or {}, true or {}
    views = 2 if intervals else 1  # panels of a constant
    columns = min(2, views * len(values))
    rows = -(-views * len(values) // columns)
    figure = style.figure(height=1.3 + 2.2 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[views * len(values) :]:
        axes.remove()
    for (name, course), panels in zip(values.items(), grid.reshape(-1, views), strict=False):
        course = np.asarray(course, dtype=float)
        band = np.asarray(intervals.get(name, np.full((len(course), 2), np.nan)), dtype=float)
        half_width = np.ptp(band[-1]) / 2
        for axes in panels:
            _draw(axes, iterations, course, band, true.get(name))
        _whole(panels[0], course, true.get(name))
        panels[0].set_title(_result(name, course[-1], half_width, true.get(name)), fontsize=10)
        if intervals:
            _close(panels[1], np.asarray(iterations), course, half_width, true.get(name))
            panels[1].set_title("the end of it, from close by", fontsize=10)
    for axes in grid[: views * len(values)][-columns:]:  # those with nothing below
        axes.set_xlabel("iteration")
    figure.suptitle(style.wrap(title, 60))
    style.legend_once(figure)
    return figure


def _draw(axes, iterations, course, band, true):
    if true is not None:
        axes.axhline(true, color=style.BLACK, linewidth=1.5, label="true value")
    marker = "o" if len(course) < 20 else None  # a single row has no line to show
    axes.plot(
        iterations,
        course,
        "--",
        color=style.VERMILION,
        linewidth=2,
        marker=marker,
        markersize=3,
        label="found",
    )
    if np.isfinite(band).any():
        axes.fill_between(
            iterations,
            *band.T,
            color=style.VERMILION,
            alpha=0.25,
            linewidth=0,
            label="95 % interval",
        )
    axes.locator_params(axis="x", nbins=5)
    axes.grid(alpha=0.3)


def _whole(axes, course, true):
    """All values; the band, endless as long as the constant is uncertain, doesn't count."""
    known = course if true is None else np.append(course, true)
    known = known[np.isfinite(known)]
    if known.size and known.min() > 0 and known.max() > 30 * known.min():
        style.log_axis(axes, [known])
    else:
        axes.set_ylim(*style.limits(known))


def _close(axes, iterations, course, half_width, true):
    """From the iteration on from which the constant stayed near the last value."""
    near = WIDTHS * half_width
    if not near > 0 or not np.isfinite(course[-1]):
        return
    ends = (
        [course[-1] - near, course[-1] + near]
        if true is None
        else [course[-1] - near, course[-1] + near, true]
    )
    start = int(np.append(np.flatnonzero(np.abs(course - course[-1]) > near) + 1, 0).max())
    axes.set_ylim(*style.limits(ends))
    axes.ticklabel_format(axis="y", useOffset=False)
    if start + 1 < len(course):
        axes.set_xlim(iterations[start], iterations[-1])


def _result(name, value, half_width, true):
    """Such as `nu = 0.003188 ± 2e-06`, with the digits that the interval leaves certain, and the true value."""
    certain = np.isfinite(half_width) and half_width > 0 and value != 0
    digits = int(np.clip(2 + np.floor(np.log10(abs(value) / half_width)), 2, 10)) if certain else 4
    text = f"{style.cut(name, 20)} = {value:.{digits}g}" + (
        f" ± {half_width:.2g}" if np.isfinite(half_width) else ""
    )
    return text if true is None else f"{text}\n(true {true:.{max(digits, 4)}g})"
