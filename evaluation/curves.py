"""A fitted formula inside the training interval and outside: truth, network and least squares."""

import numpy as np

from datasets.formula import expand_interval
from plots.curve import plot_curves, plot_surfaces
from runs.frames import Scene
from symbolic import formula

FRAME_POINTS, FRAME_DOTS = {1: 200, 2: 51}, 200  # of an animation: an axis, and training data
POINTS = 400  # of a curve; a surface has 100 x 100
TITLE = "Inside the training interval, and outside"


def draw_curve(experiment, run, data):
    """Draw truth, network and least squares over the interval and its margin."""
    (column,), (target,) = data.columns, data.targets
    (low, high), truth = read_truth(experiment, data)
    low, high = low[0], high[0]
    width = experiment.margin * (high - low)
    x = np.linspace(low - width, high + width, POINTS)
    ((name, baseline),) = experiment.baselines(data).items()
    lines = {
        "truth": truth(x),
        "network": run.predict({column.name: x})[target.name],
        name: baseline.endpoints["serve"]({column.name: x})[target.name],
    }
    points = data.train.inputs[column.name], data.train.targets[target.name]
    return plot_curves(x, lines, points, (low, high), column.name, target.name, TITLE)


def draw_surface(experiment, run, data):
    """Draw truth and network over the rectangle and its margin, and their difference."""
    first, second = data.columns
    (target,) = data.targets
    (low, high), truth = read_truth(experiment, data)
    width = experiment.margin * (high - low)
    x, y = (np.linspace(a, b, 100) for a, b in zip(low - width, high + width, strict=True))
    grid = np.meshgrid(x, y)
    inputs = {first.name: grid[0].ravel(), second.name: grid[1].ravel()}
    network = run.predict(inputs)[target.name].reshape(grid[0].shape)
    box = (low[0], high[0], low[1], high[1])
    panels = {"truth": truth(*grid), "network": network}
    return plot_surfaces(x, y, panels, box, first.name, second.name)


def make_scene(experiment, data):
    """Return what an animation of a fit shows: the `runs.frames.Scene` of the interval and its
    margin, and the inputs of the network, `{column: (points,)}`."""
    (low, high), truth = read_truth(experiment, data)
    (target,), columns = data.targets, data.columns
    width = experiment.margin * (high - low)
    count = FRAME_POINTS[len(columns)]
    axes = [np.linspace(a, b, count) for a, b in zip(low - width, high + width, strict=True)]
    grid = np.meshgrid(*axes)
    known = {"truth": truth(*grid)[None]}
    names = [column.label for column in columns]
    if len(columns) == 1:
        points = data.train.inputs[columns[0].name], data.train.targets[target.name]
        known["points"] = np.stack(points, axis=-1)[:FRAME_DOTS]
        scene = Scene("curves", (target.name,), (*names, target.label), tuple(axes), known)
    else:
        scene = Scene("maps", (target.name,), tuple(names), tuple(axes), known)
    inputs = {c.name: x.ravel().astype("float32") for c, x in zip(columns, grid, strict=True)}
    return scene, inputs


def read_truth(experiment, data):
    """Return `(low, high)` corners of the training box, `(variables,)` each, and the formula as a
    function of arrays."""
    names = [column.name for column in data.columns]
    box = expand_interval(experiment.interval, len(names)).T
    return box, formula.compile_function(formula.parse(experiment.formula), names)
