"""Inverse problems: measurements, the fitted solution with its band, and the residuals."""

import numpy as np

from plots import style


def plot_measured_curve(t, curves, bands, measured, t_name="t", title="Fit to the measurements"):
    """Plot each unknown with its measurements and, below it, the measurements minus the solution.

    Args:
        t: coordinate, `(n,)`.
        curves: `{method: {unknown: (n,)}}`, the fitted network first.
        bands: `{unknown: (n, 2)}`, limits of the network's 95 % interval; may lack unknowns.
        measured: `{unknown: (times, values)}`; may lack unknowns.
        t_name: name of the coordinate.
        title: title of the figure.

    Returns: a Figure.
    """
    fitted, *_ = curves
    unknowns, line_styles = list(curves[fitted]), style.assign_line_styles(curves)
    figure = style.create_figure(height=1.3 + 3.0 * len(unknowns))
    grid = figure.subplots(
        2 * len(unknowns), 1, sharex=True, squeeze=False, height_ratios=[2, 1] * len(unknowns)
    ).reshape(-1, 2)
    dots = {"linestyle": "none", "marker": "o", "markersize": 3, "color": style.BLACK}
    for unknown, (above, below) in zip(unknowns, grid, strict=True):
        if unknown in bands:
            shade = {"color": style.VERMILION, "alpha": 0.25, "linewidth": 0}
            band = np.asarray(bands[unknown]).T
            above.fill_between(t, *band, label="95 % interval", **shade)
        for method, values in curves.items():
            if unknown in values:
                above.plot(t, values[unknown], label=method, **line_styles[method])
        above.set_ylabel(style.cut(unknown))
        below.axhline(0, color=style.GREY, linewidth=1)
        if unknown in measured:
            times, values = measured[unknown]
            above.plot(times, values, label="measured", **dots)
            below.plot(times, values - np.interp(times, t, curves[fitted][unknown]), **dots)
        below.set_ylabel("residual")
        for axes in (above, below):
            axes.grid(alpha=0.3)
    grid[-1, 1].set_xlabel(style.wrap(t_name, 54))
    figure.suptitle(style.wrap(title, 60))
    style.add_legend(figure)
    return figure
