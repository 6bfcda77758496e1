"""Solutions of ordinary differential equations: every unknown over the coordinate, its error, and the phase portrait."""

import numpy as np

from plots import style


def trajectories(t, curves, names, t_name="t", title=""):
    """Each unknown over the coordinate and, below it, the absolute error of every method.

    Args:
        t: `(n,)`.
        curves: dict of method to `(n, k)` values, such as "network", "reference" and "forward Euler". Errors are against
            the reference; without one there are no panels of errors.
        names: of the k unknowns.
        t_name: name of the coordinate.
        title: what the picture shows.

    Returns:
        A Figure.
    """
    curves = {
        method: np.reshape(values, (len(t), -1)).astype(float) for method, values in curves.items()
    }
    reference = next(
        (values for method, values in curves.items() if method in style.REFERENCES), None
    )
    looks = style.looks(curves)
    columns = (
        1 if len(names) <= 3 else 2 if len(names) <= 8 else 3
    )  # wide, as solutions may oscillate
    rows = -(-len(names) // columns)
    heights = (
        [1.5] if reference is None else [1.5, 1.1]
    )  # inches of an unknown's panels, one upon the other
    figure = style.figure(height=1.5 + rows * sum(heights))
    grid = figure.subplots(
        len(heights) * rows, columns, sharex=True, squeeze=False, height_ratios=heights * rows
    )
    grid = (
        grid.reshape(rows, len(heights), columns).swapaxes(1, 2).reshape(-1, len(heights))
    )  # (places, panels)

    for number, (unknown, panels) in enumerate(zip(names, grid, strict=False)):
        lines = {method: values[:, number] for method, values in curves.items()}
        truth = list(lines.values()) if reference is None else reference[:, number]
        _solutions(panels[0], t, lines, looks, truth)
        panels[0].set_title(style.cut(unknown, 54 // columns), fontsize=10)
        if reference is not None:
            _errors(panels[1], t, lines, looks, truth)
            panels[1].set_ylabel("|error|" if number % columns == 0 else "")
        if number + columns >= len(names):  # nothing below
            panels[-1].set_xlabel(style.wrap(t_name, 54 // columns))
            panels[-1].tick_params(labelbottom=True)
    for axes in grid[len(names) :].flat:
        axes.remove()
    grid[0, 0].set_xlim(np.min(t), np.max(t))
    figure.suptitle(style.wrap(title, 60))
    style.legend_once(figure)
    return figure


def _solutions(axes, t, lines, looks, truth):
    for method, values in lines.items():
        axes.plot(t, values, label=style.cut(method, 30), **looks[method])
    axes.set_ylim(*style.limits(truth, lines.values()))
    axes.ticklabel_format(axis="y", scilimits=(-3, 4))
    axes.grid(alpha=0.3)


def _errors(axes, t, lines, looks, truth):
    others = {method: values for method, values in lines.items() if method not in style.REFERENCES}
    errors = {method: style.positive(np.abs(values - truth)) for method, values in others.items()}
    for method, error in errors.items():
        axes.plot(t, error, **looks[method])
    style.log_axis(axes, errors.values())
    axes.grid(alpha=0.3)


def phase_portrait(curves, names, title="Phase portrait"):
    """Solutions of a system in the plane of two unknowns, or, for three, in each of the three planes.

    Args:
        curves: dict of method to `(n, k)` values, k two or three, such as "network" and "reference".
        names: of the k unknowns.
        title: what the picture shows.

    Returns:
        A Figure; a dot marks where the solutions start. Three unknowns have their three planes, from which positions can be
        read in print, and beside them the view in perspective.
    """
    curves = {method: np.asarray(values, dtype=float) for method, values in curves.items()}
    truth = next((values for method, values in curves.items() if method in style.REFERENCES), None)
    truth = np.concatenate(list(curves.values())) if truth is None else truth  # (n, k)
    limits = [
        style.limits(truth[:, k], [values[:, k] for values in curves.values()])
        for k in range(len(names))
    ]
    spaces = (
        [(0, 1)] if len(names) == 2 else [(0, 1), (0, 2), (1, 2), (0, 1, 2)]
    )  # unknowns on the axes of each panel

    figure = style.figure(height=5.0 if len(names) == 2 else 6.0)
    for place, space in enumerate(spaces, start=1):
        side = 1 if len(names) == 2 else 2
        axes = figure.add_subplot(side, side, place, projection="3d" if len(space) == 3 else None)
        for method, look in style.looks(curves).items():
            look = look | {"linewidth": look["linewidth"] / side}
            axes.plot(*curves[method][:, space].T, label=style.cut(method, 30), **look)
        axes.plot(*truth[:1, space].T, "o", color=style.BLACK, markersize=5, label="start")
        axes.locator_params(nbins=5)
        if len(space) == 2:
            axes.ticklabel_format(scilimits=(-2, 4))
        for letter, unknown in zip("xyz", space, strict=False):
            axes.set(
                **{
                    f"{letter}lim": limits[unknown],
                    f"{letter}label": style.wrap(names[unknown], 20),
                }
            )
            if len(space) == 3:  # its numbers can be read in the planes
                axes.set(**{f"{letter}ticklabels": []})
                getattr(axes, f"{letter}axis").labelpad = -10
        axes.grid(alpha=0.3)
    figure.suptitle(style.wrap(title, 60))
    style.legend_once(figure)
    return figure
