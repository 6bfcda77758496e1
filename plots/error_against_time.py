"""What accuracy costs: the error of several methods against wall time."""

import numpy as np
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

from plots import style


def error_against_time(problems, error_name="relative L2 error", title=""):
    """Error against wall time on logarithmic axes, a panel for each problem and a line for each method.

    Args:
        problems: dict of problem to dict of method to `(seconds, errors)`, each `(n,)`; a method that was only measured at its
            end has one of each.
        error_name: what the error is, with its unit.
        title: what the picture shows.

    Returns:
        A Figure. Points without a finite positive time and error are left out.
    """
    methods = list(dict.fromkeys(method for runs in problems.values() for method in runs))
    looks = style.looks(methods)
    markers = dict(zip(methods, "osD^vP*X<>" * len(methods), strict=False))
    rows, columns = style.grid(len(problems))
    figure = style.figure(height=1.4 + rows * (3.4 if columns == 1 else 2.4))
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(problems) :]:
        axes.remove()
    for axes, (problem, runs) in zip(grid.flat, problems.items(), strict=False):
        lines = {method: _shown(*run) for method, run in runs.items()}
        for method, (seconds, errors) in lines.items():
            # On a dense line a marker now and then: in print they tell the lines apart.
            look = {
                "marker": markers[method],
                "markersize": 5,
                "markevery": 0.15 if len(seconds) > 10 else 1,
            }
            axes.plot(seconds, errors, label=style.cut(method, 30), **looks[method], **look)
        style.log_axis(axes, [errors for _, errors in lines.values()])
        if any(len(seconds) for seconds, _ in lines.values()):
            axes.set_xscale("log")
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
            axes.xaxis.set_minor_formatter(NullFormatter())  # which would write over each other
        axes.set_title(style.wrap(style.cut(problem, 60), 54 // columns), fontsize=10)
        axes.set_xlabel("wall time [s]")
        axes.grid(alpha=0.3)
    for axes in grid[:, 0]:
        axes.set_ylabel(style.wrap(error_name, 28))
    figure.suptitle(style.wrap(title, 60))
    style.legend_once(figure, columns=2 if any(len(method) > 18 for method in methods) else None)
    return figure


def _shown(seconds, errors):
    """The points that logarithmic axes can show."""
    seconds, errors = style.positive(np.ravel(seconds)), style.positive(np.ravel(errors))
    finite = np.isfinite(seconds * errors)
    return seconds[finite], errors[finite]
