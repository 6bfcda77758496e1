"""The pictures of a discovered equation: how it was found, and the data beside the network."""

import numpy as np

from evaluation.solution import find_grid
from plots.constants import plot_constants
from plots.field import plot_fields
from plots.loss_terms import plot_loss_terms
from plots.sparse_path import plot_sparse_path
from plots.trajectories import plot_phase_portrait, plot_trajectories

DRAWN = 4  # runs that are drawn
GRID = 201  # points per coordinate of a map, if the data is on no grid


def draw_discovery(run, data, discovery, answers):
    """Draw the elimination of terms, the refinement, and the solution.

    Args:
        run: `runs.run.Run`.
        data: `tasks.measurements.MeasuredField`.
        discovery: content of `discovery.json`, with the intervals of the coefficients.
        answers: `{method: {unknown: (rows,)}}` at all of the data's points.

    Returns: `{name: figure}`.
    """
    figures = {}
    if discovery["models"]:
        history = run.history
        title = "Refinement of network and coefficients"
        figures["discovery"] = draw_elimination(discovery)
        figures["history"] = plot_loss_terms(history, title=title)
    if discovery["coefficients"]:
        figures["coefficients"] = draw_coefficients(history, discovery)
    if len(data.coordinates) == 1:
        return figures | draw_runs(data, answers)
    return figures | (draw_maps(run, data) if len(data.coordinates) == 2 else {})


def draw_elimination(discovery):
    """Draw how much was unexplained with fewer and fewer terms."""
    models, equations = discovery["models"], discovery["equations"]
    names = list(dict.fromkeys(name for model in models for name in model["terms"]))
    several = len({name.partition(": ")[0] for name in names}) > 1
    short = {name: name if several else name.partition(": ")[2] for name in names}
    coefficients = {
        short[name]: np.array([model["terms"].get(name, np.nan) for model in models], "float64")
        for name in names
    }
    chosen = [model for model in models if model["kept"]][-1]
    return plot_sparse_path(
        [len(model["terms"]) for model in models],
        [model["unexplained"] for model in models],
        [model["kept"] for model in models],
        coefficients,
        [short[name] for name in chosen["terms"]],
        equations[0] if len(equations) == 1 else "Unexplained part with fewer and fewer terms",
        explain_choice(models, chosen),
    )


def explain_choice(models, chosen):
    """Return in a line why this model is chosen."""
    count = len(chosen["terms"])
    fewer = [
        model["unexplained"]
        for model in models
        if not model["kept"] and len(model["terms"]) == count - 1
    ]
    if not fewer:
        return f"{count} terms chosen: Schwarz's criterion is lowest"
    growth = min(fewer) / chosen["unexplained"]
    times = f"{growth:.3g}" if growth < 1000 else f"{growth:.1e}"
    return f"{count} terms chosen: with one fewer, {times} times as much is unexplained"


def draw_coefficients(history, discovery):
    """Draw the coefficients during the refinement, with their 95 % intervals."""
    several = len(discovery["equations"]) > 1
    values, intervals = {}, {}
    for number, one in enumerate(discovery["coefficients"], start=1):
        name = f"{one['equation']}: {one['term']}" if several else one["term"]
        value = np.asarray(history[f"constant c{number}"], "float64")
        # During the refinement only the part due to noise is known: scale it to the last interval.
        low, high = one["interval_95"]
        error = np.asarray(history[f"standard_error c{number}"], "float64")
        half_width = (high - low) / 2 * error / (one["from_noise"] or 1.0)
        values[name] = value
        intervals[name] = np.stack([value - half_width, value + half_width], axis=-1)
    return plot_constants(history["iteration"], values, intervals, title="Coefficients")


def draw_runs(data, answers):
    """Draw the trajectories of each run, or of the first few."""
    if not data.run:
        return draw_trajectories(data, data.table, answers, f"{data.rows} rows used")
    figures, numbers = {}, data.number_runs(data.table)
    for number, label in enumerate(data.runs[:DRAWN]):
        own = numbers == number
        found = {
            method: {name: values[name][own] for name in data.unknowns}
            for method, values in answers.items()
        }
        drawn = draw_trajectories(data, data.select_run(number), found, f"{data.run} {label}")
        figures |= {f"{name}-{number + 1}": figure for name, figure in drawn.items()}
    return figures


def draw_trajectories(data, table, answers, subject):
    """Draw the data, the network, and the solution of the equation alone.

    Args:
        data: `tasks.measurements.MeasuredField`.
        table: the rows to draw, `{name: (rows,)}`.
        answers: `{method: {unknown: (rows,)}}` at these rows.
        subject: what is drawn, in a few words.
    """
    (time,) = data.coordinates
    order, unknowns = np.argsort(table[time]), data.unknowns
    lines = {
        method: np.stack([values[name][order] for name in unknowns], axis=-1)
        for method, values in {"reference": table, **answers}.items()
    }
    title = f"Data (reference, {subject}) and what was found"
    figures = {"solution": plot_trajectories(table[time][order], lines, unknowns, time, title)}
    if len(unknowns) in (2, 3):
        figures["phase-portrait"] = plot_phase_portrait(lines, unknowns)
    return figures


def draw_maps(run, data):
    """Draw the data with the points that were used, the network, and its error."""
    grid = find_grid(data.table, data.coordinates)
    if grid:
        axes, table = grid
    else:
        axes = {name: np.linspace(*data.domain[name], GRID) for name in data.coordinates}
    mesh = np.meshgrid(*axes.values(), indexing="ij")
    shape = mesh[0].shape
    network = run.predict(dict(zip(axes, map(np.ravel, mesh), strict=True)))
    points = np.stack([data.measurements[name] for name in data.coordinates], axis=-1)
    figures = {}
    for unknown in data.unknowns:
        panels = {"network": network[unknown].reshape(shape).T}
        if grid:
            reference = table[unknown].reshape(shape).T
            error = panels["network"] - reference
            panels = {"reference": reference, **panels, "error": error}
        title = f"{unknown}: data (reference), network, error" if grid else f"{unknown}: network"
        figures[f"solution-{unknown}"] = plot_fields(
            *axes.values(), panels, *data.coordinates, title, points, points_name="measurements"
        )
    return figures
