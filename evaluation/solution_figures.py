"""The figures of a differential equation: the solution, its error, and how it was found."""

import numpy as np

from equations.confidence import half_width
from evaluation.inverse import draw_fit
from plots.constants import plot_constants
from plots.field import plot_fields
from plots.loss_terms import plot_loss_terms
from plots.residual_map import plot_residual_map
from plots.slices import plot_slices
from plots.trajectories import plot_phase_portrait, plot_trajectories

RESIDUALS = {1: 1001, 2: 101}  # points per coordinate of the residual, by their number
TIMES = (0.25, 0.5, 0.75)  # fractions of the last coordinate's range, for slices


def draw_solution(comparison):
    """Return `{name: figure}` of an `evaluation.solution.Comparison`.

    With more than two coordinates the others are in the middle of their range.
    """
    figures = {"history": plot_loss_terms(comparison.history)}
    if comparison.problem.constants:
        figures["constants"] = draw_constants(comparison)
    if len(comparison.axes) == 1:
        if comparison.data.measurements is not None:
            figures["fit"] = draw_fit(comparison)
        return figures | draw_trajectories(comparison)
    return figures | draw_maps(comparison)


def draw_constants(comparison):
    """Draw the unknown constants against the iteration, with their 95 % intervals."""
    history = {name: np.asarray(x, "float64") for name, x in comparison.history.items()}
    values, intervals = {}, {}
    freedom = history.get("degrees of freedom", np.inf)
    for name in comparison.problem.constants:
        value, error = history[f"constant {name}"], history[f"standard_error {name}"]
        error = half_width(error, freedom)
        values[name], intervals[name] = value, np.stack([value - error, value + error], axis=-1)
    true = comparison.experiment.true_constants()
    return plot_constants(history["iteration"], values, intervals, true)


def draw_trajectories(comparison):
    """Draw the solutions of ordinary differential equations, and the phase portrait of a system."""
    ((name, t),) = comparison.axes.items()
    unknowns = comparison.problem.unknowns
    lines = {
        method: np.stack([values[u] for u in unknowns], axis=-1)
        for method, values in comparison.curves.items()
    }
    figures = {"solution": plot_trajectories(t, lines, unknowns, name)}
    if len(unknowns) in (2, 3):
        figures["phase-portrait"] = plot_phase_portrait(lines, unknowns)
    return figures | {"residual": draw_residual(comparison, name)}


def draw_maps(comparison):
    """Draw maps of the solution and its error, slices, and the residual."""
    x_name, y_name = list(comparison.axes)[:2]
    shape = [len(axis) for axis in comparison.axes.values()]
    middle = (slice(None), slice(None), *(length // 2 for length in shape[2:]))
    x, y = comparison.axes[x_name], comparison.axes[y_name]
    rows = [round(fraction * (len(y) - 1)) for fraction in TIMES]
    figures = {}
    for unknown in comparison.problem.unknowns:
        panels = {}
        for name, values in comparison.curves.items():
            if name in ("network", "reference") and unknown in values:
                flat = comparison.experiment.comparable(unknown, values[unknown])
                panels[name] = np.reshape(flat, shape)[middle].T  # (y, x)
        cuts = {name: panel[rows] for name, panel in panels.items()}
        figures[f"slices-{unknown}"] = plot_slices(x, cuts, y[rows], x_name, y_name, unknown)
        if "reference" in panels:
            panels["error"] = panels["network"] - panels["reference"]
        figures[f"solution-{unknown}"] = plot_fields(x, y, panels, x_name, y_name, unknown)
    return figures | {"residual": draw_residual(comparison, x_name, y_name)}


def draw_residual(comparison, *names):
    """Draw the residual of each equation over one or two coordinates."""
    count = RESIDUALS[len(names)]
    ranges = {name: comparison.axes[name] for name in names}
    axes = {name: np.linspace(axis[0], axis[-1], count) for name, axis in ranges.items()}
    mesh = dict(zip(axes, np.meshgrid(*axes.values()), strict=True))  # (y, x)
    shape = mesh[names[0]].shape
    middle = {
        name: np.full(shape, axis.mean())
        for name, axis in comparison.axes.items()
        if name not in names
    }
    values = comparison.residuals_at(mesh | middle)
    return plot_residual_map(axes, values, comparison.points[list(names)].to_numpy())
