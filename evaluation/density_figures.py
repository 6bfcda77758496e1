"""Pictures of a density: data beside samples, and maps of the log density."""

import numpy as np

from datasets.number_rows import stack_columns
from evaluation.generator_figures import draw_samples
from plots.samples import plot_log_densities

CELLS = 200  # of a map in each direction
MARGIN = 0.1  # of the data's range, around a map


def draw_density(run, data, samples, encode, truth, cells=CELLS):
    """Draw the history, data beside samples, and for two columns the log density.

    Args:
        run: `runs.run.Run` with the endpoint `log_prob`.
        data: `datasets.dataset.Dataset`.
        samples: `{column: (rows, ...)}`, drawn with seed 0.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
        truth: `datasets.densities.Density`, or None.
        cells: points of the map in each direction.
    """
    return draw_samples(run, data, samples, encode) | draw_log_density(run, data, truth, cells)


def draw_log_density(run, data, truth, cells=CELLS):
    """Draw a map of the log density of two columns, the truth beside it; nothing of others."""
    if len(data.columns) != 2:
        return {}
    axes = [make_axis(x, cells) for x in stack_columns(data.test.inputs, data.columns).T]
    mesh = np.stack(np.meshgrid(*axes), axis=-1)  # (cells, cells, 2)
    points = mesh.reshape(-1, 2)
    inputs = dict(zip([c.name for c in data.columns], points.T, strict=True))
    maps = {"network": run.predict(inputs, "log_prob")["log_prob"]}
    if truth:
        maps["truth"] = truth.log_density(points)
    maps = {name: values.reshape(mesh.shape[:2]) for name, values in maps.items()}
    names = [column.label for column in data.columns]
    return {"log-density": plot_log_densities(*axes, *names, maps)}


def make_axis(values, cells):
    """Return evenly spaced values over the range of the data and a margin, `(cells,)`."""
    low, high = values.min(), values.max()
    margin = MARGIN * (high - low)
    return np.linspace(low - margin, high + margin, cells)
