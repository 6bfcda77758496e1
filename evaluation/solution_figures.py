"""The pictures of a differential equation: the solution, where it is wrong, and how it was found."""

RESIDUALS = {1: 1001, 2: 101}  # points a coordinate of the residual's picture, by their number
TIMES = (0.25, 0.5, 0.75)  # of the last coordinate's range, for slices


def draw_solution(comparison):
    """`{name: figure}` for one or two coordinates; with more, for the middle of the others."""
    from plots.loss_terms import loss_terms

    figures = {"history": loss_terms(comparison.history)}
    if comparison.problem.constants:
        figures["constants"] = draw_constants(comparison)
    if len(comparison.axes) == 1:
        return figures | curves(comparison)
    return figures | maps(comparison)


def draw_constants(comparison):
    """The constants to be found over the iterations, with their 95 % intervals."""
    import numpy as np

    from plots.constants import constants

    history = {name: np.asarray(values, "float64") for name, values in comparison.history.items()}
    values = {name: history[f"constant {name}"] for name in comparison.problem.constants}
    errors = {name: 1.96 * history[f"standard_error {name}"] for name in values}
    intervals = {
        name: np.stack([values[name] - errors[name], values[name] + errors[name]], axis=-1)
        for name in values
    }
    return constants(
        history["iteration"], values, intervals, comparison.experiment.true_constants()
    )


def curves(comparison):
    """Of ordinary differential equations: solutions and their errors, and for systems the phase portrait."""
    import numpy as np

    from plots.trajectories import phase_portrait, trajectories

    ((name, t),) = comparison.axes.items()
    unknowns = comparison.problem.unknowns
    lines = {
        method: np.stack([values[u] for u in unknowns], axis=-1)
        for method, values in comparison.curves.items()
    }
    figures = {"solution": trajectories(t, lines, unknowns, name)}
    if len(unknowns) in (2, 3):
        figures["phase-portrait"] = phase_portrait(lines, unknowns)
    return figures | {"residual": residual(comparison, name)}


def maps(comparison):
    """Of partial differential equations: maps of the solution and its error, slices, and the residual."""
    import numpy as np

    from plots.field import field
    from plots.slices import slices

    (x_name, y_name), shape = (
        list(comparison.axes)[:2],
        [len(axis) for axis in comparison.axes.values()],
    )
    middle = (slice(None), slice(None), *(length // 2 for length in shape[2:]))
    x, y = comparison.axes[x_name], comparison.axes[y_name]
    figures = {}
    for unknown in comparison.problem.unknowns:
        flat = {
            name: comparison.experiment.comparable(unknown, values[unknown])
            for name, values in comparison.curves.items()
            if name in ("network", "reference") and unknown in values
        }
        panels = {
            name: np.reshape(values, shape)[middle].T for name, values in flat.items()
        }  # (y, x)
        places = [round(fraction * (len(y) - 1)) for fraction in TIMES]
        cuts = {name: panel[places] for name, panel in panels.items()}
        figures[f"slices-{unknown}"] = slices(x, cuts, y[places], x_name, y_name, unknown)
        if "reference" in panels:
            panels["error"] = panels["network"] - panels["reference"]
        figures[f"solution-{unknown}"] = field(x, y, panels, x_name, y_name, unknown)
    return figures | {"residual": residual(comparison, x_name, y_name)}


def residual(comparison, *names):
    """What is left of each equation over one or two coordinates, the others in the middle of their range."""
    import numpy as np

    from plots.residual_map import residual_map

    count = RESIDUALS[len(names)]
    axes = {
        name: np.linspace(axis[0], axis[-1], count)
        for name, axis in comparison.axes.items()
        if name in names
    }
    mesh = dict(zip(axes, np.meshgrid(*axes.values()), strict=True))  # (y, x)
    middle = {
        name: np.full(mesh[names[0]].shape, axis.mean())
        for name, axis in comparison.axes.items()
        if name not in names
    }
    values = comparison.residuals_at(mesh | middle)
    return residual_map(axes, values, comparison.points[list(names)].to_numpy())
