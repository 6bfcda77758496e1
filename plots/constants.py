"""Inverse problems: estimates of unknown constants during the training."""

import numpy as np

from plots import style

WIDTHS = 5  # half widths of the last interval on each side of the last value, in the close-up


def plot_constants(iterations, values, intervals=None, true=None, title="Unknown constants"):
    """Plot each unknown constant over the iterations, with its 95 % interval and true value.

    Args:
        iterations: iterations, `(n,)`.
        values: `{name: (n,)}`.
        intervals: `{name: (n, 2)}`, lower and upper limits of the 95 % interval; NaN where unknown.
        true: `{name: true value}`.
        title: title of the figure.

    Returns: a Figure with one panel per constant, on a logarithmic axis if the values span orders
    of magnitude. With intervals, a second panel shows a close-up of the final values, since the
    interval is small compared with the change from the initial guess.
    """
    intervals, true = intervals or {}, true or {}
    views = 2 if intervals else 1  # panels per constant
    columns = min(2, views * len(values))
    rows = -(-views * len(values) // columns)
    figure = style.create_figure(height=1.3 + 2.2 * rows)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[views * len(values) :]:
        axes.remove()
    for (name, course), panels in zip(values.items(), grid.reshape(-1, views), strict=False):
        course = np.asarray(course, dtype=float)
        band = np.asarray(intervals.get(name, np.full((len(course), 2), np.nan)), dtype=float)
        half_width = np.ptp(band[-1]) / 2
        for axes in panels:
            _plot_course(axes, iterations, course, band, true.get(name))
        _show_all(panels[0], course, true.get(name))
        result = _format_result(name, course[-1], half_width, true.get(name))
        panels[0].set_title(result, fontsize=10)
        if intervals:
            _zoom_in(panels[1], np.asarray(iterations), course, half_width, true.get(name))
            panels[1].set_title("close-up of the final values", fontsize=10)
    for axes in grid[: views * len(values)][-columns:]:  # the lowest panels
        axes.set_xlabel("iteration")
    figure.suptitle(style.wrap(title, 60))
    style.add_legend(figure)
    return figure


def _plot_course(axes, iterations, course, band, true):
    if true is not None:
        axes.axhline(true, color=style.BLACK, linewidth=1.5, label="true value")
    line = {"color": style.VERMILION, "linestyle": "--", "linewidth": 2, "label": "estimate"}
    marker = "o" if len(course) < 20 else None  # a single row has no line
    axes.plot(iterations, course, marker=marker, markersize=3, **line)
    if np.isfinite(band).any():
        shade = {"color": style.VERMILION, "alpha": 0.25, "linewidth": 0}
        axes.fill_between(iterations, *band.T, label="95 % interval", **shade)
    axes.locator_params(axis="x", nbins=5)
    axes.grid(alpha=0.3)


def _show_all(axes, course, true):
    """Show all values; the band, infinite as long as the constant is uncertain, does not count."""
    values = course if true is None else np.append(course, true)
    values = values[np.isfinite(values)]
    if values.size and values.min() > 0 and values.max() > 30 * values.min():
        style.set_log_axis(axes, [values])
    else:
        axes.set_ylim(*style.find_limits(values))


def _zoom_in(axes, iterations, course, half_width, true):
    """Show the iterations since which the constant has stayed near its last value."""
    near = WIDTHS * half_width
    if not near > 0 or not np.isfinite(course[-1]):
        return
    values = [course[-1] - near, course[-1] + near, *([] if true is None else [true])]
    start = int(np.append(np.flatnonzero(np.abs(course - course[-1]) > near) + 1, 0).max())
    axes.set_ylim(*style.find_limits(values))
    axes.ticklabel_format(axis="y", useOffset=False)
    if start + 1 < len(course):
        axes.set_xlim(iterations[start], iterations[-1])


def _format_result(name, value, half_width, true):
    """Format a result with its certain digits, such as `nu = 0.003188 ± 2e-06 (95 %)`."""
    certain = np.isfinite(half_width) and half_width > 0 and value != 0
    digits = int(np.clip(2 + np.floor(np.log10(abs(value) / half_width)), 2, 10)) if certain else 4
    text = f"{style.cut(name, 20)} = {value:.{digits}g}"
    if np.isfinite(half_width):
        text += f" ± {half_width:.2g} (95 %)"
    return text if true is None else f"{text}\n(true {true:.{max(digits, 4)}g})"
