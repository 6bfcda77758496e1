"""Solutions of ordinary differential equations: curves, errors, and the phase portrait."""

import numpy as np

from plots import style


def plot_trajectories(t, curves, names, t_name="t", title=""):
    """Plot each unknown and, below it, the absolute error of every method.

    Args:
        t: coordinate, `(n,)`.
        curves: `{method: (n, k)}`, such as "network", "reference" and "forward Euler". Errors are
            differences from the reference; without one there are no error panels.
        names: names of the k unknowns.
        t_name: name of the coordinate.
        title: title of the figure.

    Returns: a Figure.
    """
    curves = {
        method: np.reshape(values, (len(t), -1)).astype(float) for method, values in curves.items()
    }
    reference = _find_reference(curves)
    line_styles = style.assign_line_styles(curves)
    columns = 1 if len(names) <= 3 else 2 if len(names) <= 8 else 3  # wide, for oscillations
    rows = -(-len(names) // columns)
    heights = [1.5] if reference is None else [1.5, 1.1]  # inches of the panels of one unknown
    count = len(heights)
    figure = style.create_figure(height=1.5 + rows * sum(heights))
    grid = figure.subplots(
        count * rows, columns, sharex=True, squeeze=False, height_ratios=heights * rows
    )
    grid = grid.reshape(rows, count, columns).swapaxes(1, 2).reshape(-1, count)  # (slots, panels)

    for number, (unknown, panels) in enumerate(zip(names, grid, strict=False)):
        lines = {method: values[:, number] for method, values in curves.items()}
        truth = list(lines.values()) if reference is None else reference[:, number]
        _plot_solutions(panels[0], t, lines, line_styles, truth)
        panels[0].set_title(style.cut(unknown, 54 // columns), fontsize=10)
        if reference is not None:
            _plot_errors(panels[1], t, lines, line_styles, truth)
            panels[1].set_ylabel("|error|" if number % columns == 0 else "")
        if number + columns >= len(names):  # the lowest panel of its column
            panels[-1].set_xlabel(style.wrap(t_name, 54 // columns))
            panels[-1].tick_params(labelbottom=True)
    for axes in grid[len(names) :].flat:
        axes.remove()
    grid[0, 0].set_xlim(np.min(t), np.max(t))
    figure.suptitle(style.wrap(title, 60))
    style.add_legend(figure)
    return figure


def plot_phase_portrait(curves, names, title="Phase portrait"):
    """Plot solutions in the plane of two unknowns, or in all three planes of three unknowns.

    Args:
        curves: `{method: (n, k)}` with two or three unknowns, such as "network" and "reference".
        names: names of the k unknowns.
        title: title of the figure.

    Returns: a Figure; a dot marks the start. Three unknowns have a panel per plane, from which
    positions can be read in print, and a view in perspective.
    """
    curves = {method: np.asarray(values, dtype=float) for method, values in curves.items()}
    truth = _find_reference(curves)
    truth = np.concatenate(list(curves.values())) if truth is None else truth  # (n, k)
    limits = [
        style.find_limits(truth[:, k], [values[:, k] for values in curves.values()])
        for k in range(len(names))
    ]
    # Unknowns on the axes of each panel.
    spaces = [(0, 1)] if len(names) == 2 else [(0, 1), (0, 2), (1, 2), (0, 1, 2)]

    figure = style.create_figure(height=5.0 if len(names) == 2 else 6.0)
    for number, space in enumerate(spaces, start=1):
        side = 1 if len(names) == 2 else 2
        axes = figure.add_subplot(side, side, number, projection="3d" if len(space) == 3 else None)
        for method, line in style.assign_line_styles(curves).items():
            line = line | {"linewidth": line["linewidth"] / side}
            axes.plot(*curves[method][:, space].T, label=style.cut(method, 30), **line)
        axes.plot(*truth[:1, space].T, "o", color=style.BLACK, markersize=5, label="start")
        axes.locator_params(nbins=5)
        if len(space) == 2:
            axes.ticklabel_format(scilimits=(-2, 4))
        for letter, unknown in zip("xyz", space, strict=False):
            label = style.wrap(names[unknown], 20)
            axes.set(**{f"{letter}lim": limits[unknown], f"{letter}label": label})
            if len(space) == 3:  # the planes have the tick labels
                axes.set(**{f"{letter}ticklabels": []})
                getattr(axes, f"{letter}axis").labelpad = -10
        axes.grid(alpha=0.3)
    figure.suptitle(style.wrap(title, 60))
    style.add_legend(figure)
    return figure


def _find_reference(curves):
    return next((values for method, values in curves.items() if method in style.REFERENCES), None)


def _plot_solutions(axes, t, lines, line_styles, truth):
    for method, values in lines.items():
        axes.plot(t, values, label=style.cut(method, 30), **line_styles[method])
    axes.set_ylim(*style.find_limits(truth, lines.values()))
    axes.ticklabel_format(axis="y", scilimits=(-3, 4))
    axes.grid(alpha=0.3)


def _plot_errors(axes, t, lines, line_styles, truth):
    others = {method: values for method, values in lines.items() if method not in style.REFERENCES}
    errors = {
        method: style.mask_nonpositive(np.abs(values - truth)) for method, values in others.items()
    }
    for method, error in errors.items():
        axes.plot(t, error, **line_styles[method])
    style.set_log_axis(axes, errors.values())
    axes.grid(alpha=0.3)
