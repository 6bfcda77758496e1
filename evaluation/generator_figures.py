"""Pictures of samples: beside the data, and beside the nearest training rows."""

import numpy as np

from datasets.number_rows import stack_columns
from plots.history import plot_history
from plots.picture_samples import plot_nearest_pictures, plot_picture_samples
from plots.samples import plot_samples

POINTS = 2000  # drawn of the data and of the samples
MOST_COLUMNS = 4  # drawn in pairs
PICTURES = 64  # the first ones; none are chosen by hand
NEAREST, SEARCHED = 10, 10_000


def draw_samples(run, data, samples, encode):
    """Draw the history, and samples beside the data.

    Args:
        run: `runs.run.Run`.
        data: `datasets.dataset.Dataset` without targets.
        samples: `{column: (rows, ...)}` of seed 0.
        encode: function of `{column: (rows, ...)}` to features, `(rows, features)`.
    """
    figures = {"history": plot_history(run.history)}
    (column, *_) = data.columns
    if column.shape:
        drawn, real = samples[column.name], data.test.inputs[column.name]
        shown = real[:PICTURES], drawn[:PICTURES], column.max_pixel
        figures["samples"] = plot_picture_samples(*shown)
        train = data.train.inputs[column.name][:SEARCHED]
        rows, known = (encode({column.name: x}) for x in (drawn[:NEAREST], train))
        nearest = [np.square(known - row).sum(axis=1).argmin() for row in rows]
        pairs = drawn[:NEAREST], train[nearest], column.max_pixel
        figures["nearest-training-pictures"] = plot_nearest_pictures(*pairs)
        return figures
    numbers = [c for c in data.columns if c.kind == "number"][:MOST_COLUMNS]
    if numbers:
        names = [column.label for column in numbers]
        real = stack_columns(data.test.inputs, numbers)[:POINTS]
        drawn = stack_columns(samples, numbers)[: len(real)]  # as many, to compare by eye
        figures["samples"] = plot_samples(real, drawn, names, len(data.columns))
    return figures
