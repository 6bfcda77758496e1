"""The cost of accuracy: errors of several methods against wall time."""

import numpy as np

from plots import style


def plot_error_against_time(problems, error_name="relative L2 error", title=""):
    """Plot errors against wall time, one panel per problem and one line per method.

    Args:
        problems: `{problem: {method: (seconds, errors)}}`, each `(n,)`; single numbers for a method
            that was only measured at its end.
        error_name: name of the error, with its unit.
        title: title of the figure.

    Returns: a Figure with logarithmic axes. Times and errors that are not finite and positive are
    left out.
    """
    methods = list(dict.fromkeys(method for runs in problems.values() for method in runs))
    line_styles = style.assign_line_styles(methods)
    markers = dict(zip(methods, style.MARKERS * len(methods), strict=False))
    rows, columns = style.arrange_panels(len(problems))
    figure = style.create_figure(height=1.4 + rows * (3.4 if columns == 1 else 2.4))
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(problems) :]:
        axes.remove()
    for axes, (problem, runs) in zip(grid.flat, problems.items(), strict=False):
        lines = {method: _select_positive(*run) for method, run in runs.items()}
        for method, (seconds, errors) in lines.items():
            # A few markers on dense lines: they distinguish the lines in print.
            marker = {"marker": markers[method], "markersize": 5}
            marker["markevery"] = 0.15 if len(seconds) > 10 else 1
            label = style.cut(method, 36)
            axes.plot(seconds, errors, label=label, **line_styles[method], **marker)
        style.set_log_axis(axes, [errors for _, errors in lines.values()])
        if any(len(seconds) for seconds, _ in lines.values()):
            style.set_log_x_axis(axes)
        axes.set_title(style.wrap(style.cut(problem, 60), 54 // columns), fontsize=10)
        axes.set_xlabel("wall time [s]")
        axes.grid(alpha=0.3)
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(error_name, 28))
    figure.suptitle(style.wrap(title, 60))
    columns = 2 if any(len(method) > 18 for method in methods) else None
    style.add_legend(figure, columns, fontsize=style.SMALL)
    return figure


def _select_positive(seconds, errors):
    """Return the points that logarithmic axes can show."""
    seconds, errors = (style.mask_nonpositive(np.ravel(array)) for array in (seconds, errors))
    finite = np.isfinite(seconds * errors)
    return seconds[finite], errors[finite]
