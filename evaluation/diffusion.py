"""What a diffusion adds to a generator: paths from noise to data, and a log density."""

from copy import deepcopy
from dataclasses import replace

import numpy as np

from evaluation.densities import SCORE, fit_densities, log_size, score_rows, tabulate
from evaluation.density_figures import draw_log_density
from models.diffusion import DENSITY_STEPS
from plots.paths import plot_picture_paths, plot_point_paths

SCORED = 5000  # test rows whose log density is integrated
POINTS, PICTURES = 2000, 6  # that are followed from noise to data
TRIVIAL_LOSS = 1.0  # of a velocity of zero


def add_path(evaluation, run, data):
    """Add a picture of the path from noise to data: of pictures, or of the first two numbers."""
    (column, *_) = data.columns
    numbers = [c for c in data.columns if c.kind == "number"][:2]
    if column.shape:
        path = run.predict({"count": PICTURES, "seed": 0}, "path")[column.name]
        figure = plot_picture_paths(path, column.max_pixel)
    elif len(numbers) == 2:
        path = run.predict({"count": POINTS, "seed": 0}, "path")
        path = np.stack([path[c.name] for c in numbers], axis=-1)  # (points, times, 2)
        figure = plot_point_paths(path, [c.label for c in numbers])
    else:
        return evaluation
    return replace(evaluation, figures=evaluation.figures | {"noise-to-data": figure})


def add_density(evaluation, run, data, truth=None):
    """Add the negative log likelihood of test rows beside simpler densities and the truth.

    Args:
        evaluation: `evaluation.evaluation.Evaluation`.
        run: `runs.run.Run` with the endpoint `log_prob`.
        data: `datasets.dataset.Dataset` whose columns are numbers.
        truth: `datasets.densities.Density` that the data was drawn from, None if unknown.
    """
    rows = {name: values[:SCORED] for name, values in data.test.inputs.items()}
    log_probs = score_rows(run, rows, data, fit_densities(data), truth)
    losses = {name: -float(values.mean()) for name, values in log_probs.items()}
    count = len(log_probs["network"])
    heading = (
        f"negative log likelihood, {count} test rows; network: integral of {DENSITY_STEPS} steps"
    )
    splits = deepcopy(evaluation.metrics["splits"])
    splits["test"]["scores"]["network"]["density"] = {SCORE: losses["network"]}
    metrics = {
        "splits": splits,
        "negative_log_likelihood": losses,
        "standardised_network": losses["network"] - log_size(data),
    }
    return replace(
        evaluation,
        tables=evaluation.tables | {heading: tabulate(losses, data)},
        figures=evaluation.figures | draw_log_density(run, data, truth),
        metrics=evaluation.metrics | metrics,
    )


def warn_of_trivial_loss(evaluation, run):
    """Add a line of advice if the network is not better than a velocity of zero."""
    loss = np.nanmin(run.history["val_loss"])
    if loss < TRIVIAL_LOSS:
        return evaluation
    line = (
        f"the validation loss {loss:.4g} is not below {TRIVIAL_LOSS:g}, the loss of a velocity of "
        "zero, so the samples are like those of a Gaussian with independent columns. If the data "
        "is no such Gaussian, train again with more --epochs or another --learning-rate"
    )
    return replace(evaluation, advice=(line, *evaluation.advice))
